import { allMetrics, type MetricModel, plannedRollout, type PlannedRollout } from '../../controller';
import { comparisons } from '../../expr';
import { writeSeconds } from '../../formats/go-duration';
import { writeYamlDocuments } from '../../formats/yaml';
import { type Field, graphOf, graphOfLoaded, loadManifests, type Resource } from '../../graph';
import { stepText } from '../../plan';
import { parsePromql, promqlAst, readPromqlDuration, walkPromql } from '../../promql';
import { type Draft, type Knob, moved, type Place, putAt, sameSteps, valueAt } from './draft';
import { type Built, type Change, type DesignText, type KnobNames, type Source, SourceError } from './source';
import { readSteps, writeSteps } from './steps';
import { secondsOf, writtenValue } from './values';

interface Plain {
  [key: string]: unknown;
}

const STEPS = ['spec', 'strategy', 'canary', 'steps'];

/** What of a metric can be changed, and how it is written. */
const FIELDS: readonly (readonly [
  name: 'count' | 'interval' | 'initialDelay' | 'failureLimit',
  string,
  Knob['unit'],
])[] = [
  ['count', 'measurements', 'count'],
  ['interval', 'interval', 'seconds'],
  ['initialDelay', 'delay of the first', 'seconds'],
  ['failureLimit', 'failed measurements allowed', 'count'],
];

/** A knob, and the place in the manifests that it turns. */
interface Turned {
  readonly knob: Knob;
  readonly resource: Resource;
  readonly write: (manifest: Plain, value: Knob) => void;
}

/**
 * A Rollout with what belongs to it, from manifests.
 *
 * @param rollout The name of the one to design, or that and its namespace. Default: the first one.
 * @throws SourceError
 */
export function manifestSource(texts: readonly DesignText[], rollout?: string): Source {
  const loaded = loadManifests(texts);
  const graph = graphOfLoaded(loaded);
  const all = graph.ofKind('Rollout', 'argoproj.io');
  const names = all.map(({ fullName }) => fullName);
  const resource = all.find(({ name, fullName }) => rollout === undefined || rollout === name || rollout === fullName);
  const chosen = resource && plannedRollout(graph, resource);
  const broken = loaded.problems.map(({ place, message }) => `${place.file}:${place.line}:${place.column}  ${message}`);
  if (broken.length > 0) throw new SourceError(broken);
  if (chosen === undefined) throw new SourceError([missing(texts, rollout, names)]);
  if (chosen.model === undefined) throw new SourceError(chosen.problems);
  return new ManifestSource(texts, loaded.resources, chosen, names);
}

function missing(texts: readonly DesignText[], rollout: string | undefined, names: readonly string[]): string {
  const where = texts.map(({ name }) => name).join(', ');
  if (names.length > 0) return `there is no Rollout '${rollout}' in ${where}; found: ${names.join(', ')}`;
  const flagger = texts.some(({ text }) => /^kind: Canary$/m.test(text));
  return flagger
    ? `${where}: Flagger's Canaries cannot be designed here; use cdk8s-canary plan and simulate`
    : `there is no Rollout and no canary file in ${where}`;
}

class ManifestSource implements Source {
  readonly kind = 'manifests';
  readonly name: string;
  readonly draft: Draft;
  readonly others: readonly string[];
  readonly argument: string;
  private readonly steps: readonly unknown[];
  private readonly turned: readonly Turned[];
  /** The weight that stands for all requests. */
  private readonly most: number;

  constructor(
    texts: readonly DesignText[],
    private readonly resources: readonly Resource[],
    private readonly planned: PlannedRollout,
    names: readonly string[],
  ) {
    const { resource, model } = planned;
    this.name = resource.fullName;
    this.others = names.filter((name) => name !== this.name);
    this.argument = `${texts.map(({ name }) => name).join(' ')}${this.others.length > 0 ? ` --rollout ${this.name}` : ''}`;
    const written = valueAt(resource.manifest, STEPS);
    this.steps = Array.isArray(written) ? written : [];
    this.most = planned.rollout.canary.get('trafficRouting', 'maxTrafficWeight').integer || 100;
    this.turned = turnedBy(planned);
    this.draft = {
      steps: readSteps(
        this.steps,
        model!.steps.map((step) => stepText(step, model!)),
        this.most,
      ),
      knobs: this.turned.map(({ knob }) => knob),
      canAnalyse: this.steps.some((step) => valueAt(step, ['analysis']) !== undefined),
    };
  }

  build(draft: Draft): Built {
    const changed = this.changed(draft);
    const named = this.resources.map((resource) => ({
      origin: resource.origin.file,
      manifest: changed.get(resource) ?? resource.manifest,
    }));
    const graph = graphOf(named);
    const resource = graph.ofKind('Rollout', 'argoproj.io').find(({ fullName }) => fullName === this.name);
    const planned = resource && plannedRollout(graph, resource);
    if (planned?.model === undefined) return { problems: planned?.problems ?? [] };
    return { graph, planned, notes: planned.notes };
  }

  changeOf(draft: Draft): Change {
    const changed = this.changed(draft);
    const name = `${this.planned.resource.name}.yaml`;
    const whole = {
      name,
      text: writeYamlDocuments(this.resources.map((resource) => changed.get(resource) ?? resource.manifest)),
    };
    if (changed.size === 0) return { whole, advice: 'Nothing is changed yet.' };
    const change = { name, text: writeYamlDocuments([...changed.values()]) };
    return { whole, change, advice: 'Put these objects in the place of those that you have.' };
  }

