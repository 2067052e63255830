import type { Graph } from '../../graph';
import type { Rule } from '../../rules';
import { check, joined, type Raw, type SeverityOptions, type Share } from './check';

/** Work that is done at a time: the places of rules, and the part of the graph that they are checked for. */
export interface Task {
  readonly rules: readonly number[];
  readonly share?: Share;
}

/** The findings of a rule in one task. */
export interface FoundInTask<Finding = Raw> {
  readonly rule: number;
  readonly task: number;
  readonly found: readonly Finding[];
}

/** Resources of a part: as many as the caches of a processor hold while all rules look at them. */
const PART = 3000;

/** In how many parts a graph is best checked. */
export const partsOf = ({ resources }: Graph): number => Math.max(1, Math.ceil(resources.length / PART));

/**
 * The tasks of a run. Rules that look at one thing after another are checked together, part by part, so that what is known of an
 * app is worked out once, and is still at hand for the next rule. The others, which need to know all apps, are the last task.
 */
export function tasksOf(rules: readonly Rule[], parts: number): readonly Task[] {
  const places = rules.map((_, place) => place);
  const whole = places.filter((place) => rules[place].check);
  const split = places.filter((place) => rules[place].checkPart);
  return [
    ...Array.from({ length: parts }, (_, nth) => ({
      rules: split,
      share: parts === 1 ? undefined : { nth, of: parts },
    })),
    { rules: whole },
  ];
}

/**
 * Does tasks until none is left, and returns the findings. Each rule is a step.
 *
 * @param next gives the number of a task that nobody has begun
 */
export function* doTasks(
  tasks: readonly Task[],
  rules: readonly Rule[],
  graph: Graph,
  options: SeverityOptions,
  next: () => number,
): Generator<undefined, readonly FoundInTask[]> {
  const all: FoundInTask[] = [];
  for (let task = next(); task < tasks.length; task = next()) {
    for (const rule of tasks[task].rules) {
      const found = check(rules[rule], graph, options, tasks[task].share);
      if (found.length > 0) all.push({ rule, task, found });
      yield;
    }
  }
  return all;
}

/** Joins the findings of all tasks, rule by rule, in the order in which each rule finds them in the whole graph. */
export function inOrder(found: readonly FoundInTask[], rules: readonly Rule[]): Raw[] {
  const byRule = rules.map((): FoundInTask[] => []);
  for (const one of found) byRule[one.rule].push(one);
  return byRule.flatMap((ofRule) => joined(ofRule.sort((a, b) => a.task - b.task).map((one) => one.found)));
}

/** Shows the progress of tasks: calls `step` as often as there are rules, in proportion to the work that was begun. */
export function progressOf(tasks: readonly Task[], rules: readonly Rule[], step: () => void): (begun: number) => void {
  let work = 0;
  const before = tasks.map((task) => (work += task.rules.length) - task.rules.length);
  let shown = 0;
  return (begun) => {
    const now = begun < tasks.length ? Math.floor((rules.length * before[begun]) / work) : rules.length;
    for (; shown < now; shown++) step();
  };
}
