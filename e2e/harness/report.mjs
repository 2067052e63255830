// What a run found, for the terminal and for docs/conformance.md.
import { readFileSync, writeFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';

const BEGIN = '<!-- e2e: begin -->';
const END = '<!-- e2e: end -->';
const HEADING = '## On a real control plane';

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

/** The section of docs/conformance.md. */
export function section(runs, { kubernetes, date, seed }) {
  const row = (name, cell) => `| ${name} | ${runs.map(cell).join(' | ')} |`;
  return [
    HEADING,
    '',
    BEGIN,
    '',
    `\`npm run e2e\` of ${date} (seed ${seed}): etcd, kube-apiserver and kube-controller-manager ${kubernetes}, the controller of each release of Argo Rollouts, and a Prometheus with the operator's configuration, whose targets its own discovery code finds. Pods and users are stand-ins: pods become ready after two seconds and count the requests that the VirtualServices send them.`,
    '',
    row('', ({ release }) => release),
    row('---', () => '---'),
    row('the reference walk-through ends as published', ({ walks }) => agreed(walks)),
    row('random updates end, take as long, and shift the weights as planned', ({ random }) => agreed(random)),
    row('`explain`, `diff --live`, `calibrate` and the guide’s chapter', ({ checks }) => agreed(checks)),
    row('objects of dist/ that the API server takes', ({ dist }) => dist.applied),
    row('Rollouts of dist/ that become healthy', ({ dist }) => dist.rollouts),
    row('disagreements', (run) => disagreements(run).length),
    '',
    END,
  ].join('\n');
}

export async function writeSection(text, file = 'docs/conformance.md') {
  const before = readFileSync(file, 'utf8');
  const from = before.indexOf(HEADING);
  const kept = from === -1 ? before : before.slice(0, from) + before.slice(before.indexOf(END) + END.length + 1);
  const options = { ...(await resolveConfig(file)), parser: 'markdown' };
  writeFileSync(file, await format(`${kept.trimEnd()}\n\n${text}\n`, options));
}
