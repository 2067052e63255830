import type { Graph } from '../graph';
import { check, joined, type Raw, type SeverityOptions, type Share } from '../lint';
import type { Rule } from '../rules';

/** Work that one thread does at a time: the places of rules, and the part of the graph that they are checked for. */
interface Task {
  readonly rules: readonly number[];
  readonly share?: Share;
}

/** The findings of a rule in one task. */
export interface SharedFindings<Finding = Raw> {
  readonly rule: number;
  readonly task: number;
  readonly found: readonly Finding[];
}

/** Parts for each thread. Several, because some take longer than others. */
const PARTS = 8;

/**
 * The tasks of threads. Rules that look at one thing after another are checked part by part, so that what is known of an app
 * is worked out by one thread; each of the others is a task.
 */
export function tasksOf(rules: readonly Rule[], threads: number): readonly Task[] {
  const places = rules.map((_, place) => place);
  const whole = places.filter((place) => rules[place].check);
  const split = places.filter((place) => rules[place].checkPart);
  const of = PARTS * threads;
  return [
    ...whole.map((place) => ({ rules: [place] })),
    ...Array.from({ length: of }, (_, nth) => ({ rules: split, share: { nth, of } })),
  ];
}

/**
 * Does tasks until none is left, and returns the findings.
 *
 * @param next gives the number of a task that no thread has begun
 */
export function doTasks(
  tasks: readonly Task[],
  rules: readonly Rule[],
  graph: Graph,
  options: SeverityOptions,
  next: () => number,
): SharedFindings[] {
  const all: SharedFindings[] = [];
  for (let task = next(); task < tasks.length; task = next()) {
    for (const rule of tasks[task].rules) {
      const found = check(rules[rule], graph, options, tasks[task].share);
      if (found.length > 0) all.push({ rule, task, found });
    }
  }
  return all;
}

/** Joins the findings of all tasks, in the order in which one thread would have found them. */
export function inOrder(found: readonly SharedFindings[], rules: readonly Rule[]): Raw[] {
  const byRule = rules.map((): SharedFindings[] => []);
  for (const one of found) byRule[one.rule].push(one);
  return byRule.flatMap((ofRule) => joined(ofRule.sort((a, b) => a.task - b.task).map((one) => one.found)));
}
