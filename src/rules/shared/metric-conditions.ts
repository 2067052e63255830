import { comparisons, type Conditions, edgeVerdicts, type EdgeVerdicts, type EngineRelease } from '../../expr';
import { prepareCondition, UnsupportedExpression } from '../../expr';
import { memoizeBy, memoizeByObject } from '../../formats/memoize';
import { type AnalysisUse, type Field, type Graph, type Metric, metrics, memoizeOnGraph } from '../../graph';
import { promqlType } from '../../promql';
import { engineOf } from './engine';
import { fillIn, usesOf } from './metric-settings';
import { type MetricQuery, queryOf } from './metric-query';
import type { Part } from './rule';

/** A condition, with its arguments put in. */
export interface ConditionText {
  readonly key: 'successCondition' | 'failureCondition';
  readonly field: Field;
  readonly text: string;
  /** Whether that is the text of the manifest, so that offsets are valid in it. */
  readonly verbatim: boolean;
}

/** The conditions of a Prometheus metric, with the arguments of one analysis. */
export interface MetricConditions {
  readonly metric: Metric;
  readonly use: AnalysisUse | undefined;
  readonly success: ConditionText | undefined;
  readonly failure: ConditionText | undefined;
  readonly all: readonly ConditionText[];
  readonly texts: Conditions;
  readonly query: MetricQuery | undefined;
  /** What evaluates the conditions. */
  readonly engine: EngineRelease;
}

/**
 * The conditions of Prometheus metrics, once for each resulting text. Conditions with unknown arguments are left out.
 *
 * @param part of the metrics
 */
export function metricConditions(graph: Graph, part: Part): readonly MetricConditions[] {
  const conditions = conditionsOf(graph);
  return part(metrics(graph)).flatMap((metric) => (metric.prometheus.exists ? conditions(metric) : []));
}

const conditionsOf = memoizeOnGraph((graph) => memoizeByObject((metric: Metric) => readConditions(graph, metric)));

/** Providers whose conditions compare one measured value, each in its own form. */
const OTHER_PROVIDERS = ['datadog', 'newRelic', 'cloudWatch', 'web', 'wavefront', 'graphite', 'influxdb', 'skywalking'];

/**
 * The conditions of metrics of other providers, if both compare only one value: `result`, `default(result, 0)`,
 * `result.errors`, `result[0].Values[0]`. The value is replaced by `result[0]`, as for Prometheus, so that the same
 * checks apply.
 */
function otherConditions(graph: Graph, part: Part): readonly MetricConditions[] {
  return part(metrics(graph))
    .filter(({ field }) => OTHER_PROVIDERS.some((name) => field.get('provider', name).exists))
    .flatMap(valuesOf(graph));
}

const valuesOf = memoizeOnGraph((graph) =>
  memoizeByObject((metric: Metric) => readConditions(graph, metric).flatMap((one) => ofOneValue(one) ?? [])),
);

/** Both: those of Prometheus metrics, then those of other providers. */
export function* allConditions(graph: Graph, part: Part): Generator<MetricConditions> {
  yield* metricConditions(graph, part);
  yield* otherConditions(graph, part);
}

function ofOneValue(one: MetricConditions): MetricConditions | undefined {
  const { success, failure, engine } = one;
  if (!success || !failure) return undefined;
  // Whether there is data is another question.
  const plain = [success.text, failure.text].map((text) =>
    text
      .replace(/default\(\s*([^,()]+?)\s*,[^()]*\)/g, '$1')
      .replace(/len\([^()]*\)\s*(>|!=)\s*0/g, 'true')
      .replace(/!\s*isNil\([^()]*\)/g, 'true'),
  );
  const subjects = new Set(plain.flatMap((text) => comparisons(text, engine)).map(({ subject }) => subject));
  const [subject] = subjects;
  if (subjects.size !== 1 || !/^result[\w.[\]]*$/.test(subject)) return undefined;
  const [good, bad] = plain.map((text) => text.replaceAll(subject, 'result[0]'));
  // The rest of the text uses the result in another way.
  if ([good, bad].some((text) => /\bresult\b/.test(text.replaceAll('result[0]', '')))) return undefined;
  return {
    ...one,
    success: { ...success, text: good, verbatim: false },
    failure: { ...failure, text: bad, verbatim: false },
    texts: { successCondition: good, failureCondition: bad },
    query: undefined,
  };
}

function readConditions(graph: Graph, metric: Metric): MetricConditions[] {
  const found = new Map<string, MetricConditions>();
  for (const use of usesOf(metric)) {
    const success = readCondition(metric, 'successCondition', use);
    const failure = readCondition(metric, 'failureCondition', use);
    if (success === null || failure === null) continue;
    const all = [success, failure].filter((one) => one !== undefined);
    const texts = { successCondition: success?.text, failureCondition: failure?.text };
    const query = queryOf(graph, metric);
    found.set(JSON.stringify(texts), { metric, use, success, failure, all, texts, query, engine: engineOf(graph) });
  }
  return [...found.values()];
}

/** Null where an argument in it is not known. */
function readCondition(
  metric: Metric,
  key: ConditionText['key'],
  use: AnalysisUse | undefined,
): ConditionText | undefined | null {
  const field = metric.field.get(key);
  if (!field.string) return undefined;
  const text = fillIn(field.string, metric, use);
  return text === undefined ? null : { key, field, text, verbatim: text === field.string };
}

/** The result of `make`. Undefined if a condition cannot be evaluated with certainty. */
export function judged<T>(make: () => T): T | undefined {
  try {
    return make();
  } catch (error) {
    if (error instanceof UnsupportedExpression) return undefined;
    throw error;
  }
}

/** Tells conditions apart that have different verdicts, for an engine. */
export const verdictKey = ({ texts, engine }: Pick<MetricConditions, 'texts' | 'engine'>): string =>
  JSON.stringify([engine, texts.successCondition, texts.failureCondition]);

/** The verdicts over results that are easily forgotten, if the conditions can be judged. */
export const edges = memoizeBy(verdictKey, ({ texts, engine }): EdgeVerdicts | undefined =>
  judged(() => edgeVerdicts(texts, engine)),
);

/** Whether a query returns a scalar, so that `result` is not a list. */
export const isScalarQuery = (query: MetricQuery | undefined): boolean =>
  query !== undefined && promqlType(query.root) === 'scalar';

/** The error that a condition ends in whatever single value comes, with its place; undefined if it can be evaluated. */
export const errorAlways = memoizeBy(
  (text: string, scalar: boolean, engine: EngineRelease) => JSON.stringify([engine, scalar, text]),
  (text, scalar, engine): ConditionError | undefined =>
    judged(() => {
      const evaluate = prepareCondition(text, 'prometheus', engine);
      const outcomes = [0, 1, NaN].map((value) => evaluate(scalar ? value : [value]));
      return outcomes.every((one) => 'error' in one) && 'error' in outcomes[0] ? outcomes[0].error : undefined;
    }),
);

interface ConditionError {
  readonly message: string;
  readonly from: number;
  readonly to: number;
  readonly stage: string;
}
