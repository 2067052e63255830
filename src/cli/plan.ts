import { resolve } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { markdownText } from '../formats/encode/markdown';
import { InputError } from '../formats/input-error';
import { readTextFile } from '../formats/text-file';
import {
  briefMarkdown,
  briefPicture,
  briefSection,
  briefText,
  calendarLines,
  type CohortsBy,
  comparisonMarkdown,
  comparisonPage,
  comparisonText,
  type DatedStretch,
  datedStretches,
  fleetMarkdown,
  type FleetMember,
  type FleetPlan,
  fleetSection,
  fleetText,
  type Plan,
  orders,
  planFleet,
  planRollingSync,
  planMarkdown,
  planPage,
  planPicture,
  planRollout,
  planText,
} from '../plan';
import type { PlannedUpdate } from '../controller';
import { absentData } from '../traffic-model';
import { oneLine } from '../formats/encode/terminal';
import { type Graph, rollingSyncs } from '../graph';
import type { RangeDifference } from '../upgrade';
import { formatReleases, type Versions } from '../versions';
import type { Io } from './io';
import {
  addInputs,
  duration,
  environmentOption,
  formatOption,
  outputOption,
  rolloutOption,
  SHARD_FLAG,
  shardOption,
  time,
} from './options';
import { counted, emphasisOf, errLine, jsonText, type OutputFlags, write } from './output';
import { readUpdates, type UpdateFlags } from './read-updates';
import { type VersionFlags, versionOptions } from './version-options';
import { newestHeader, statedVersions, versionsHeader } from './versions';
import { checkEvent, eventCommand, EVENTS, firstDeployments, isRollout, type PlannedEvent } from './plan-events';
import { addWatchOption, runWatched, type WatchFlags } from './watch';

const FORMATS = ['text', 'markdown', 'svg', 'html', 'json'] as const;

interface Flags extends OutputFlags, UpdateFlags, VersionFlags, WatchFlags {
  readonly format: (typeof FORMATS)[number];
  readonly podStart: number;
  readonly compare?: boolean;
  readonly event?: 'update' | PlannedEvent;
  readonly at?: number;
  readonly replicas?: number;
  readonly start?: Date;
  readonly calendar?: string;
  readonly failOnFreeze?: boolean;
  readonly brief?: boolean;
  readonly cohorts?: CohortsBy;
  readonly atOnce?: number;
}

export function configure(
  command: Command,
  io: Io,
  run: (action: (paths: string[], flags: Flags) => Promise<number>) => void,
): void {
  addWatchOption(versionOptions(addInputs(command, '; with --compare: the old ones, then the new ones')))
    .addOption(environmentOption())
    .addOption(formatOption(FORMATS))
    .addOption(outputOption())
    .addOption(rolloutOption())
    .option(SHARD_FLAG, 'only part i of n of the rollouts, such as 3/8: by a hash of their names', shardOption)
    .addOption(
      new Option('--pod-start <duration>', 'time from the creation of a pod until it is ready')
        .argParser(duration)
        .default(30, '30s'),
    )
    .addOption(
      new Option(
        '--event <event>',
        'an update to a new version, the first sync of a Rollout, its migration from a Deployment (workloadRef), or an update that is aborted and retried, replaced by another one, rolled back, or scaled by an autoscaler',
      )
        .choices(['update', ...EVENTS])
        .default('update'),
    )
    .option(
      '--at <duration>',
      'with --event: when an update is interrupted (default: after half of its time)',
      duration,
    )
    .option(
      '--replicas <n>',
      'with --event autoscaling: number of replicas (default: the most of its autoscaler)',
      countOption,
    )
    .option('--brief', 'a line for each weight, check and hypothesis, for long plans and fleets')
    .option(
      '--cohorts <by>',
      'what divides several rollouts into cohorts that pass one after the other: wave (the sync waves of Argo CD), namespace, or a label, such as tier or tier=internal,public with its values in their order (default: the RollingSync of an ApplicationSet, else wave)',
      cohortsOption,
    )
    .option('--at-once <n>', 'how many rollouts of a cohort are updated at the same time (default: all)', countOption)
    .option('--compare', 'compare the plan of the first path with that of the second')
    .option(
      '--start <time>',
      'show times of day for an update that starts at this time, such as 2026-12-04T16:00',
      time,
    )
    .option('--calendar <file>', 'with --start: calendar (iCalendar) whose events are freezes')
    .option('--fail-on-freeze', 'with --calendar: exit code 1 if a weight or a wait falls into a freeze')
    .addHelpText(
      'after',
      `
Exit codes: 0 planned, 1 a rollout cannot be planned, never ends, loses pods at its first
sync, loses or keeps traffic where it should not (--event), or falls into a freeze
(--fail-on-freeze), 2 usage or unreadable input.

  cdk8s-canary plan deploy/
  cdk8s-canary plan deploy/ --format html -o plan.html
  cdk8s-canary plan deploy/ --brief
  cdk8s-canary plan deploy/ --cohorts tier=internal,public --at-once 5
  cdk8s-canary plan deploy/ --event migration
  cdk8s-canary plan deploy/ --event rollback --at 10m
  cdk8s-canary plan --compare main/deploy deploy --format markdown
  cdk8s-canary plan deploy/ --start 2026-12-04T16:00 --calendar freezes.ics --fail-on-freeze`,
    );
  run((paths, flags) => runWatched(flags, { paths, output: flags.output }, io, () => planCommand(paths, flags, io)));
}

