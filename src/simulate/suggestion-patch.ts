import { writeYamlDocuments } from '../formats/yaml';
import { writeSeconds } from '../formats/go-duration';
import type { Field, Resource } from '../graph';
import { type MetricModel, type PlannedRollout, type RolloutModel, allMetrics } from '../controller';

/** A merge patch (RFC 7386) of one object: what it is, and the fields that are to be others. */
export interface Patch {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly spec: object;
}

/** A suggestion as changes of the manifests that the rollout was read from. */
export interface Patches {
  readonly patches: readonly Patch[];
  /** What a patch cannot say, because the value comes from elsewhere: a sentence each. */
  readonly byHand: readonly string[];
}

interface Plain {
  [key: string]: unknown;
}

const FIELDS = [
  'count',
  'interval',
  'failureLimit',
  'inconclusiveLimit',
  'successCondition',
  'failureCondition',
] as const satisfies readonly (keyof MetricModel)[];

/**
 * Writes a suggested model as merge patches of the manifests. A merge patch replaces lists as a whole, so that the steps
 * and the metrics come complete: `kubectl patch --type merge` and kustomize's `patches` apply them as they are.
 */
export function patchesOf(planned: PlannedRollout, suggested: RolloutModel): Patches {
  const before = planned.model!;
  const byHand: string[] = [];
  const patches: Patch[] = [];
  const steps = planned.rollout.canary.get('steps');
  if (before.steps.some(({ pause }, i) => pause?.seconds !== suggested.steps[i].pause?.seconds)) {
    const changed = structuredClone(steps.value) as Plain[];
    suggested.steps.forEach(({ pause }, i) => {
      const written = changed[i].pause as Plain | undefined;
      if (pause?.seconds === undefined || written === undefined) return;
      written.duration = typeof written.duration === 'number' ? pause.seconds : writeSeconds(pause.seconds);
    });
    patches.push(patch(planned.rollout.resource, { strategy: { canary: { steps: changed } } }));
  }
  const after = allMetrics(suggested);
  const templates = new Map<Resource, Plain[]>();
  allMetrics(before).forEach((metric, i) => {
    const source = planned.sources.get(metric);
    if (source === undefined) return;
    for (const name of FIELDS) {
      const [was, will] = [metric[name], after[i][name]];
      if (was === will || will === undefined) continue;
      change(source, name, name === 'interval' ? writeSeconds(will as number) : will, templates, byHand);
    }
  });
  for (const [resource, metrics] of templates) patches.push(patch(resource, { metrics }));
  return { patches, byHand };
}

function change(
  source: Field,
  name: string,
  value: unknown,
  templates: Map<Resource, Plain[]>,
  byHand: string[],
): void {
  const { resource } = source;
  const written = source.get(name);
  if (written.string?.includes('{{')) {
    const sentence = `${resource.toString()}: ${source.toString()}.${name} is '${written.string}'; pass arguments that make it '${String(value)}'`;
    if (!byHand.includes(sentence)) byHand.push(sentence);
    return;
  }
  const metrics = templates.get(resource) ?? (structuredClone(resource.field('spec', 'metrics').value) as Plain[]);
  templates.set(resource, metrics);
  // int-or-string fields stay what they are.
  const shown = typeof written.value === 'string' && typeof value === 'number' ? String(value) : value;
  metrics[source.path[source.path.length - 1] as number][name] = shown;
}

function patch({ apiVersion, kind, name, namespace }: Resource, spec: object): Patch {
  return { apiVersion, kind, metadata: { name, ...(namespace === undefined ? {} : { namespace }) }, spec };
}

/** Patches as the documents of one YAML file. */
export const patchesYaml = (patches: readonly Patch[]): string => writeYamlDocuments(patches);
