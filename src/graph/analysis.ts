import { memoize } from '../formats/memoize';
import { withoutRoom } from '../formats/without-room';
import { type Graph, memoizeOnGraph } from './graph';
import { type Reference, referenceFrom } from './reference';
import type { Field, Resource } from './resource';
import { type Rollout, rollouts } from './rollout';

/** Where a Rollout, or an Experiment, runs an analysis. */
export type AnalysisPlace = 'step' | 'background' | 'prePromotion' | 'postPromotion' | 'experiment';

/** A template by name, and the templates that it refers to. */
export interface TemplateUse {
  readonly reference: Reference;
  /** The templates inside it. Empty if the template is missing or part of a circle. */
  readonly nested: readonly TemplateUse[];
  /** This template contains itself. */
  readonly circular: boolean;
}

/** How one argument of an analysis is filled. */
export interface ArgumentUse {
  readonly name: string;
  /** Where the templates declare it. Several may, if they agree. */
  readonly declared: readonly Field[];
  /** Where the Rollout gives it. */
  readonly given: Field | undefined;
  /** Where its value comes from; `missing` if there is none. */
  readonly source: 'value' | 'podTemplateHash' | 'field' | 'secret' | 'missing';
  /** Known only if it is stated: a value, or a field of the Rollout's metadata. */
  readonly value: string | undefined;
}

/** One analysis: which templates it runs, over which arguments. */
export class AnalysisUse {
  private ofArgs: readonly ArgumentUse[] | undefined;

  /**
   * @param owner the Rollout, or the Experiment
   * @param step the index of the step, if a step runs it
   * @param field the field with the templates and arguments
   * @param resolved all templates that exist, each once; nested templates come after those that refer to them
   */
  constructor(
    readonly place: AnalysisPlace,
    readonly owner: Resource,
    readonly rollout: Rollout | undefined,
    readonly step: number | undefined,
    readonly field: Field,
    readonly templates: readonly TemplateUse[],
    readonly resolved: readonly Resource[],
  ) {
    this.ofArgs = undefined;
  }

  get args(): readonly ArgumentUse[] {
    return (this.ofArgs ??= readArguments(this.field, this.resolved));
  }
}

/** A metric of a template or an AnalysisRun. */
export class Metric {
  /** `provider.prometheus`, which may be absent. */
  readonly prometheus: Field;
  /** `provider.prometheus.query`. */
  readonly query: Field;
  private ofUses: readonly AnalysisUse[] | undefined;

  /** @param resource an AnalysisTemplate, ClusterAnalysisTemplate or AnalysisRun */
  constructor(
    private readonly graph: Graph,
    readonly resource: Resource,
    readonly field: Field,
  ) {
    this.prometheus = field.get('provider', 'prometheus');
    this.query = this.prometheus.get('query');
    this.ofUses = undefined;
  }

  get name(): string | undefined {
    return this.field.get('name').string;
  }

  /** The analyses that run it, in the given set. */
  get uses(): readonly AnalysisUse[] {
    return (this.ofUses ??= usesOfTemplate(this.graph, this.resource));
  }
}

const GROUP = 'argoproj.io';

/** All analyses of all Rollouts and Experiments. */
export const analyses = memoizeOnGraph((graph): readonly AnalysisUse[] => [
  ...rollouts(graph).flatMap((rollout) => analysesOf(graph, rollout)),
  ...graph.ofKind('Experiment', GROUP).flatMap((resource) =>
    resource
      .field('spec', 'analyses')
      .items()
      .map((field) => readAnalysis(graph, 'experiment', field, [field], undefined, undefined)),
  ),
]);

const byRollout = memoizeOnGraph((graph) => {
  const found = new Map<Resource, AnalysisUse[]>();
  for (const use of analyses(graph)) found.set(use.owner, [...(found.get(use.owner) ?? []), use]);
  return found;
});

/** The analyses of one Rollout or Experiment: the background first, then those of the steps in their order. */
export function analysesIn(graph: Graph, resource: Resource): readonly AnalysisUse[] {
  return byRollout(graph).get(resource) ?? [];
}

function analysesOf(graph: Graph, rollout: Rollout): AnalysisUse[] {
  const { canary, blueGreen, steps } = rollout;
  const found: AnalysisUse[] = [];
  const add = (place: AnalysisPlace, field: Field, step?: number): void => {
    if (field.exists) found.push(readAnalysis(graph, place, field, field.get('templates').items(), rollout, step));
  };
  add('background', canary.get('analysis'));
  for (const { index, field } of steps) {
    add('step', field.get('analysis'), index);
    for (const one of field.get('experiment', 'analyses').items()) {
      found.push(readAnalysis(graph, 'experiment', one, [one], rollout, index));
    }
  }
  add('prePromotion', blueGreen.get('prePromotionAnalysis'));
  add('postPromotion', blueGreen.get('postPromotionAnalysis'));
  return found;
}

function readAnalysis(
  graph: Graph,
  place: AnalysisPlace,
  field: Field,
  naming: readonly Field[],
  rollout: Rollout | undefined,
  step: number | undefined,
): AnalysisUse {
  const resolved: Resource[] = [];
  const templates = naming.flatMap((one) => readTemplate(graph, one, field.resource.namespace, [], resolved) ?? []);
  return new AnalysisUse(place, field.resource, rollout, step, field, withoutRoom(templates), withoutRoom(resolved));
}

