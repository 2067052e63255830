import { isAlikeInPods, type QueryModel } from './query-model';

/** A label set. Null is a value that differs between pods. */
export type ElementLabels = ReadonlyMap<string, string | null>;

/** One potential element of an instant vector: its labels are known, its value is a model. */
export interface Element {
  readonly labels: ElementLabels;
  /** The app may have labels that nobody stated. */
  readonly open: boolean;
  readonly model: QueryModel;
}

/** What an expression gives. */
export type Result =
  | { readonly type: 'scalar'; readonly model: QueryModel }
  | { readonly type: 'vector'; readonly elements: readonly Element[] };

/** A part of a query that the model does not support. */
export class Unsupported extends Error {}

/** Whether there is one such element for each pod, whose values differ. */
export const isOfEachPod = ({ labels, model }: Element): boolean =>
  [...labels.values()].includes(null) && !isAlikeInPods(model);

/** A label set without some labels, or with only some labels. Both drop the metric's name. */
export function labelsBut(labels: ElementLabels, names: readonly string[]): ElementLabels {
  return new Map([...labels].filter(([name]) => name !== '__name__' && !names.includes(name)));
}

export function labelsOnly(labels: ElementLabels, names: readonly string[]): ElementLabels {
  return new Map([...labels].filter(([name]) => names.includes(name)));
}

export const keyOf = (labels: ElementLabels): string =>
  JSON.stringify([...labels].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));

/** Elements grouped by a key, in the order of first occurrence. */
export function byKey(elements: readonly Element[], key: (element: Element) => ElementLabels): Map<string, Element[]> {
  const groups = new Map<string, Element[]>();
  for (const element of elements) {
    const name = keyOf(key(element));
    const group = groups.get(name);
    if (group) group.push(element);
    else groups.set(name, [element]);
  }
  return groups;
}

/** The same elements with other models. */
export const mapped = (elements: readonly Element[], change: (model: QueryModel) => QueryModel): Element[] =>
  elements.map(({ labels, open, model }) => ({ labels: labelsBut(labels, []), open, model: change(model) }));

/** A function that is not linear cannot be computed from the sum over all pods. */
export function refuseEachPod(elements: readonly Element[], pods: number, what: string): void {
  if (pods > 1 && elements.some(isOfEachPod)) {
    throw new Unsupported(`${what} of the series of single pods is not supported; use sum() inside`);
  }
}

/** The labels of a series that a recording rule makes. */
export function recordedLabels(labels: ElementLabels, over: Readonly<Record<string, string>>): ElementLabels {
  const made = new Map(labelsBut(labels, []));
  for (const [name, value] of Object.entries(over)) {
    if (value === '') made.delete(name);
    else made.set(name, value);
  }
  return made;
}
