import type { Resource } from '../resource';
import { readConfigDuration, writeConfigDuration } from '../../formats/prometheus-duration';
import type { ScrapeJob } from './job';
import { relabelProblem } from './relabel';
import { lookUp, PROMETHEUS, type Releases } from '../../versions';

const OPERATORS = ['In', 'NotIn', 'Exists', 'DoesNotExist'];

/**
 * Why the operator rejects a whole monitor. Undefined if it does not. Secrets and ConfigMaps that the monitor names are
 * assumed to exist.
 */
export function refusalOf(
  monitor: Resource,
  jobs: readonly ScrapeJob[],
  { prometheus }: Pick<Releases, 'prometheus'>,
): string | undefined {
  const utf8Names = lookUp(PROMETHEUS.utf8Names, prometheus) === 'always';
  const scrapeClass = monitor.field('spec', 'scrapeClass').string;
  if (scrapeClass) return `spec.scrapeClass is '${scrapeClass}', which a Prometheus does not have unless it says so`;
  return (
    selectorProblem(monitor) ?? jobs.map((job) => jobProblem(job, utf8Names)).find((problem) => problem !== undefined)
  );
}

function selectorProblem(monitor: Resource): string | undefined {
  for (const expression of monitor.field('spec', 'selector', 'matchExpressions').items()) {
    const operator = expression.get('operator').string ?? '';
    const values = expression.get('values').items();
    if (!OPERATORS.includes(operator)) {
      return `${expression}: no operator is called '${operator}'; there are ${OPERATORS.join(', ')}`;
    }
    const needs = operator === 'In' || operator === 'NotIn';
    if (needs && values.length === 0) return `${expression}: ${operator} needs values`;
    if (!needs && values.length > 0) return `${expression}: ${operator} takes no values`;
  }
  return undefined;
}

function jobProblem({ endpoint, intervalSeconds }: ScrapeJob, utf8Names: boolean): string | undefined {
  const timeout = endpoint.get('scrapeTimeout').string;
  const seconds = timeout ? readConfigDuration(timeout) : undefined;
  if (seconds !== undefined && seconds > intervalSeconds) {
    return `${endpoint}.scrapeTimeout is ${timeout}, longer than the interval, ${writeConfigDuration(intervalSeconds)}`;
  }
  for (const list of ['relabelings', 'metricRelabelings']) {
    for (const rule of endpoint.get(list).items()) {
      const problem = relabelProblem(rule, utf8Names);
      if (problem !== undefined) return `${rule}: ${problem}`;
    }
  }
  return undefined;
}
