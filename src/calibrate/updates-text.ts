import { lengthOfTime } from '../formats/go-duration';
import { plural } from '../formats/plural';
import { inPercent } from './figures';
import type { UpdatesReport } from './updates';

const day = (at: Date): string => at.toISOString().slice(0, 16).replace('T', ' ');

/** The report of replayed updates, in lines; the first is the result. */
export function updatesLines({ from, to, every, updates, aborted, paused, checks, stopped }: UpdatesReport): string[] {
  const share = (count: number): string => `${count} of ${updates} (${inPercent(count / updates)})`;
  const began = `${plural(updates, 'update')} with the healthy version, begun every ${lengthOfTime(every)} from ${day(from)} to ${day(to)} UTC`;
  const all =
    aborted + paused === 0
      ? `${began}: none would have been stopped`
      : `${began}: ${share(aborted)} would have been aborted${paused > 0 ? `, ${share(paused)} paused` : ''}`;
  const alone = checks.flatMap(({ metric, place, aborted: own, paused: held, notReplayed }) => {
    if (notReplayed !== undefined) return [`${metric} (${place}): not replayed: ${notReplayed}`];
    if (own + held === 0) return [];
    const words = [...(own > 0 ? [`aborts ${share(own)}`] : []), ...(held > 0 ? [`pauses ${share(held)}`] : [])];
    return [`${metric} (${place}): ${words.join(', ')}`];
  });
  const when = stopped.map(({ from: first, to: last, updates: many }) =>
    many === 1
      ? `${day(first)}: one update stopped`
      : `${day(first)} to ${day(last)}: ${many} updates in a row stopped`,
  );
  return [all, ...alone, ...when];
}
