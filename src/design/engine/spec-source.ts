import { formatProblem, type Problem } from '../../canaryfile/problem';
import { mergeLayers, readDocuments } from '../../canaryfile/layers';
import { type MapNode, nodeOf, plain } from '../../canaryfile/node';
import { API_VERSION } from '../../canaryfile/document';
import { renderSpec } from '../../canaryfile/render';
import {
  allMetrics,
  type MetricModel,
  plannedRollouts,
  type PlannedRollout,
  type RolloutModel,
} from '../../controller';
import { SourceFile } from '../../formats/source';
import { writeSeconds } from '../../formats/go-duration';
import { writeYaml } from '../../formats/yaml';
import { graphOf } from '../../graph';
import { stepText, windowOf } from '../../plan';
import { type Draft, type Knob, moved, putAt, sameSteps, valueAt } from './draft';
import { type Built, type Change, type DesignText, type KnobNames, type Source, SourceError } from './source';
import { withChangedSpec } from './splice';
import { readSteps, writeSteps } from './steps';
import { shareOf, secondsOf, writtenValue } from './values';

interface Plain {
  [key: string]: unknown;
}

/** What a check's own options limit, and how the limit is written. */
const LIMITS: { readonly [name: string]: Knob['unit'] } = { atMost: 'number', atLeast: 'number', below: 'number' };
/** The names under which a plan says how often and how long it measures. */
const MEASURING: readonly (readonly [name: string, label: string, unit: Knob['unit']])[] = [
  ['window', 'window', 'seconds'],
  ['within', 'window', 'seconds'],
  ['count', 'measurements', 'count'],
  ['interval', 'interval', 'seconds'],
  ['failureLimit', 'failures allowed', 'count'],
];

/**
 * An app in the language of canary files.
 *
 * @param layers The texts that it is made of, the lowest first. The last one is the file that is to be changed.
 * @throws SourceError
 */
export function specSource(layers: readonly DesignText[]): Source {
  const problems: Problem[] = [];
  const own = layers[layers.length - 1];
  const documents = layers.map(({ name, text }) => readDocuments(new SourceFile(name, text), problems));
  const several = documents.findIndex(({ length }) => length > 1);
  if (several >= 0) {
    throw new SourceError([
      `${layers[several].name} holds several apps; give each a file of its own to design with it`,
    ]);
  }
  const body = mergeLayers(documents.flat());
  if (problems.length > 0 || body === undefined) throw refusal(problems, own.name);
  return new SpecSource(own, body);
}

const refusal = (problems: readonly Problem[], name: string): SourceError =>
  new SourceError(problems.length > 0 ? problems.map(formatProblem) : [`${name}: there is no app in this file`]);

class SpecSource implements Source {
  readonly kind = 'canary file';
  readonly name: string;
  readonly draft: Draft;
  readonly others = [];
  readonly argument: string;
  private readonly steps: readonly unknown[];
  private readonly spec: Plain;
  private readonly metadata: unknown;

  constructor(
    private readonly own: DesignText,
    body: MapNode,
  ) {
    const { metadata, spec = {} } = plain(body) as { metadata?: unknown; spec?: Plain };
    this.spec = spec;
    this.metadata = metadata;
    this.argument = own.name;
    const rendered = this.render(spec);
    if ('problems' in rendered) throw new SourceError(rendered.problems);
    const { model } = rendered.planned;
    this.name = rendered.planned.resource.fullName;
    // What the app does without saying so becomes a step like any other.
    this.steps = Array.isArray(spec.steps) ? spec.steps : model!.steps.map(stepOf);
    this.draft = {
      steps: readSteps(
        this.steps,
        model!.steps.map((step) => stepText(step, model!)),
      ),
      knobs: [...failureKnobs(spec, model!), ...checkKnobs(spec, model!)],
      canAnalyse: typeof spec.prometheus === 'string',
    };
  }

  build(draft: Draft): Built {
    return this.render(this.changed(draft));
  }