const COHORTS = /^([A-Za-z0-9][\w./-]*)(?:=(.+))?$/;

function cohortsOption(text: string): CohortsBy {
  if (text === 'wave' || text === 'namespace') return { by: text };
  const [, key, values] = COHORTS.exec(text) ?? [];
  if (key === undefined)
    throw new InvalidArgumentError('Give wave, namespace, a label such as tier, or tier=internal,public.');
  return { by: 'label', key, values: values?.split(',') ?? [] };
}

function countOption(text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1) throw new InvalidArgumentError('Give a whole number of at least 1.');
  return count;
}

/** Contradictions among the options of views. */
function checkViews({ brief, cohorts, atOnce, compare, event, format }: Flags): void {
  const fleet = cohorts !== undefined ? '--cohorts' : atOnce !== undefined ? '--at-once' : undefined;
  const given = fleet ?? (brief ? '--brief' : undefined);
  if (given === undefined) return;
  if (compare || (event !== undefined && event !== 'update'))
    throw new InputError(`${given} is for the plan of an update`);
  if (brief && format === 'json') throw new InputError('--brief has no format json, which always has the whole plan');
  if (fleet && format === 'svg') throw new InputError(`${fleet} has no format svg; use html, text, markdown or json`);
}

/** Contradictions among the options of times. */
function checkTimes({ start, calendar, failOnFreeze, format, compare, event }: Flags): void {
  if (calendar !== undefined && start === undefined)
    throw new InputError('--calendar needs --start, the time of the update');
  if (failOnFreeze && calendar === undefined) throw new InputError('--fail-on-freeze needs --calendar');
  if (start === undefined) return;
  if (compare || (event !== undefined && event !== 'update'))
    throw new InputError('--start is for the plan of an update');
  if (!['text', 'markdown', 'json'].includes(format)) {
    throw new InputError(`--start has no format ${format}; use text, markdown or json`);
  }
}

/** The times of day of each plan; empty without --start. */
function datesOf(plans: readonly Plan[], { start, calendar }: Flags, io: Io): DatedStretch[][] {
  if (start === undefined) return [];
  let text: string | undefined;
  try {
    text = calendar === undefined ? undefined : readTextFile(resolve(io.cwd, calendar));
    return plans.map((plan) => datedStretches(plan, start, text));
  } catch (error) {
    throw new InputError(`${calendar}: ${(error as Error).message}; give an iCalendar file`);
  }
}

