import { fleetChart } from '../charts';
import { markdownText } from '../formats/encode/markdown';
import { markupText } from '../formats/encode/markup';
import { joinLines } from '../formats/encode/terminal';
import { plural } from '../formats/plural';
import { lengthOfTime } from '../formats/go-duration';
import type { Cohort, FleetApp, FleetPlan } from './fleet';
import { markdownTable } from './markdown';
import { htmlTable } from './page';
import { momentText } from './picture';
import type { Moment } from './plan';
import type { Emphasis } from '../formats/encode/emphasis';
import { APPROVAL } from './traffic-line';

const appsOf = ({ cohorts, held }: FleetPlan): number =>
  [...cohorts, ...held].reduce((sum, { apps }) => sum + apps.length, 0);

function headlineOf(fleet: FleetPlan): string {
  const { cohorts, held, to } = fleet;
  const what = `${plural(appsOf(fleet), 'app')} in ${plural(cohorts.length + held.length, 'cohort')}`;
  if (to === undefined) {
    const stuck = cohorts.flatMap(({ apps }) => apps.filter((app) => app.to === undefined)).map(({ name }) => name);
    if (stuck.length === 0) return `${what}: not all of them are updated`;
    return `${what}: never complete, because ${stuck.join(', ')} ${stuck.length === 1 ? 'is' : 'are'} never promoted`;
  }
  const waits =
    ['', ' plus the wait for manual approval'].at(to.persons) ??
    ` plus ${to.persons} waits for manual approval, one after the other`;
  return `${what}: ${lengthOfTime(to.seconds)} until all are promoted${waits}`;
}

const span = ({ from, to }: Pick<FleetApp, 'from' | 'to'>): string =>
  `${momentText(from)} to ${to === undefined ? 'never' : momentText(to)}`;

/** The apps of a cohort in a line: at most this many by name. */
const NAMED = 8;

function namesOf({ apps }: Pick<Cohort, 'apps'>): string {
  const names = apps.slice(0, NAMED).map(({ name }) => name);
  const rest = apps.length - names.length;
  return `${names.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}

/** The app of a cohort that ends last, for which the next cohort waits. */
const slowest = ({ apps }: Cohort): FleetApp =>
  apps.reduce((worst, app) => {
    if (worst.to === undefined) return worst;
    return app.to === undefined || app.to.seconds > worst.to.seconds ? app : worst;
  });

/** A fleet's plan for a terminal. */
export function fleetText(fleet: FleetPlan, { strong, soft, bad }: Emphasis): string {
  const head = headlineOf(fleet);
  return joinLines([
    `${strong('Fleet')}  ${fleet.to === undefined ? bad(head) : head}`,
    ...fleet.cohorts.flatMap((cohort) => [
      `  ${span(cohort)}  ${strong(cohort.name)}: ${plural(cohort.apps.length, 'app')}, the last is ${slowest(cohort).name}`,
      soft(`    ${namesOf(cohort)}`),
    ]),
    ...fleet.held.map(({ name, apps }) => bad(`  never begins: ${name}, ${plural(apps.length, 'app')}`)),
    ...fleet.assumed.map((one) => soft(`  assumed: ${one}`)),
  ]);
}

const HEADS = ['cohort', 'from', 'to', 'apps', 'the last is'];

const rowsOf = ({ cohorts, held }: FleetPlan): string[][] => [
  ...cohorts.map((cohort) => [
    cohort.name,
    momentText(cohort.from),
    cohort.to === undefined ? 'never' : momentText(cohort.to),
    String(cohort.apps.length),
    slowest(cohort).name,
  ]),
  ...held.map(({ name, apps }) => [name, 'never', 'never', String(apps.length), '']),
];

/** A fleet's plan for a pull request. */
export function fleetMarkdown(fleet: FleetPlan): string {
  const lines = [
    '## Fleet',
    '',
    `${markdownText(headlineOf(fleet))}.`,
    '',
    ...markdownTable(
      HEADS,
      rowsOf(fleet).map((row) => row.map(markdownText)),
    ),
    '',
    ...fleet.assumed.map((one) => `- assumed: ${markdownText(one)}`),
  ];
  return `${lines.join('\n')}\n`;
}

/** A fleet's plan as a part of a page: a picture, and the same as tables. */
export function fleetSection(fleet: FleetPlan): string {
  const at = ({ seconds, persons }: Moment): number => seconds + persons * APPROVAL;
  const groups = fleet.cohorts.map((cohort) => ({
    name: `${cohort.name}: ${plural(cohort.apps.length, 'app')}, ${span(cohort)}`,
    bars: cohort.apps.map((app) => ({
      name: app.name,
      from: at(app.from),
      to: app.to && at(app.to),
      words: span(app),
    })),
  }));
  const chart = (width: number, id: string): string => fleetChart(groups, 'The fleet, cohort by cohort', { width, id });
  const apps = fleet.cohorts.flatMap((cohort) =>
    cohort.apps.map((app) => [app.name, cohort.name, momentText(app.from), app.to ? momentText(app.to) : 'never']),
  );
  const approvals = fleet.cohorts.some(({ apps: own }) => own.some(({ plan }) => plan.persons > 0));
  return [
    '<h1>Fleet</h1>',
    `<p${fleet.to === undefined ? ' class="bad"' : ''}>${markupText(headlineOf(fleet))}.</p>`,
    `<div class="wide">${chart(900, 'fleet-wide')}</div>`,
    `<div class="narrow">${chart(328, 'fleet-narrow')}</div>`,
    ...(approvals
      ? [`<p class="soft">Each wait for manual approval (P) is drawn as ${lengthOfTime(APPROVAL)}.</p>`]
      : []),
    htmlTable(
      HEADS,
      rowsOf(fleet).map((row) => row.map(markupText)),
      [1, 2, 3],
    ),
    '<h2>Apps</h2>',
    htmlTable(
      ['app', 'cohort', 'from', 'to'],
      apps.map((row) => row.map(markupText)),
      [2, 3],
    ),
    '<h3>Assumptions</h3>',
    `<ul>${fleet.assumed.map((one) => `<li>${markupText(one)}</li>`).join('')}</ul>`,
  ].join('\n');
}
