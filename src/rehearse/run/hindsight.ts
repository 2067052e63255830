import { lengthOfTime } from '../../formats/go-duration';
import { plural } from '../../formats/plural';
import type { PlannedRollout, RolloutModel } from '../../controller';
import { planRollout, sightOf } from '../../plan';
import type { Cluster } from '../world/cluster';
import type { RehearsedUpdate } from './result';

/** By metric: why its query never finds a series. */
type Absent = ReadonlyMap<string, readonly string[]>;

/** What deserves a look about the scrapes of a rehearsal. */
export function scrapeNotes(
  { refused, scrapedAtRest, scraper }: Cluster,
  { rollout }: PlannedRollout,
  absent: Absent,
): string[] {
  const notes = [...absent.values()].flat();
  for (const [monitor, why] of refused) notes.push(`${monitor.toString()} scrapes nothing: ${why}`);
  const failures = [...scraper.failures].filter(([why]) => why !== 'connection refused');
  // What every scrape is refused of does not come twice.
  if (scrapedAtRest.length > 1 && failures.length === 0) {
    const ways = scrapedAtRest.map(
      ({ job, service }) =>
        `${job.monitor.kind} ${job.monitor.name}${service ? ` through Service ${service.resource.name}` : ''}`,
    );
    const canary = (rollout.services.canary ?? rollout.services.preview)?.target;
    const trap = scrapedAtRest.some(({ service }) => service !== undefined && service.resource === canary)
      ? '; so the series of the canary Service in the last minutes before a canary are the old version’s'
      : '';
    notes.push(`between rollouts each pod is scraped ${scrapedAtRest.length} times (${ways.join(', ')})${trap}`);
  }
  if (scraper.duplicates > 0) {
    notes.push('two targets write the same series: relabeling leaves them alike, and Prometheus keeps one of them');
  }
  return [...notes, ...failures.map(([why, times]) => `${plural(times, 'scrape')} failed: ${why}`)];
}

/** Faults of the controller that the update meets, and metrics whose windows never held data of the canary alone. */
export function planNotes(
  { measurements, outcome, conditions }: RehearsedUpdate,
  rollout: RolloutModel,
  absent: Absent,
): string[] {
  const { podStart } = conditions.profile;
  const plan = planRollout(rollout, { podStart });
  const filledAsPlanned = (name: string): boolean =>
    plan.analyses.some(({ metrics }) =>
      metrics.some((planned) => planned.metric.name === name && sightOf(plan, planned)?.filled === true),
    );
  const names = [...new Set(measurements.map(({ metric }) => metric))];
  const windows = names.flatMap((name) => {
    if (absent.has(name)) return [];
    const own = measurements.filter(({ metric }) => metric === name);
    const most = Math.max(...own.map(({ filled = Infinity }) => filled));
    const { window } = own[0];
    // A verdict on data may end an update before the measurements that would have had a full window.
    const decided =
      outcome === 'aborted' && (own[own.length - 1].answer?.series.length ?? 0) > 0 && filledAsPlanned(name);
    if (most >= window || decided) return [];
    return [
      `the window of '${name}' is never filled: it looks back ${lengthOfTime(window)}, and at its latest measurement the canary had been scraped for ${lengthOfTime(most)}; measure later (initialDelay, a pause before it), or look back less`,
    ];
  });
  return [...plan.faults, ...windows];
}
