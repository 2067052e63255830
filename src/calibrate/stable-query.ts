import { escapedPattern, WholeGoRegExp } from '../formats/go-regexp';
import { CANARY_HASH, type RolloutModel, STABLE_HASH } from '../controller';
import {
  type Call,
  type Matcher,
  parsePromql,
  promqlAst,
  promqlType,
  type PromqlType,
  readPromqlDuration,
  type Selector,
  walkPromql,
} from '../promql';
import { quotePromql } from '../promql/matcher';
import { statusLabel } from '../traffic-model';

/** A matcher of a query as it is for the stable version. */
export interface StableMatcher {
  readonly label: string;
  readonly operator: Matcher['operator'];
  readonly value: string;
  /** What the author wrote. */
  readonly written: string;
  /** It tells failed requests from others, the versions apart, or buckets. */
  readonly tells: 'outcome' | 'version' | 'bucket' | 'nothing';
  /** Which requests an outcome matcher selects. */
  readonly outcome?: 'failed' | 'succeeded';
  /** How it tells the versions apart. */
  readonly by?: 'hash' | 'service' | 'label';
}

/** Matchers of a selector, and those that were added to them. */
export type Matchers = readonly (Pick<StableMatcher, 'label' | 'operator' | 'value'> & Partial<StableMatcher>)[];

/** A selector of a query, with matchers that select the stable version. */
export interface StableSelector {
  readonly metric: string;
  readonly matchers: readonly StableMatcher[];
  /** The version that the query means by it. */
  readonly version: 'canary' | 'stable' | 'both';
  /** Seconds. */
  readonly window?: number;
  /** As PromQL writes it, such as `5m`. */
  readonly windowText?: string;
  /** It is read as a counter: inside of `rate()` and its like. */
  readonly counter: boolean;
  /** It is read as a native histogram. */
  readonly native: boolean;
  /** Where it is in the query, and the growth that is computed of it. */
  readonly node: Selector;
  readonly growth?: Call;
}

/** A query whose selectors are known. */
export interface StableQuery {
  readonly query: string;
  readonly type: PromqlType;
  readonly selectors: readonly StableSelector[];
}

/** How the two versions of a rollout are told apart by values of labels, hashes aside. */
export interface VersionNames {
  readonly canaryService?: string;
  readonly stableService?: string;
  /** Labels that the controller gives to the pods of each version (`canaryMetadata`). */
  readonly canaryLabels: Readonly<Record<string, string>>;
  readonly stableLabels: Readonly<Record<string, string>>;
}

const GROWTH = new Set(['rate', 'increase', 'irate', 'delta', 'idelta', 'xrate', 'xincrease']);
const OF_HISTOGRAMS = /^histogram_(quantile|count|sum|avg|fraction|stddev|stdvar)$/;
const OF_THE_VERSION = /(^|_)(version|revision|role|track|subset|variant)$/;
/** A pod-template hash. */
export const ANY_HASH = '[0-9a-z]+';

/** Names of versions that a model and the metadata of its strategy have. */
export function versionNames({ services }: RolloutModel, strategy: unknown): VersionNames {
  const labels = (key: string): Record<string, string> => {
    const metadata = (strategy as Record<string, { labels?: Record<string, unknown> } | undefined> | undefined)?.[key];
    const found = Object.entries(metadata?.labels ?? {}).map(([name, value]) => [inPrometheus(name), String(value)]);
    return Object.fromEntries(found) as Record<string, string>;
  };
  return {
    canaryService: services?.canary,
    stableService: services?.stable,
    canaryLabels: labels('canaryMetadata'),
    stableLabels: labels('stableMetadata'),
  };
}

const inPrometheus = (name: string): string => name.replace(/[^a-zA-Z0-9_]/g, '_');

/** Reads a query, all of whose arguments are filled in; undefined where it does not parse. */
export function stableQuery(query: string, others: readonly string[], names: VersionNames): StableQuery | undefined {
  const root = promqlAst(parsePromql(query));
  if (root === undefined) return undefined;
  const matchersOf = matchersByLabel([query, ...others]);
  const selectors: StableSelector[] = [];
  walkPromql(root, (node, around) => {
    if (node.kind !== 'selector' || node.metric === undefined) return;
    const { metric } = node;
    const growth = around.find((one): one is Call => one.kind === 'call' && GROWTH.has(one.name));
    const histogram = around.some((one) => one.kind === 'call' && OF_HISTOGRAMS.test(one.name));
    const versions = new Set<StableSelector['version']>();
    const matchers = node.matchers.map((one) =>
      stableMatcher(metric, one, matchersOf(metric, one.label), names, versions),
    );
    const windowText = node.window?.text.replace(/^\[|\]$/g, '').trim();
    selectors.push({
      metric,
      matchers,
      version: versions.size === 1 ? [...versions][0] : 'both',
      window: windowText === undefined ? undefined : readPromqlDuration(windowText),
      windowText,
      counter: growth !== undefined,
      native: histogram && !/_(bucket|sum|count)$/.test(metric),
      node,
      growth,
    });
  });
  return { query, type: promqlType(root), selectors };
}

