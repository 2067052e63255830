import { firstValue, type MetricsSource } from './source';
import { podSelector, type Subject } from './subject';

/** How often each request is counted, and why it is more than once. */
export interface Copies {
  readonly times: number;
  readonly because: string;
  readonly advice: string;
}

/** Labels by which the replicas of one Prometheus tell their samples apart, where they are stored in one place. */
const OF_REPLICAS = 'prometheus_replica, replica, __replica__';
/** Labels by which the scrapes of one pod differ, where several monitors or Services lead to it. */
const OF_SCRAPES = 'job, service, endpoint';
/** Series that ended minutes ago count too: they are looked for this far back. */
const LOOK_BACK = '10m';

/** Whether series differ in nothing but where they come from. One of a kind are no copies. */
export async function copiesOf(
  selectors: readonly string[],
  subject: Subject,
  source: MetricsSource,
  at: number,
): Promise<Copies | undefined> {
  const ratio = async (those: readonly string[], without: string): Promise<number> => {
    const series = those.map((one) => `count_over_time(${one}[${LOOK_BACK}])`).join(' or ');
    const query = `count(${series}) / count(count without (${without}) (${series}))`;
    return Math.max(1, Math.round(firstValue(await source.query(query, at)) ?? 1));
  };
  const replicas = await ratio(selectors, OF_REPLICAS);
  if (replicas > 1)
    return {
      times: replicas,
      because: 'replicas of Prometheus store the same series',
      advice: 'ask an address that removes duplicates, such as that of Thanos Query',
    };
  const scrapes = await ratio(selectors, OF_SCRAPES);
  // An app may have such labels itself; `up` has them from Prometheus alone.
  if (scrapes === 1 || (await ratio([podSelector('up', subject)], OF_SCRAPES)) === 1) return undefined;
  return {
    times: scrapes,
    because: 'each pod is scraped by several monitors, or through several Services',
    advice: 'select one of them in the queries, such as one service, or remove a monitor',
  };
}
