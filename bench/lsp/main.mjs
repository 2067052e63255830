// Types into one file of a generated repo, as an editor does, and measures how long each answer takes.
// `node bench/lsp/main.mjs [--write]`: --write puts the table into docs/performance.md; --apps=100 makes it short.
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import protocol from 'vscode-languageserver/node';
import { writeRepo } from '../lint/repo.mjs';

const { createProtocolConnection, StreamMessageReader, StreamMessageWriter } = protocol;
const HERE = import.meta.dirname;
const flags = process.argv.slice(2);
const APPS = Number(flags.find((arg) => arg.startsWith('--apps='))?.slice(7) ?? 1000);
/** Between two keystrokes, in milliseconds: a fast typist, and one who pauses, so that the whole set is being judged. */
const PACES = { 'typing fast': 90, 'typing while all files are judged': 900 };
const KEYSTROKES = 40;

const root = mkdtempSync(join(tmpdir(), 'bench-lsp-'));
writeRepo(root, APPS);
const app = Math.floor(APPS / 2);
const file = readdirSync(root, { recursive: true }).find((name) => name.endsWith(`/app-${app}/rollout.yaml`));
const text = readFileSync(join(root, file), 'utf8');
const uri = pathToFileURL(join(root, file)).href;

const server = spawn(process.execPath, [join(HERE, '../../lib/cli/main.js'), 'lsp', '--stdio'], { cwd: root });
server.stderr.pipe(process.stderr);
const connection = createProtocolConnection(
  new StreamMessageReader(server.stdout),
  new StreamMessageWriter(server.stdin),
);
const waiting = new Map();
connection.onNotification('textDocument/publishDiagnostics', (params) => {
  if (params.uri === uri) waiting.get(params.version)?.(performance.now());
});
connection.listen();
await connection.sendRequest('initialize', {
  processId: process.pid,
  rootUri: pathToFileURL(root).href,
  workspaceFolders: [{ uri: pathToFileURL(root).href, name: 'bench' }],
  capabilities: {},
});
await connection.sendNotification('initialized', {});

let version = 1;
const opened = published(version);
const start = performance.now();
await connection.sendNotification('textDocument/didOpen', {
  textDocument: { uri, languageId: 'yaml', version, text },
});
const rows = [['first findings after the start', [{ ms: (await opened) - start, cpu: busy() }]]];
await wait(8000);

for (const [name, pace] of Object.entries(PACES)) {
  const times = [];
  for (let i = 0; i < KEYSTROKES; i++) {
    const typed = `${app}-errors`.slice(0, 1 + (i % 8));
    const changed = text.replace(`templateName: app-${app}-errors`, `templateName: app-${typed}`);
    times.push(await keystroke(changed));
    await wait(Math.max(0, pace - times.at(-1).ms));
  }
  rows.push([name, times]);
}
await keystroke(text);
await wait(4000);
const position = positionOf(`app-${app}-errors`);
const document = { textDocument: { uri } };
await asked('completion', 'textDocument/completion', { ...document, position });
await asked('definition', 'textDocument/definition', { ...document, position });
await asked('references', 'textDocument/references', { ...document, position, context: { includeDeclaration: true } });
await asked('hover over a step', 'textDocument/hover', { ...document, position: positionOf('setWeight') });
await asked('rename', 'textDocument/rename', { ...document, position, newName: 'other-errors' });
await asked('code lens', 'codeLens/resolve', (await connection.sendRequest('textDocument/codeLens', document))[0]);
const rss = Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${server.pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
await connection.sendRequest('shutdown');
await connection.sendNotification('exit');
rmSync(root, { recursive: true, force: true });

const at = (numbers, share) =>
  `${Math.round([...numbers].sort((a, b) => a - b)[Math.ceil(share * numbers.length) - 1])} ms`;
const figures = (numbers) => [0.5, 0.95, 1].map((share) => at(numbers, share)).join(' | ');
const table = [
  '| from the message to the answer | answers | CPU: median | p95 | longest | clock: median | p95 | longest |',
  `| --- ${'| ---: '.repeat(7)}|`,
  ...rows.map(
    ([name, times]) =>
      `| ${name} | ${times.length} | ${figures(times.map(({ cpu }) => cpu))} | ${figures(times.map(({ ms }) => ms))} |`,
  ),
];
const machine = `${cpus()[0].model.trim()}, ${availableParallelism()} cores, ${Math.round(totalmem() / 2 ** 30)} GB; Node ${process.version}; load ${loadavg()[0].toFixed(1)} while measuring; ${new Date().toISOString().slice(0, 10)}`;
const report = [
  `Measured on ${machine}, by \`npm run build && node bench/lsp/main.mjs${flags.map((flag) => ` ${flag}`).join('')}\`: a repo of ${APPS.toLocaleString('en')} apps. Each request follows a keystroke, so that nothing is known of the new text. Goal: 200 ms after a keystroke. CPU is the time for which the thread that answers ran, which is the time by the clock where no other program wants the cores.`,
  '',
  ...table,
  '',
  `Peak memory of the server: ${Math.round(rss)} MB.`,
].join('\n');
console.log(report);
if (flags.includes('--write')) {
  const page = join(HERE, '../../docs/performance.md');
  const before = readFileSync(page, 'utf8');
  writeFileSync(page, before.replace(/(<!-- lsp -->\n)[^]*?(\n<!-- \/lsp -->)/, `$1\n${report}\n$2`));
}

/** For how long the thread that answers has run, in milliseconds. */
function busy() {
  return Number(readFileSync(`/proc/${server.pid}/task/${server.pid}/schedstat`, 'utf8').split(' ')[0]) / 1e6;
}

/** Changes the document. Returns the time until the findings for exactly this text arrive. */
async function keystroke(changed) {
  version++;
  const answer = published(version);
  const [begun, before] = [performance.now(), busy()];
  await connection.sendNotification('textDocument/didChange', {
    textDocument: { uri, version },
    contentChanges: [{ text: changed }],
  });
  return { ms: (await answer) - begun, cpu: busy() - before };
}

/** Asks ten times, each time after a change. */
async function asked(name, method, params) {
  const times = [];
  for (let i = 0; i < 10; i++) {
    await keystroke(`${text}# ${i}\n`);
    const [begun, before] = [performance.now(), busy()];
    await connection.sendRequest(method, params);
    times.push({ ms: performance.now() - begun, cpu: busy() - before });
  }
  rows.push([name, times]);
}

function published(wanted) {
  return new Promise((done) => waiting.set(wanted, done));
}

function positionOf(word) {
  const before = text.slice(0, text.indexOf(word)).split('\n');
  return { line: before.length - 1, character: before.at(-1).length + 1 };
}