/** All matchers on a label of a metric in some queries: together they tell which values mean a failure. */
function matchersByLabel(queries: readonly string[]): (metric: string, label: string) => readonly Matcher[] {
  const found = new Map<string, Matcher[]>();
  for (const query of queries) {
    const root = promqlAst(parsePromql(query));
    if (root === undefined) continue;
    walkPromql(root, (node) => {
      if (node.kind !== 'selector') return;
      for (const matcher of node.matchers) {
        const key = `${node.metric} ${matcher.label}`;
        found.set(key, [...(found.get(key) ?? []), matcher]);
      }
    });
  }
  return (metric, label) => found.get(`${metric} ${label}`) ?? [];
}

function stableMatcher(
  metric: string,
  matcher: Matcher,
  all: readonly Matcher[],
  names: VersionNames,
  versions: Set<StableSelector['version']>,
): StableMatcher {
  const { label, operator, value } = matcher;
  const same = { label, operator, value, written: `${label}${operator}${quotePromql(value)}` };
  if (label === 'le') return { ...same, tells: 'bucket' };
  const version = ofVersion(matcher, names);
  if (version !== undefined) {
    versions.add(version.means);
    return { ...same, operator: version.operator, value: version.value, tells: 'version', by: version.by };
  }
  const status = statusOf(metric, label, all);
  if (status === undefined) return { ...same, tells: 'nothing' };
  const [failed, succeeded] = [status.failed, status.succeeded].map((one) => accepts(matcher, one));
  if (failed === succeeded) return { ...same, tells: 'nothing' };
  return { ...same, tells: 'outcome', outcome: failed ? 'failed' : 'succeeded' };
}

function statusOf(
  metric: string,
  label: string,
  all: readonly Matcher[],
): { failed: string; succeeded: string } | undefined {
  const status = statusLabel(metric, label, all);
  return status === undefined || 'unclear' in status ? undefined : status;
}

/** Whether a matcher accepts a value. */
function accepts({ operator, value }: Matcher, text: string): boolean {
  if (operator === '=' || operator === '!=') return (text === value) === (operator === '=');
  return WholeGoRegExp.of(value).test(text) === (operator === '=~');
}

interface OfVersion {
  readonly means: 'canary' | 'stable';
  readonly by: 'hash' | 'service' | 'label';
  readonly operator: Matcher['operator'];
  readonly value: string;
}

/** How a matcher is written for the stable version, where it is one that tells the versions apart. */
function ofVersion({ label, operator, value }: Matcher, names: VersionNames): OfVersion | undefined {
  const negative = operator === '!=' || operator === '!~';
  const hash = [CANARY_HASH, STABLE_HASH].find((one) => value.includes(one));
  if (hash !== undefined) {
    const means = (hash === CANARY_HASH) === negative ? 'stable' : 'canary';
    // What is not the canary's is, outside of an update, everything.
    if (negative) return { means, by: 'hash', operator: '=~', value: '.+' };
    const pattern =
      operator === '=' ? value.split(hash).map(escapedPattern).join(ANY_HASH) : value.replaceAll(hash, ANY_HASH);
    return { means, by: 'hash', operator: '=~', value: pattern };
  }
  const { canaryService, stableService, canaryLabels, stableLabels } = names;
  if (canaryService !== undefined && canaryService !== stableService && hasWord(value, canaryService)) {
    if (negative) return { means: 'stable', by: 'service', operator: '=~', value: '.*' };
    if (stableService === undefined) return { means: 'canary', by: 'service', operator: '=~', value: '.*' };
    return { means: 'canary', by: 'service', operator, value: replaceWord(value, canaryService, stableService) };
  }
  if (stableService !== undefined && !negative && hasWord(value, stableService))
    return { means: 'stable', by: 'service', operator, value };
  if (canaryLabels[label] === value && operator === '=') {
    const stable = stableLabels[label];
    return stable === undefined
      ? { means: 'canary', by: 'label', operator: '=~', value: '.*' }
      : { means: 'canary', by: 'label', operator, value: stable };
  }
  if (stableLabels[label] === value && operator === '=') return { means: 'stable', by: 'label', operator, value };
  if (OF_THE_VERSION.test(label) && operator === '=' && value === 'canary')
    return { means: 'canary', by: 'label', operator, value: 'stable' };
  return undefined;
}