  knobsOf(metric: string): KnobNames | undefined {
    const ids = this.draft.knobs.filter(({ group }) => group === metric).map(({ id }) => id);
    const named = (name: string): string | undefined => ids.find((id) => id.endsWith(name));
    return {
      count: named(' count'),
      interval: named(' interval'),
      failureLimit: named(' failureLimit'),
      threshold: named('Condition 0'),
    };
  }

  /** Copies of the manifests that the draft changes. */
  private changed(draft: Draft): Map<Resource, Plain> {
    const changed = new Map<Resource, Plain>();
    const copyOf = (resource: Resource): Plain => {
      const known = changed.get(resource) ?? (structuredClone(resource.manifest) as Plain);
      changed.set(resource, known);
      return known;
    };
    if (!sameSteps(this.draft, draft)) {
      const analysis = this.steps.find((step) => valueAt(step, ['analysis']) !== undefined);
      putAt(copyOf(this.planned.resource), STEPS, writeSteps(this.steps, this.draft, draft, analysis, this.most));
    }
    for (const knob of moved(this.draft, draft)) {
      const found = this.turned.find((one) => one.knob.id === knob.id)!;
      found.write(copyOf(found.resource), knob);
    }
    return changed;
  }
}

/** The knobs of all metrics of a Rollout, each metric once, however many steps measure it. */
function turnedBy({ model, sources }: PlannedRollout): Turned[] {
  const seen = new Set<string>();
  return allMetrics(model!).flatMap((metric) => {
    const source = sources.get(metric);
    if (source === undefined) return [];
    const id = `${source.resource.toString()} ${source.toString()}`;
    if (seen.has(id)) return [];
    seen.add(id);
    return [
      ...fieldKnobs(metric, source, id),
      ...conditionKnobs(metric, source, id),
      ...windowKnobs(metric, source, id),
    ];
  });
}

const placeOf = (source: Field, ...more: readonly string[]): Place => [...source.path, ...more];

/** What an argument of the analysis gives is not written here. */
const isArgument = (field: Field): boolean => field.string?.includes('{{') === true;

function fieldKnobs(metric: MetricModel, source: Field, id: string): Turned[] {
  return FIELDS.flatMap(([name, label, unit]) => {
    const written = source.get(name);
    const value = unit === 'seconds' ? secondsOf(written.value) : metric[name];
    const isShown = written.exists || name === 'failureLimit' || (name === 'count' && metric.count !== undefined);
    if (isArgument(written) || value === undefined || !isShown) return [];
    const knob = { id: `${id} ${name}`, group: metric.name, label, unit, value };
    const place = placeOf(source, name);
    const write: Turned['write'] = (manifest, now) =>
      putAt(manifest, place, writtenValue(now, valueAt(manifest, place)));
    return [{ knob, resource: source.resource, write }];
  });
}

/** The numbers that a condition compares the result with. */
function conditionKnobs(metric: MetricModel, source: Field, id: string): Turned[] {
  return (['successCondition', 'failureCondition'] as const).flatMap((name) => {
    const written = source.get(name);
    if (written.string === undefined || isArgument(written)) return [];
    const thresholds = comparisons(written.string).filter(({ subject }) => /^result(\[0\])?$/.test(subject));
    return thresholds.map(({ operator, threshold }, i): Turned => {
      const label = `${name === 'successCondition' ? 'succeeds' : 'fails'} at ${operator}`;
      const unit = threshold > 0 && threshold < 1 ? 'share' : 'number';
      const place = placeOf(source, name);
      return {
        knob: { id: `${id} ${name} ${i}`, group: metric.name, label, unit, value: threshold },
        resource: source.resource,
        write: (manifest, { value }) => {
          const text = valueAt(manifest, place) as string;
          const found = comparisons(text).filter(({ subject }) => /^result(\[0\])?$/.test(subject))[i];
          const part = text.slice(found.from, found.to).replace(/-?(\d+\.?\d*|\.\d+)$/, String(value));
          putAt(manifest, place, text.slice(0, found.from) + part + text.slice(found.to));
        },
      };
    });
  });
}

/** The window of a query whose ranges are all as long as each other. */
function windowKnobs(metric: MetricModel, source: Field, id: string): Turned[] {
  const written = source.get('provider', 'prometheus', 'query');
  if (written.string === undefined) return [];
  const lengths = windowsIn(written.string).map(({ seconds }) => seconds);
  if (new Set(lengths).size !== 1 || lengths[0] === undefined) return [];
  const place = placeOf(source, 'provider', 'prometheus', 'query');
  return [
    {
      knob: { id: `${id} window`, group: metric.name, label: 'window', unit: 'seconds', value: lengths[0] },
      resource: source.resource,
      write: (manifest, { value }) => {
        let text = valueAt(manifest, place) as string;
        for (const { from, to } of windowsIn(text).reverse()) {
          text = text.slice(0, from) + writeSeconds(value) + text.slice(to);
        }
        putAt(manifest, place, text);
      },
    },
  ];
}

function windowsIn(query: string): { from: number; to: number; seconds: number | undefined }[] {
  const root = promqlAst(parsePromql(query));
  const found: { from: number; to: number; seconds: number | undefined }[] = [];
  if (root === undefined) return found;
  walkPromql(root, (node) => {
    const window = node.kind === 'selector' ? node.window : undefined;
    if (window !== undefined)
      found.push({ from: window.from, to: window.to, seconds: readPromqlDuration(window.text) });
  });
  return found.sort((a, b) => a.from - b.from);
}