/** The templates that a template names, and those inside them. */
export function nestedTemplates(graph: Graph, template: Resource): readonly TemplateUse[] {
  const inner = template.field('spec', 'templates').items();
  const resolved = [template];
  return inner.flatMap((one) => readTemplate(graph, one, template.namespace, [template], resolved) ?? []);
}

/**
 * `path` contains the templates that are being visited, `resolved` those that were visited, so that each is visited
 * once.
 */
function readTemplate(
  graph: Graph,
  field: Field,
  namespace: string | undefined,
  path: readonly Resource[],
  resolved: Resource[],
): TemplateUse | undefined {
  const cluster = field.get('clusterScope').boolean === true;
  const kind = cluster ? 'ClusterAnalysisTemplate' : 'AnalysisTemplate';
  const from = field.get('templateName');
  const reference = referenceFrom(graph, from, kind, { group: GROUP, namespace: cluster ? null : namespace });
  if (reference === undefined) return undefined;
  const { target } = reference;
  const circular = target !== undefined && path.includes(target);
  if (target === undefined || circular || resolved.includes(target)) return { reference, nested: [], circular };
  resolved.push(target);
  const inner = target.field('spec', 'templates').items();
  const below = [...path, target];
  return {
    reference,
    nested: inner.flatMap((one) => readTemplate(graph, one, namespace, below, resolved) ?? []),
    circular,
  };
}

function readArguments(field: Field, templates: readonly Resource[]): ArgumentUse[] {
  const declared = new Map<string, Field[]>();
  for (const template of templates) {
    for (const argument of template.field('spec', 'args').items()) {
      const name = argument.get('name').string;
      if (name !== undefined) declared.set(name, [...(declared.get(name) ?? []), argument]);
    }
  }
  const given = new Map<string, Field>();
  for (const argument of field.get('args').items()) {
    const name = argument.get('name').string;
    if (name === undefined) continue;
    given.set(name, argument);
    if (!declared.has(name)) declared.set(name, []);
  }
  return [...declared].map(([name, fields]) => fillArgument(name, withoutRoom(fields), given.get(name)));
}

/** The Rollout takes precedence over the template. */
function fillArgument(name: string, declared: readonly Field[], given: Field | undefined): ArgumentUse {
  const common = { name, declared, given };
  for (const argument of given ? [given] : declared) {
    const value = argument.get('value');
    if (value.exists) return { ...common, source: 'value', value: String(value.value) };
    const from = argument.get('valueFrom');
    if (from.get('podTemplateHashValue').exists) return { ...common, source: 'podTemplateHash', value: undefined };
    if (from.get('secretKeyRef').exists) return { ...common, source: 'secret', value: undefined };
    if (from.get('fieldRef').exists) {
      const path = from.get('fieldRef', 'fieldPath').string ?? '';
      return { ...common, source: 'field', value: argument === given ? fieldValue(given, path) : undefined };
    }
  }
  // An argument that a Rollout names without a value is the empty string.
  if (given) return { ...common, source: 'value', value: '' };
  return { ...common, source: 'missing', value: undefined };
}

/** What a fieldRef finds in the Rollout: `metadata.namespace`, `metadata.labels['team']`, `spec.template.…`. */
function fieldValue({ resource }: Field, path: string): string | undefined {
  const keys = [...path.matchAll(/\['([^']*)'\]|\[(\d+)\]|([^.[\]]+)/g)].map(([, quoted, index, plain]) =>
    index === undefined ? (quoted ?? plain) : Number(index),
  );
  const { value } = resource.field(...keys);
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}

/** All metrics of all templates and AnalysisRuns, used or not. */
export const metrics = memoizeOnGraph((graph): readonly Metric[] =>
  ['AnalysisTemplate', 'ClusterAnalysisTemplate', 'AnalysisRun']
    .flatMap((kind) => graph.ofKind(kind, GROUP))
    .flatMap((resource) =>
      resource
        .field('spec', 'metrics')
        .items()
        .map((field) => new Metric(graph, resource, field)),
    ),
);

/** The analyses that run a template, by itself or inside another. */
export function usesOfTemplate(graph: Graph, template: Resource): readonly AnalysisUse[] {
  return users(graph).get(template) ?? NO_USE;
}

const NO_USE: readonly AnalysisUse[] = [];

/** The analyses by the templates that they run. */
const users = memoizeOnGraph((graph) => {
  const found = new Map<Resource, AnalysisUse[]>();
  for (const use of analyses(graph)) {
    for (const template of use.resolved) {
      const list = found.get(template);
      if (list) list.push(use);
      else found.set(template, [use]);
    }
  }
  return found;
});

/** A text of a template that contains `{{args.…}}`. */
export interface ArgumentMention {
  readonly name: string;
  /** In the text, braces included. */
  readonly from: number;
  readonly to: number;
}

/** The arguments that a text mentions. */
export function argumentsIn(text: string): readonly ArgumentMention[] {
  return text.includes('{{') ? mentionsIn(text) : NO_MENTION;
}

const NO_MENTION: readonly ArgumentMention[] = [];

/** Many rules look for arguments in the same queries. */
const mentionsIn = memoize((text): readonly ArgumentMention[] =>
  [...text.matchAll(/\{\{\s*args\.([^{}]*?)\s*\}\}/g)].map((match) => ({
    name: match[1],
    from: match.index,
    to: match.index + match[0].length,
  })),
);
