import type { PromqlNode } from '../../promql';
import { isOfRestarts } from '../sources/resources';
import { byKey, isOfEachPod, labelsBut, labelsOnly, Unsupported, type Element, type ElementLabels } from './elements';
import { type Leaf, type QueryModel, resourcesOf } from './query-model';

const OPERATORS = new Set(['sum', 'min', 'max', 'avg', 'count', 'group']);

/** The elements of an aggregation: one for each set of the labels that it keeps. */
export function aggregated(
  node: PromqlNode & { readonly kind: 'aggregate' },
  elements: readonly Element[],
  pods: number,
): Element[] {
  const { name, grouping, labels: names } = node;
  if (!OPERATORS.has(name)) throw new Unsupported(`${name} is not supported`);
  if (name !== 'sum' && name !== 'group' && pods > 1 && elements.some(isOfEachPod)) {
    throw new Unsupported(`${name} of single series depends on how many pods there are; use sum`);
  }
  if (grouping === 'by') {
    const unknown = names.find((label) => elements.some((one) => one.open && !one.labels.has(label)));
    if (unknown !== undefined) throw new Unsupported(`'by (${names.join(', ')})' gives a series for each ${unknown}`);
  }
  const kept = ({ labels }: Element): ElementLabels => {
    if (grouping === 'without') return labelsBut(labels, names);
    return grouping === 'by' ? labelsOnly(labels, names) : new Map();
  };
  return [...byKey(elements, kept).values()].map((group) => {
    const labels = kept(group[0]);
    // A sum over pods counts each of them.
    const over = name === 'sum' && ![...labels.values()].includes(null);
    return {
      labels,
      open: grouping === 'without' && group.some(({ open }) => open),
      model: together(
        name,
        group.map((one) => (over && [...one.labels.values()].includes(null) ? overPods(one.model) : one.model)),
      ),
    };
  });
}

/** The sum of the same series of all pods. */
function overPods(model: QueryModel): QueryModel {
  if (model.type === 'resource') {
    if (model.cell.side === 'stable' && !isOfRestarts(model.cell.of)) {
      throw new Unsupported('a sum over the pods of the stable version depends on how many there are; use max()');
    }
    return { ...model, together: true };
  }
  if (model.type === 'leaf' || resourcesOf(model).length === 0) return model;
  throw new Unsupported('a sum over pods of something computed from what containers use is not supported; sum first');
}

function together(operator: string, models: readonly QueryModel[]): QueryModel {
  if (models.length === 1 && operator !== 'count' && operator !== 'group') return models[0];
  if (operator !== 'sum') return { type: 'aggregate', operator, of: models };
  const merged = mergedLeaf(models);
  return merged ? { type: 'leaf', leaf: merged } : { type: 'aggregate', operator, of: models };
}

/** A sum of growths over one window is the growth of all cells. */
function mergedLeaf(models: readonly QueryModel[]): Leaf | undefined {
  const [first] = models;
  if (first?.type !== 'leaf') return undefined;
  const { window, over } = first.leaf;
  const leaves = models.flatMap((model) => (model.type === 'leaf' ? model.leaf : []));
  if (leaves.length < models.length || leaves.some((leaf) => leaf.window !== window || leaf.over !== over)) {
    return undefined;
  }
  return { cells: leaves.flatMap(({ cells }) => cells), window, over };
}
