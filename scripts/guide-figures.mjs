// Runs the commands that a guide shows, and puts in what they print. A block ```console holds lines `$ cdk8s-canary …`
// and what follows; a line `…` stands for lines left out there. A block whose first line is `# NAME` is a file of that
// name, which the commands find beside dist/. `node scripts/guide-figures.mjs` writes; `--check` says what is not as it is printed.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '..');
const PROGRAM = join(ROOT, 'lib/cli/main.js');
/** Each guide, with the picture in it and the file that it shows the plan of, if it has one. */
const GUIDES = [
  { guide: 'docs/guide/will-my-canary-catch-it.md', picture: 'default-plan.svg', of: 'canary.yaml' },
  { guide: 'docs/guide/plan.md', picture: 'staged-plan.svg', of: 'checkout.yaml' },
  { guide: 'docs/guide/rehearse.md' },
];

/** Pictures that stand by themselves, and the commands that draw them. */
const PICTURES = [
  {
    file: 'docs/guide/simulation.svg',
    args: ['simulate', 'examples/quickstart/canary.yaml', '--error-rate', '0.5%', '--format', 'svg'],
  },
];

/** The guide with what its commands print now, and its picture. */
function withFigures(text, of) {
  const folder = mkdtempSync(join(tmpdir(), 'cdk8s-canary-guide-'));
  try {
    cpSync(join(ROOT, 'dist'), join(folder, 'dist'), { recursive: true });
    const now = text.replace(/^```(\w+)\n([^]*?)^```$/gm, (block, language, body) => {
      const name = /^# (\S+\.(?:yaml|json))\n/.exec(body)?.[1];
      if (name !== undefined) writeFileSync(join(folder, name), body);
      return language === 'console' ? `\`\`\`console\n${session(body, folder)}\`\`\`` : block;
    });
    return { now, drawn: of && run(['plan', of, '--format', 'svg'], folder).stdout };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const run = (args, cwd) =>
  spawnSync(process.execPath, [PROGRAM, ...args], {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: '' },
  });

function session(body, folder) {
  return body
    .split(/^(?=\$ )/m)
    .map((part) => {
      const [command, ...shown] = part.split('\n');
      const args = command.replace(/^\$ (npx )?cdk8s-canary /, '').split(' ');
      const to = args.indexOf('>');
      const { stdout, stderr } = run(to < 0 ? args : args.slice(0, to), folder);
      if (to >= 0) writeFileSync(join(folder, args[to + 1]), stdout);
      const printed = `${stderr}${to < 0 ? stdout : ''}`;
      return `${command}\n${abridged(printed, shown)}`;
    })
    .join('');
}

/** What was printed, as far as it is to be shown: as many lines before each `…` and behind the last as there are now. */
function abridged(printed, shown) {
  const kept = shown.slice(0, -1);
  if (!kept.includes('…')) return printed;
  const lines = printed.trimEnd().split('\n');
  const before = kept.indexOf('…');
  const after = kept.length - before - 1;
  return `${[...lines.slice(0, before), '…', ...(after > 0 ? lines.slice(-after) : [])].join('\n')}\n`;
}

const check = process.argv.includes('--check');
const pictures = PICTURES.map(({ file, args }) => [join(ROOT, file), run(args, ROOT).stdout]);
const guides = GUIDES.flatMap(({ guide, picture, of }) => {
  const path = join(ROOT, guide);
  const { now, drawn } = withFigures(readFileSync(path, 'utf8'), of);
  return [[path, now], ...(picture ? [[join(path, '..', picture), drawn]] : [])];
});
for (const [file, wanted] of [...guides, ...pictures]) {
  const there = existsSync(file) ? readFileSync(file, 'utf8') : '';
  if (there === wanted) continue;
  if (!check) {
    writeFileSync(file, wanted);
    continue;
  }
  const [old, fresh] = [there.split('\n'), wanted.split('\n')];
  const at = fresh.findIndex((line, i) => line !== old[i]);
  console.error(`${relative(ROOT, file)}:${at + 1}\n  shows:      ${old[at]}\n  is printed: ${fresh[at]}`);
  process.exitCode = 1;
}
if (process.exitCode) console.error('run node scripts/guide-figures.mjs');
