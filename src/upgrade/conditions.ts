import {
  type Assessment,
  comparisons,
  type Conditions,
  type EngineRelease,
  type MeasuredResult,
  prepareAssessment,
  type ResultSource,
  UnsupportedExpression,
} from '../expr';
import { type Graph, type Metric, metrics } from '../graph';
import { fillIn, metricLabel, queryOf, usesOf } from '../rules';
import { promqlType } from '../promql';
import { ARGO_ROLLOUTS, lookUp } from '../versions';
import { type Change, type Effect, placeOf } from './change';
import type { Step } from './releases';

/** Changes of verdicts, and the metrics whose conditions cannot be judged. */
export interface ChangedConditions {
  readonly changes: readonly Change[];
  readonly notes: readonly string[];
}

/** Results of a measurement for which two engines give another verdict on the same conditions, or another message. */
export function changedConditions(graph: Graph, { system, before, after }: Step): ChangedConditions {
  const [old, now] = [before, after].map(({ argoRollouts }) => lookUp(ARGO_ROLLOUTS.expressionEngine, argoRollouts));
  if (system !== 'argoRollouts' || old === now) return { changes: [], notes: [] };
  const changes: Change[] = [];
  const notes: string[] = [];
  for (const metric of metrics(graph)) {
    for (const texts of textsOf(metric)) {
      try {
        changes.push(...differences(metric, texts, [old, now], graph));
      } catch (error) {
        if (!(error instanceof UnsupportedExpression)) throw error;
        notes.push(`the conditions of ${metricLabel(metric)} cannot be judged for both releases: ${error.message}`);
      }
    }
  }
  return { changes, notes };
}

/** The conditions as each analysis fills them, once for each text; those with arguments that are not known are left out. */
function textsOf(metric: Metric): readonly Conditions[] {
  const found = new Map<string, Conditions>();
  for (const use of usesOf(metric)) {
    const [successCondition, failureCondition] = ['successCondition', 'failureCondition'].map((key) => {
      const { string } = metric.field.get(key);
      return string === undefined ? undefined : fillIn(string, metric, use);
    });
    const unknown = ['successCondition', 'failureCondition'].some(
      (key, i) => metric.field.get(key).string && [successCondition, failureCondition][i] === undefined,
    );
    if (unknown || (!successCondition && !failureCondition)) continue;
    found.set(JSON.stringify([successCondition, failureCondition]), { successCondition, failureCondition });
  }
  return [...found.values()];
}

function differences(
  metric: Metric,
  texts: Conditions,
  [old, now]: readonly EngineRelease[],
  graph: Graph,
): readonly Change[] {
  const prometheus = metric.prometheus.exists;
  const source: ResultSource = prometheus ? 'prometheus' : 'json';
  const query = queryOf(graph, metric);
  const scalar = query !== undefined && promqlType(query.root) === 'scalar';
  const [judgeOld, judgeNow] = [old, now].map((engine) => prepareAssessment(texts, source, engine));
  const found = new Map<string, Change>();
  for (const result of resultsFor(texts, prometheus, scalar)) {
    const [was, is] = [judgeOld(result), judgeNow(result)];
    if (was.phase === is.phase && was.message === is.message) continue;
    const message = was.phase === is.phase;
    const key = message ? 'message' : `${was.phase} ${is.phase}`;
    if (found.has(key)) continue;
    found.set(key, {
      effect: message ? 'different' : effectOf(was, is),
      kind: message ? 'message' : 'condition',
      system: 'argoRollouts',
      id: message ? ARGO_ROLLOUTS.explainsErrors.id : ARGO_ROLLOUTS.expressionEngine.id,
      ...placeOf(metric.field.get(texts.successCondition ? 'successCondition' : 'failureCondition')),
      what: message
        ? `${metricLabel(metric)} fails with another message when the result is ${resultText(result)}`
        : `${metricLabel(metric)} gets another verdict when the result is ${resultText(result)}`,
      before: message ? was.message! : verdictText(was),
      after: message ? is.message! : verdictText(is),
    });
  }
  return [...found.values()];
}

/** From an error to a verdict is what an author meant; anything else may let a bad version pass, or stop a good one. */
const effectOf = (was: Assessment, is: Assessment): Effect =>
  was.phase === 'Error' && is.phase !== 'Error' ? 'better' : 'worse';

const verdictText = ({ phase, message }: Assessment): string =>
  message === undefined ? phase : `${phase}: ${message}`;

/** Results that conditions are known to tell apart: none, not a number, around each threshold, several, other types. */
function resultsFor(texts: Conditions, prometheus: boolean, scalar: boolean): readonly MeasuredResult[] {
  const numbers = new Set([0, 1]);
  for (const text of [texts.successCondition, texts.failureCondition]) {
    for (const { threshold } of text ? comparisons(text) : []) {
      for (const near of [threshold - 1, threshold, threshold + 1]) numbers.add(near);
    }
  }
  const values = [...numbers, NaN, Infinity];
  if (scalar) return values;
  if (prometheus) return [[], ...values.map((one) => [one]), [0, 1], [1, 0]];
  return [null, ...numbers, ...['', 'ok', 'failed'], true, false, [], [0], {}, { status: 'ok', value: 1 }];
}

function resultText(result: MeasuredResult): string {
  if (result === null) return 'nothing';
  if (Array.isArray(result) && result.length === 0) return 'empty';
  const plain = (one: unknown): string => (typeof one === 'number' ? String(one) : JSON.stringify(one));
  return Array.isArray(result) ? `[${result.map(plain).join(', ')}]` : plain(result);
}