  changeOf(draft: Draft): Change {
    const changed = this.changed(draft);
    const names = Object.keys(changed).filter((name) => changed[name] !== this.spec[name]);
    const fields: Plain = Object.fromEntries(names.map((name) => [name, changed[name]]));
    if ('plan' in this.spec && !('plan' in changed)) fields.plan = null;
    const whole = { name: this.own.name, text: withChangedSpec(this.own.text, fields) };
    if (Object.keys(fields).length === 0) return { whole, advice: 'Nothing is changed yet.' };
    const head = { apiVersion: API_VERSION, kind: 'CanaryApp' };
    const change = { name: this.own.name, text: writeYaml({ ...head, spec: fields }) };
    return {
      whole,
      change,
      advice: `Put these fields into ${this.own.name}, or take the whole file; then run cdk8s-canary synth.`,
    };
  }

  knobsOf(metric: string): KnobNames | undefined {
    const isFailures = this.draft.knobs.some(({ id }) => id === 'failures.atMost');
    if (isFailures && metric !== failuresName(this.spec)) return undefined;
    const path = isFailures ? 'failures' : 'measuring';
    const names = { count: `${path}.count`, interval: `${path}.interval`, failureLimit: `${path}.failureLimit` };
    return isFailures ? { ...names, threshold: 'failures.atMost' } : names;
  }

  private changed(draft: Draft): Plain {
    const spec: Plain = { ...this.spec };
    if (!sameSteps(this.draft, draft)) {
      spec.steps = writeSteps(this.steps, this.draft, draft, 'analysis');
      delete spec.plan;
    }
    for (const knob of moved(this.draft, draft)) {
      const place = knob.id.split('.').map((part) => (/^\d+$/.test(part) ? Number(part) : part));
      const [first] = place;
      // Each part of the spec that is written into is a copy, so that the original stays.
      if (spec[first] === this.spec[first]) spec[first] = structuredClone(this.spec[first]) ?? {};
      if (first === 'failures') this.completeFailures(spec.failures as Plain);
      putAt(spec, place, writtenValue(knob, valueAt(this.spec, place)));
      const interval = [...place.slice(0, -1), 'interval'];
      const stated = draft.knobs.find(({ id }) => id === interval.join('.'));
      // Several measurements need the time between them.
      if (place.at(-1) === 'count' && knob.value > 1 && stated && valueAt(spec, interval) === undefined) {
        putAt(spec, interval, writeSeconds(stated.value));
      }
    }
    return spec;
  }

  /** `failures` cannot be without these two. */
  private completeFailures(failures: Plain): void {
    const value = (name: string): number | undefined =>
      this.draft.knobs.find(({ id }) => id === `failures.${name}`)?.value;
    failures.atMost ??= value('atMost');
    const within = value('within');
    if (within !== undefined) failures.within ??= writeSeconds(within);
  }

  private render(spec: Plain): Built {
    const file = new SourceFile(this.own.name, this.own.text);
    const body = nodeOf({ metadata: this.metadata, spec: withoutFiles(spec) }, { file, from: 0, to: 0 }) as MapNode;
    const problems: Problem[] = [];
    const app = renderSpec(body, problems, false);
    if (app === undefined) return { problems: problems.map(({ path, message }) => `${path}: ${message}`) };
    const named = app.manifests.map((manifest) => ({ origin: this.own.name, manifest }));
    const graph = graphOf(named);
    const planned: PlannedRollout | undefined = plannedRollouts(graph)[0];
    if (planned?.model === undefined) {
      return { problems: planned?.problems ?? [`${this.own.name}: its manifests hold no Rollout`] };
    }
    return { graph, planned, notes: [...planned.notes, ...fileNotes(spec)] };
  }
}

/** The spec without what only the disk has: files that become a part of it. */
function withoutFiles(spec: Plain): Plain {
  const { config, extraManifests } = spec;
  const kept = { ...spec };
  if (valueAt(config, ['files']) !== undefined) kept.config = { ...(config as Plain), files: undefined };
  if (Array.isArray(extraManifests)) kept.extraManifests = extraManifests.filter((one) => typeof one !== 'string');
  return kept;
}

function fileNotes({ config, extraManifests }: Plain): string[] {
  const named =
    valueAt(config, ['files']) !== undefined ||
    (Array.isArray(extraManifests) && extraManifests.some((one) => typeof one === 'string'));
  return named ? ['files that the canary file names (config.files, extraManifests) are left out here'] : [];
}

