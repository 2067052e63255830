import { escapedPattern } from '../formats/go-regexp';
import { firstValue, type MetricsSource } from './source';
import { ANY_HASH, labelText, selectorText, type StableMatcher, type StableSelector } from './stable-query';
import type { Subject } from './subject';

/** A matcher that is added to a selector. */
export type AddedMatcher = Pick<StableMatcher, 'label' | 'operator' | 'value'>;

/** What ties a selector to the rollout in place of the hash of one ReplicaSet. */
export interface Tie {
  readonly matchers: readonly AddedMatcher[];
  /** Why it is sure, or how sure it is. */
  readonly note?: string;
  /** Why there is none. */
  readonly problem?: string;
}

const POD_LABELS = ['pod', 'pod_name', 'kubernetes_pod_name', 'exported_pod'];
const UNTIED: Tie = { matchers: [] };

/**
 * Finds what limits a selector to one rollout once its hash may be any. The hash of a canary limits a query to one
 * ReplicaSet; without it, the query would count every rollout of the namespace.
 */
export class Ties {
  private readonly known = new Map<string, Promise<Tie>>();

  constructor(
    private readonly source: MetricsSource,
    private readonly subject: Subject,
    private readonly at: number,
    private readonly stated: string | undefined,
  ) {}

  of(selector: StableSelector): Promise<Tie> {
    if (!this.needsOne(selector)) return Promise.resolve(UNTIED);
    const matchers = selector.matchers.filter(({ tells }) => tells !== 'outcome' && tells !== 'bucket');
    const label = matchers.find(({ by, value }) => by === 'hash' && value === ANY_HASH)!.label;
    const base = selectorText(selector.metric, matchers);
    const key = `${label} ${base}`;
    let tie = this.known.get(key);
    if (tie === undefined) this.known.set(key, (tie = this.find(selector.metric, matchers, label)));
    return tie;
  }

  /** Whether nothing but the hash names the rollout. */
  private needsOne({ matchers }: StableSelector): boolean {
    const { name, names } = this.subject;
    const ours = [name, names.stableService, names.canaryService].filter((one) => one !== undefined);
    return (
      matchers.some(({ by, value }) => by === 'hash' && value === ANY_HASH) &&
      !matchers.some(
        ({ operator, value, by }) =>
          by !== 'hash' && (operator === '=' || operator === '=~') && ours.some((one) => value.includes(one)),
      )
    );
  }

  private async find(metric: string, matchers: readonly AddedMatcher[], label: string): Promise<Tie> {
    if (this.stated !== undefined)
      return { matchers: [{ label, operator: '=', value: this.stated }], note: 'the hash is the one of --stable-hash' };
    const { name, namespace } = this.subject;
    const pods = `${escapedPattern(name)}-${ANY_HASH}-${ANY_HASH}`;
    // Whether the series know their pods is asked of the whole metric, too: these may have had none of the app lately.
    for (const those of [matchers, matchers.filter((one) => one.label === label)]) {
      for (const pod of POD_LABELS) {
        const tie: AddedMatcher = { label: pod, operator: '=~', value: pods };
        const series = selectorText(metric, [...those, tie]);
        const found = firstValue(await this.source.query(`count(last_over_time(${series}[1h]))`, this.at));
        if (found !== undefined && found > 0) return { matchers: [tie] };
      }
    }
    const owner = selectorText('kube_replicaset_owner', [
      { label: 'owner_kind', operator: '=~', value: 'Rollout|Deployment' },
      { label: 'owner_name', operator: '=', value: name },
      { label: 'namespace', operator: '=', value: namespace },
    ]);
    const sets = await this.source.query(`group by (replicaset) (last_over_time(${owner}[1d]))`, this.at);
    const hashes = sets
      .map(({ labels }) => labels.replicaset ?? '')
      .filter((one) => one.startsWith(`${name}-`))
      .map((one) => one.slice(name.length + 1));
    if (hashes.length > 0) {
      const value = hashes.map(escapedPattern).join('|');
      return { matchers: [{ label, operator: '=~', value }], note: 'the hashes are those of kube_replicaset_owner' };
    }
    return this.byOnly(metric, matchers, label);
  }

  /** Where the series know a single hash, there is no other rollout to be confused with. */
  private async byOnly(metric: string, matchers: readonly AddedMatcher[], label: string): Promise<Tie> {
    const text = `group by (${labelText(label)}) (${selectorText(metric, matchers)})`;
    const values = await this.source.query(text, this.at);
    if (values.length === 0) return UNTIED;
    if (values.length === 1)
      return { matchers: [], note: `${metric} has a single value of ${label}, which is taken for this rollout's` };
    return {
      matchers: [],
      problem: `${metric} has ${values.length} values of ${label}, and neither a pod label nor kube_replicaset_owner tells which are of this rollout; give --stable-hash`,
    };
  }
}