const word = (name: string): RegExp => new RegExp(`(?<![\\w-])${escapedPattern(name)}(?![\\w-])`, 'g');
const hasWord = (text: string, name: string): boolean => word(name).test(text);
const replaceWord = (text: string, name: string, by: string): string => text.replace(word(name), () => by);

/** The name of a label as PromQL writes it: quoted where it has characters that only UTF-8 names have. */
export const labelText = (label: string): string => (/^[a-zA-Z_]\w*$/.test(label) ? label : quotePromql(label));

/** A matcher as PromQL writes it. */
export const matcherText = ({ label, operator, value }: Pick<StableMatcher, 'label' | 'operator' | 'value'>): string =>
  `${labelText(label)}${operator}${quotePromql(value)}`;

/** A selector as PromQL writes it. */
export function selectorText(
  metric: string,
  matchers: readonly Pick<StableMatcher, 'label' | 'operator' | 'value'>[],
): string {
  const classic = /^[a-zA-Z_:][\w:]*$/.test(metric);
  const inside = [...(classic ? [] : [quotePromql(metric)]), ...matchers.map(matcherText)].join(',');
  return `${classic ? metric : ''}${inside === '' ? '' : `{${inside}}`}`;
}

/** A selector whatever came of the requests, and of all buckets. */
export const anyOutcome = ({ metric, matchers }: StableSelector, tie: { readonly matchers: Matchers }): string =>
  selectorText(
    metric,
    [...matchers, ...tie.matchers].filter(({ tells }) => tells !== 'outcome' && tells !== 'bucket'),
  );

/** A selector of those series alone that have a label. */
export const andLabelled = (selector: string, label: string): string => {
  const matcher = matcherText({ label, operator: '!=', value: '' });
  return selector.endsWith('}') ? `${selector.slice(0, -1)},${matcher}}` : `${selector}{${matcher}}`;
};

/** Metrics of processes and of the cluster, which are no counters of requests, and recorded ones, which are no counters. */
const NO_REQUESTS =
  /^(kube_|container_|node_|machine_|process_|go_|jvm_|scrape_|rollout_|analysis_run_|up$|ALERTS(_FOR_STATE)?$)|:/;

/** Whether a metric that is read as a counter counts requests, so that a part of the traffic counts a part of it. */
export const countsRequests = (metric: string): boolean => !NO_REQUESTS.test(metric);

/** Change of a text: what stands between two offsets is replaced. */
interface Edit {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/**
 * The query for the stable version.
 *
 * @param ties matchers that tie a selector to the rollout where nothing but the hash did
 * @param shares by which the growths of each version's counters are multiplied
 */
export function stableText(
  { query, selectors }: StableQuery,
  ties: (selector: StableSelector) => readonly Pick<StableMatcher, 'label' | 'operator' | 'value'>[],
  shares: Readonly<Record<StableSelector['version'], number>>,
): string {
  const edits: Edit[] = [];
  const wrapped = new Set<number>();
  for (const selector of selectors) {
    const { node, matchers, growth } = selector;
    const more = ties(selector);
    matchers.forEach((one, i) => {
      const { from, to } = node.matchers[i];
      const added = one.by === 'hash' && i === matchers.findIndex(({ by }) => by === 'hash') ? more : [];
      if (one.tells === 'version') edits.push({ from, to, text: [one, ...added].map(matcherText).join(',') });
    });
    const share = shares[selector.version];
    if (growth === undefined || share === 1 || wrapped.has(growth.from) || !countsRequests(selector.metric)) continue;
    wrapped.add(growth.from);
    edits.push(
      { from: growth.to, to: growth.to, text: ')' },
      { from: growth.from, to: growth.from, text: `(${share} * ` },
    );
  }
  edits.sort((a, b) => b.from - a.from || b.to - a.to);
  return edits.reduce((text, { from, to, text: by }) => text.slice(0, from) + by + text.slice(to), query);
}