/** A step that the app takes by default, as a canary file writes it. */
function stepOf({ setWeight, pause, analysis }: RolloutModel['steps'][number]): unknown {
  if (setWeight !== undefined) return { setWeight };
  if (pause !== undefined)
    return { pause: pause.seconds === undefined ? {} : { duration: writeSeconds(pause.seconds) } };
  return analysis === undefined ? {} : 'analysis';
}

function failuresName({ failures }: Plain): string {
  const name = valueAt(failures, ['metricName']);
  return typeof name === 'string' ? name : 'failures';
}

/** What the app counts by itself. */
function failureKnobs(spec: Plain, model: RolloutModel): Knob[] {
  if (Array.isArray(spec.checks)) return [];
  const given = (spec.failures ?? {}) as Plain;
  const name = failuresName(spec);
  const metric = allMetrics(model).find((one) => one.name === name);
  if (metric === undefined) return [];
  const group = 'Failed requests';
  const atMost = typeof given.atMost === 'number' ? given.atMost : 5;
  const own = given.query === undefined;
  return [
    { id: 'failures.atMost', group, label: 'acceptable failures', unit: 'count', value: atMost },
    ...(own ? knob('failures.within', group, 'window', 'seconds', windowOf(metric)) : []),
    ...rhythmKnobs('failures', group, metric),
  ];
}

function rhythmKnobs(path: string, group: string, metric: MetricModel): Knob[] {
  const { count = 1, interval, failureLimit } = metric;
  return [
    ...knob(`${path}.count`, group, 'measurements', 'count', count),
    ...knob(`${path}.interval`, group, 'interval', 'seconds', interval ?? windowOf(metric) ?? 60),
    ...knob(`${path}.failureLimit`, group, 'failed measurements allowed', 'count', failureLimit),
  ];
}

const knob = (id: string, group: string, label: string, unit: Knob['unit'], value: number | undefined): Knob[] =>
  value === undefined ? [] : [{ id, group, label, unit, value }];

/** The limits of checks, and how they are measured. */
function checkKnobs(spec: Plain, model: RolloutModel): Knob[] {
  const knobs: Knob[] = [];
  for (const list of ['checks', 'backgroundChecks']) {
    const checks = spec[list];
    if (!Array.isArray(checks)) continue;
    checks.forEach((check: unknown, i) => knobs.push(...knobsOfCheck(check, `${list}.${i}`, list !== 'checks')));
  }
  const metric = allMetrics(model)[0];
  if (!Array.isArray(spec.checks) || metric === undefined) return knobs;
  const group = 'All checks of a step';
  knobs.push(
    ...knob('measuring.window', group, 'window', 'seconds', windowOf(metric)),
    ...rhythmKnobs('measuring', group, metric),
  );
  return knobs;
}

function knobsOfCheck(check: unknown, path: string, background: boolean): Knob[] {
  if (typeof check !== 'object' || check === null) return [];
  return Object.entries(check).flatMap(([kind, options]) => {
    const group = background ? `${kind}, in the background` : kind;
    // A check with one option may be written with its value alone.
    if (typeof options !== 'object' || options === null) {
      const value = shareOf(options);
      return knob(`${path}.${kind}`, group, 'limit', value !== undefined && value <= 1 ? 'share' : 'number', value);
    }
    return Object.entries(options as Plain).flatMap(([name, value]) => {
      const id = `${path}.${kind}.${name}`;
      const measured = MEASURING.find(([one]) => one === name);
      if (measured !== undefined) {
        const [, label, unit] = measured;
        return knob(id, group, label, unit, unit === 'seconds' ? secondsOf(value) : shareOf(value));
      }
      if (LIMITS[name] === undefined) return [];
      const limit = typeof value === 'string' ? (shareOf(value) ?? secondsOf(value)) : shareOf(value);
      const unit = typeof value === 'string' && shareOf(value) === undefined ? 'seconds' : 'number';
      const label = name === 'atLeast' ? 'at least' : name === 'atMost' ? 'at most' : name;
      return knob(id, group, label, kind.endsWith('Rate') && (limit ?? 2) <= 1 ? 'share' : unit, limit);
    });
  });
}
