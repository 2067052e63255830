// Opens the design page in headless Chromium: how long it takes until the first figures are there, which the command
// computed, and those of a slider that is moved as soon as they are, which the page computes; and from the moment that a
// slider is moved until the figures of 2,000 updates of a plan of ten steps are there, and until the last point of the
// detection curve is. On Linux it also says how much CPU time all processes of the browser took for that, which other
// programs on the machine change little.
// `npm run build && node bench/design/main.mjs [--write]`; --write puts the table into docs/performance.md.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';

const ROOT = resolve(import.meta.dirname, '../..');
const MOVES = 20;
const GOALS = { start: 1000, move: 100, size: 1.5e6 };
const SPEC = `apiVersion: cdk8s-canary.dev/v1
kind: CanaryApp
metadata: { name: checkout, namespace: shop }
spec:
  image: registry.example.com/checkout:1.4.2
  port: 8080
  hosts: [checkout.example.com]
  prometheus: http://prometheus.monitoring:9090
  steps: [${[5, 10, 20, 50, 80].map((weight) => `{ setWeight: ${weight} }, analysis`).join(', ')}]
`;

/** In the page: moves a slider by a notch, and gives the milliseconds until the figures are new. */
const MOVE = `new Promise((done) => {
  const range = document.getElementById('knob-failures-atMost');
  const figures = document.getElementById('figures');
  const observer = new MutationObserver(() => { observer.disconnect(); done(performance.now() - began); });
  observer.observe(figures, { childList: true });
  range.value = String((Number(range.value) + 1) % Number(range.max));
  const began = window.began = performance.now();
  range.dispatchEvent(new Event('input'));
})`;
const POINTS = `document.querySelectorAll('#curve-table tbody tr').length`;
/** In the page: the milliseconds from the latest move until the curve has all its points again. */
const CURVE = (points) => `new Promise((done) => {
  const table = document.getElementById('curve-table');
  const look = () => {
    if (${POINTS} < ${points}) return;
    observer.disconnect();
    done(performance.now() - began);
  };
  const observer = new MutationObserver(look);
  observer.observe(table, { childList: true });
  look();
})`;

const folder = mkdtempSync(join(tmpdir(), 'cdk8s-canary-bench-'));
const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
try {
  writeFileSync(join(folder, 'canary.yaml'), SPEC);
  const page = join(folder, 'design.html');
  execFileSync(process.execPath, [join(ROOT, 'lib/cli/main.js'), 'design', 'canary.yaml', '-o', page], { cwd: folder });
  const server = await chromium.launchServer({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox'],
  });
  const browser = await chromium.connect(server.wsEndpoint());
  const tab = await browser.newPage();
  const spent = () => cpuOf(server.process().pid);
  const starts = [];
  const startCpu = [];
  const firstMoves = [];
  for (let i = 0; i < 5; i++) {
    const before = spent();
    await tab.goto(pathToFileURL(page).href);
    await tab.waitForSelector('#figure-caught');
    starts.push(await tab.evaluate('performance.now()'));
    startCpu.push(spent() - before);
    await tab.evaluate(MOVE);
    firstMoves.push(await tab.evaluate('performance.now()'));
    await tab.waitForTimeout(1000);
  }
  const points = await tab.evaluate(POINTS);
  const moves = [];
  const moveCpu = [];
  const curves = [];
  const curveCpu = [];
  for (let i = 0; i < MOVES; i++) {
    const before = spent();
    moves.push(await tab.evaluate(MOVE));
    moveCpu.push(spent() - before);
    curves.push(await tab.evaluate(CURVE(points)));
    curveCpu.push(spent() - before);
    await tab.waitForTimeout(200);
  }
  await browser.close();
  await server.close();
  const ms = (value) => `${Math.round(value)} ms`;
  const rows = [
    ['size of the page', statSync(page).size, GOALS.size, (bytes) => `${(bytes / 1e6).toFixed(2)} MB`],
    ['start until the first figures, median of 5', median(starts), GOALS.start, ms],
    ['start until those of a slider moved at once, median of 5', median(firstMoves), undefined, ms],
    [`slider until its figures, median of ${MOVES}`, median(moves), GOALS.move, ms],
    [`slider until its figures, longest of ${MOVES}`, Math.max(...moves), GOALS.move, ms],
    [`slider until the whole curve, median of ${MOVES}`, median(curves), undefined, ms],
    ...(existsSync('/proc/self/stat')
      ? [
          ['CPU time until the first figures, median of 5', median(startCpu), GOALS.start, ms],
          [`CPU time of a slider until its figures, median of ${MOVES}`, median(moveCpu), GOALS.move, ms],
          [`CPU time of a slider until the whole curve, median of ${MOVES}`, median(curveCpu), undefined, ms],
        ]
      : []),
  ];
  report(rows);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Milliseconds of CPU time of a process and all that it started; the system counts in hundredths of a second. */
function cpuOf(root) {
  if (!existsSync('/proc/self/stat')) return 0;
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const text = readFileSync(`/proc/${name}/stat`, 'utf8');
        const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
        return [{ id: Number(name), parent: Number(fields[1]), ticks: Number(fields[11]) + Number(fields[12]) }];
      } catch {
        return []; // It ended meanwhile.
      }
    });
  const own = new Set([root]);
  for (let grown = 0; grown !== own.size;) {
    grown = own.size;
    for (const { id, parent } of all) if (own.has(parent)) own.add(id);
  }
  return all.filter(({ id }) => own.has(id)).reduce((sum, { ticks }) => sum + ticks * 10, 0);
}

function report(rows) {
  const date = new Date().toISOString().slice(0, 10);
  const table = [
    '| design page, plan of ten steps, 2,000 updates | measured | goal | met |',
    '| --- | ---: | ---: | :-: |',
    ...rows.map(
      ([what, value, goal, say]) =>
        `| ${what} | ${say(value)} | ${goal === undefined ? 'none | ' : `${say(goal)} | ${value <= goal ? 'yes' : 'no'}`} |`,
    ),
  ].join('\n');
  const text = `Measured on ${cpus()[0].model}, ${cpus().length} cores; load ${loadavg()[0].toFixed(1)} while measuring; ${date}, by \`npm run build && node bench/design/main.mjs --write\`.\n\n${table}`;
  console.log(text);
  if (!process.argv.includes('--write')) return;
  const path = join(ROOT, 'docs/performance.md');
  const before = readFileSync(path, 'utf8');
  writeFileSync(
    path,
    before.replace(/<!-- design -->[^]*<!-- \/design -->/, `<!-- design -->\n\n${text}\n\n<!-- /design -->`),
  );
}