async function planCommand(paths: string[], flags: Flags, io: Io): Promise<number> {
  checkTimes(flags);
  checkViews(flags);
  checkEvent(flags);
  if (flags.compare) return compareCommand(paths, flags, io);
  const versions = await statedVersions(flags, io);
  const { updates: found, graph } = await readUpdates(paths, flags, io, versions);
  if (flags.event !== undefined && flags.event !== 'update')
    return eventCommand(found, { graph, versions }, flags.event, flags, io);
  for (const { warnings } of firstDeployments(found, graph, flags.podStart)) {
    for (const warning of warnings) io.err(`first sync: ${warning}; see plan --event migration\n`);
  }
  const members = plansOf(found, graph, flags, io);
  const plans = members.map(({ plan }) => plan);
  const dates = datesOf(plans, flags, io);
  if (plans.length > 0) {
    const differences = await differencesOf(graph, versions, plans);
    write(formatted(plans, dates, fleetOf(members, graph, flags), { versions, differences }, flags, io), flags, io);
  }
  if (flags.failOnFreeze && dates.flat().some(({ freezes }) => freezes.length > 0)) return 1;
  return plans.length === found.length && plans.every(({ ending }) => ending === 'promoted') ? 0 : 1;
}

/** The fleet that several rollouts are: divided as the user says, or as the one progressive sync of Argo CD does. */
function fleetOf(members: readonly FleetMember[], graph: Graph, { cohorts, atOnce }: Flags): FleetPlan | undefined {
  const syncs = cohorts === undefined ? rollingSyncs(graph) : [];
  const concerned = syncs.filter((sync) => orders(sync, members));
  if (concerned.length === 1) {
    const fleet = planRollingSync(members, concerned[0], atOnce);
    const apps = [...fleet.cohorts, ...fleet.held].reduce((sum, one) => sum + one.apps.length, 0);
    return apps < 2 ? undefined : fleet;
  }
  if (members.length < 2) return undefined;
  const fleet = planFleet(members, cohorts ?? { by: 'wave' }, atOnce);
  const ignored = concerned.length > 1 ? concerned : syncs.filter(({ unknown }) => unknown !== undefined);
  if (ignored.length === 0) return fleet;
  const reasons = ignored.map(({ set, unknown }) =>
    concerned.length > 1
      ? `the RollingSync of ${set.toString()} is not regarded, because there are several; plan the files of one`
      : `the RollingSync of ${set.toString()} is not regarded: ${unknown}; --cohorts states the order`,
  );
  return { ...fleet, assumed: [...fleet.assumed, ...reasons] };
}

function plansOf(found: readonly PlannedUpdate[], graph: Graph, { podStart }: Flags, io: Io): FleetMember[] {
  const plans: FleetMember[] = [];
  for (const planned of counted(found, 'planning rollout', io)) {
    const { model, problems } = planned;
    for (const problem of problems) errLine(problem, io);
    if (model === undefined) continue;
    const warnings = isRollout(planned) ? absentData(model, { graph, rollout: planned.rollout }) : [];
    plans.push({ resource: planned.resource, plan: planRollout(model, { podStart }, { ...planned, warnings }) });
  }
  return plans;
}

/** The releases that plans are made for, and what releases of a range do otherwise than the newest. */
interface OnReleases {
  readonly versions: Versions;
  readonly differences: readonly RangeDifference[];
}

const resourceOf = ({ rollout: { name, namespace } }: Plan): string =>
  `Rollout ${namespace === undefined ? name : `${namespace}/${name}`}`;

async function differencesOf(
  graph: Graph,
  versions: Versions,
  plans: readonly Plan[],
): Promise<readonly RangeDifference[]> {
  if (versions.argoRollouts.length < 2) return [];
  // It needs the linter, which no other plan does.
  const { planDifferences } = await import('../upgrade');
  const shown = new Set(plans.map(resourceOf));
  return planDifferences(graph, versions).filter(({ resource }) => shown.has(resource));
}

