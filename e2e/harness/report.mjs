// What a run found, for the terminal and for docs/conformance.md.
import { readFileSync, writeFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';

/** Each section of docs/conformance.md that a run of e2e writes, between its two marks. */
const SECTIONS = {
  e2e: '## On a real control plane',
  'e2e-stores': '## Other systems with the query API of Prometheus',
};
const beginOf = (name) => `<!-- ${name}: begin -->`;
const endOf = (name) => `<!-- ${name}: end -->`;
const BEGIN = beginOf('e2e');
const END = endOf('e2e');

/** One line for each thing that went otherwise. */
export const disagreements = ({ release, walks, random, checks, dist }) => [
  ...walks.flatMap(({ title, wrong }) => wrong.map((one) => `${release}: ${title}: ${one}`)),
  ...random.flatMap(({ name, fate, wrong }) => wrong.map((one) => `${release}: ${name} (${fate}): ${one}`)),
  ...checks.flatMap(({ title, wrong }) => wrong.map((one) => `${release}: ${title}: ${one}`)),
  ...dist.wrong.map((one) => `${release}: dist: ${one}`),
];

const agreed = (list) => `${list.filter(({ wrong }) => wrong.length === 0).length} of ${list.length}`;

export const lineOf = (run) =>
  `Argo Rollouts ${run.release}: walk-through ${agreed(run.walks)}, random updates ${agreed(run.random)}, commands ${agreed(run.checks)}, dist ${run.dist.applied} objects and ${run.dist.rollouts} Rollouts, ${run.dist.wrong.length} wrong`;

/** What stands in the table, a column for each release. */
const ROWS = {
  'run on': (_, { date }) => date,
  'the reference walk-through ends as published': ({ walks }) => agreed(walks),
  'random updates end, take as long, and shift the weights as planned': ({ random }) => agreed(random),
  '`explain`, `diff --live`, `calibrate` and the guide’s chapter': ({ checks }) => agreed(checks),
  'objects of dist/ that the API server takes': ({ dist }) => dist.applied,
  'Rollouts of dist/ that become healthy': ({ dist }) => dist.rollouts,
  disagreements: (run) => disagreements(run).length,
};

/** The columns of releases that an earlier run wrote. */
function columnsOf(text) {
  const from = text.indexOf(BEGIN);
  if (from === -1) return new Map();
  const rows = [...text.slice(from, text.indexOf(END)).matchAll(/^\|(.*)\|$/gm)].map(([, row]) =>
    row.split('|').map((cell) => cell.trim()),
  );
  const [[, ...releases], , ...cells] = rows;
  const of = (at) => new Map(cells.map((row) => [row[0], row[at + 1]]));
  return new Map(releases.map((release, at) => [release, of(at)]));
}

/** The section of docs/conformance.md: the columns of other releases stay as they are in the text before. */
export function section(runs, { kubernetes, date, seed, before }) {
  const columns = columnsOf(before);
  for (const run of runs)
    columns.set(run.release, new Map(Object.entries(ROWS).map(([name, cell]) => [name, cell(run, { date })])));
  const found = [...columns].sort(([a], [b]) => a.localeCompare(b, 'en', { numeric: true }));
  const row = (name, cell) => `| ${name} | ${found.map(cell).join(' | ')} |`;
  return [
    SECTIONS.e2e,
    '',
    BEGIN,
    '',
    `\`npm run e2e\` (seed ${seed}): etcd, kube-apiserver and kube-controller-manager ${kubernetes}, the controller of each release of Argo Rollouts, and a Prometheus with the operator's configuration, whose targets its own discovery code finds. Pods and users are stand-ins: pods become ready after two seconds and count the requests that the VirtualServices send them.`,
    '',
    row('', ([release]) => release),
    row('---', () => '---'),
    ...Object.keys(ROWS).map((name) => row(name, ([, cells]) => cells.get(name) ?? '')),
    '',
    END,
  ].join('\n');
}

/** What `calibrate` was told by each store, compared with Prometheus. */
export const storesSection = (rows, date) =>
  [
    SECTIONS['e2e-stores'],
    '',
    beginOf('e2e-stores'),
    '',
    `\`npm run e2e:stores\`: \`calibrate\` asks real stores about a day of the same history, with checks that fit the series and checks that do not, and compares the profile (figures within 2 %), the findings and the replayed false alarms with those of Prometheus.`,
    '',
    '| store | version | run on | manifests | disagreements | otherwise by design |',
    '| --- | --- | --- | --- | --- | --- |',
    ...rows.map(
      ({ name, version, cases, wrong, otherwise }) =>
        `| ${name} | ${version} | ${date} | ${cases} | ${wrong.length} | ${otherwise.join('; ')} |`,
    ),
    '',
    endOf('e2e-stores'),
  ].join('\n');

/** Puts a section into docs/conformance.md in place of what an earlier run wrote. */
export async function writeSection(text, { name = 'e2e', file = 'docs/conformance.md' } = {}) {
  const before = readFileSync(file, 'utf8');
  const from = before.indexOf(SECTIONS[name]);
  const end = before.indexOf(endOf(name)) + endOf(name).length + 1;
  const kept = from === -1 ? before : before.slice(0, from) + before.slice(end);
  const options = { ...(await resolveConfig(file)), parser: 'markdown' };
  writeFileSync(file, await format(`${kept.trimEnd()}\n\n${text}\n`, options));
}
