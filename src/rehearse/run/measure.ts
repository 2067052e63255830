import { prepareAssessment, type MeasurementPhase, UnsupportedExpression } from '../../expr';
import type { MetricModel } from '../../controller';
import { type Answer, type PrometheusApi, PrometheusRefused } from '../prometheus';
import { RehearsalProblem } from '../problem';
import { rangeAt } from './range';

/** The controller's measurement with one query. */
export interface Judged {
  readonly phase: MeasurementPhase;
  /** Why, where it is an Error. */
  readonly message?: string;
  /** What Prometheus answered; undefined where it did not. */
  readonly answer?: Answer;
  /** How long it took in the rollout's time, in seconds. */
  readonly seconds?: number;
}

/** What an AnalysisRun waits for an answer, in seconds, unless the metric says otherwise. */
const DEFAULT_TIMEOUT = 30;

/** The measurement if Prometheus cannot be reached. */
export function unreachable({ timeout = DEFAULT_TIMEOUT }: MetricModel): Judged {
  return { phase: 'Error', message: 'Prometheus cannot be reached: the query timed out', seconds: timeout };
}

/**
 * Runs a metric's query at a time and evaluates the result with the metric's conditions, as the controller does. Throws
 * RehearsalProblem where a condition cannot be judged with certainty.
 *
 * @param at milliseconds since 1970
 */
export async function measure(metric: MetricModel, api: PrometheusApi, at: number): Promise<Judged> {
  const { query = '', rangeQuery } = metric;
  let answer: Answer;
  try {
    if (rangeQuery === undefined) {
      answer = await api.query(query, at);
    } else {
      const range = rangeAt(rangeQuery, at);
      if ('problem' in range) return { phase: 'Error', message: range.problem };
      answer = await api.queryRange(query, range);
    }
  } catch (error) {
    if (!(error instanceof PrometheusRefused)) throw error;
    return { phase: 'Error', message: error.message };
  }
  return { ...judge(metric, answer), answer };
}

/** A scalar is one number to a condition, everything else a list of the values of all series. */
function judge(metric: MetricModel, { type, series }: Answer): Pick<Judged, 'phase' | 'message'> {
  if (type === 'vector' && series.some(({ values }) => values.length === 0)) {
    throw new RehearsalProblem(
      `the query of metric '${metric.name}' gives a native histogram, which is no number; take histogram_quantile() or histogram_count() of it`,
    );
  }
  if (type === 'string') return { phase: 'Error', message: 'Prometheus metric type not supported' };
  const values = series.flatMap((one) => one.values);
  try {
    return prepareAssessment(metric, 'prometheus', metric.engine)(type === 'scalar' ? values[0] : values);
  } catch (error) {
    if (!(error instanceof UnsupportedExpression)) throw error;
    throw new RehearsalProblem(`the condition of metric '${metric.name}' cannot be judged: ${error.message}`);
  }
}