function formatted(
  plans: readonly Plan[],
  dates: readonly DatedStretch[][],
  fleet: FleetPlan | undefined,
  { versions, differences }: OnReleases,
  flags: Flags,
  io: Io,
): string {
  const range = versions.argoRollouts;
  const newest = range[range.length - 1];
  const several = range.length < 2 ? '' : differences.length === 0 ? '; all plan the same' : `; planned for ${newest}`;
  const lines = differences.map(
    ({ releases, resource, what, newest: there, here }) =>
      `With Argo Rollouts ${formatReleases(releases)}, ${resource}, ${what}: ${here}; with ${newest}: ${there}`,
  );
  const textOf = flags.brief ? briefText : planText;
  const headed = (texts: readonly string[], after: readonly string[]): string => {
    const tail = after.length === 0 ? '' : `\n${after.join('\n')}\n`;
    return `${versionsHeader(versions)}${several}\n\n${texts.join('\n')}${tail}`;
  };
  switch (flags.format) {
    case 'text':
      return headed(
        [
          ...(fleet ? [fleetText(fleet, emphasisOf(flags, io))] : []),
          ...plans.map((plan, i) => textOf(plan, emphasisOf(flags, io)) + timesText(dates[i])),
        ],
        lines.map(oneLine),
      );
    case 'markdown':
      return headed(
        [
          ...(fleet ? [fleetMarkdown(fleet)] : []),
          ...plans.map((plan, i) => (flags.brief ? briefMarkdown(plan) : planMarkdown(plan)) + timesMarkdown(dates[i])),
        ],
        lines.map((line) => `- ${markdownText(line)}`),
      );
    case 'html':
      return planPage(plans, {
        stated: [`${versionsHeader(versions)}${several}`, ...lines],
        before: fleet ? [fleetSection(fleet)] : [],
        sectionOf: flags.brief ? briefSection : undefined,
      });
    case 'json':
      return jsonText(
        plans.map((plan, i) => ({
          versions,
          differences: differences.filter(({ resource }) => resource === resourceOf(plan)),
          ...plan,
          ...(dates.length === 0 ? {} : { times: dates[i] }),
          ...(fleet ? { cohort: cohortOf(fleet, plan) } : {}),
        })),
      );
    case 'svg':
      if (plans.length > 1) throw new InputError('an SVG picture shows one rollout; choose one with --rollout');
      return flags.brief ? briefPicture(plans[0]) : planPicture(plans[0]);
  }
}

/** The cohort of a plan and its time in the fleet; null where its cohort never begins. */
function cohortOf({ cohorts }: FleetPlan, plan: Plan): object | null {
  for (const { name, apps } of cohorts) {
    const app = apps.find((one) => one.plan === plan);
    if (app) return { name, from: app.from, to: app.to ?? null };
  }
  return null;
}

function timesText(dated: readonly DatedStretch[] | undefined): string {
  return dated === undefined
    ? ''
    : `\nTimes\n${calendarLines(dated)
        .map((line) => `  ${line}\n`)
        .join('')}`;
}

function timesMarkdown(dated: readonly DatedStretch[] | undefined): string {
  return dated === undefined
    ? ''
    : `\n**Times**\n\n${calendarLines(dated)
        .map((line) => `- ${markdownText(line)}\n`)
        .join('')}`;
}

async function compareCommand(paths: string[], flags: Flags, io: Io): Promise<number> {
  if (paths.length !== 2)
    throw new InputError(`--compare needs two paths, the old manifests and the new; ${paths.length} given`);
  const versions = await statedVersions(flags, io);
  const [before, after] = [
    await readUpdates([paths[0]], flags, io, versions),
    await readUpdates([paths[1]], flags, io, versions),
  ];
  const plans = [before, after].map(({ updates, graph }) => plansOf(updates, graph, flags, io).map(({ plan }) => plan));
  const pairs = plans[1].flatMap((now) => {
    const old = plans[0].find(
      ({ rollout }) => rollout.name === now.rollout.name && rollout.namespace === now.rollout.namespace,
    );
    if (old === undefined) errLine(`${now.rollout.name} is new, so it is not compared`, io);
    return old === undefined ? [] : [[old, now] as const];
  });
  if (pairs.length === 0) throw new InputError(`no Rollout is in both ${paths[0]} and ${paths[1]}`);
  if (flags.format === 'html' && pairs.length > 1)
    throw new InputError('an HTML page compares one rollout; choose one with --rollout');
  const header = newestHeader(versions);
  const texts = pairs.map(([old, now]) => {
    if (flags.format === 'html') return comparisonPage(old, now, [header]);
    if (flags.format === 'markdown') return comparisonMarkdown(old, now);
    if (flags.format === 'text') return comparisonText(old, now);
    throw new InputError(`--compare has no format ${flags.format}; use text, markdown or html`);
  });
  write(flags.format === 'html' ? texts.join('\n') : `${header}\n\n${texts.join('\n')}`, flags, io);
  return plans[1].length === after.updates.length ? 0 : 1;
}
