// Measures the precision of `lint`: what it reports on manifests that are correct, and on manifests that have one known
// mistake each. Needs a build.
//
//   node scripts/precision.mjs           prints the figures; exit code 1 where a correct set has an error or a warning
//   node scripts/precision.mjs --list    prints each false finding too
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const require = createRequire(import.meta.url);
const { findManifestFiles, graphOfLoaded, loadManifests } = require(join(root, 'lib/src/graph/index.js'));
const { lint } = require(join(root, 'lib/src/lint/index.js'));
const { RULES } = require(join(root, 'lib/src/rules/index.js'));
const { readVersions } = require(join(root, 'lib/src/versions/index.js'));

const SEVERITIES = ['error', 'warning', 'advice', 'note'];
const corpus = join(root, 'test/fixtures/corpus');
const isFolder = (path) => statSync(path).isDirectory();

/** One set a file or a folder, in a folder for each style. */
const sets = readdirSync(corpus)
  .filter((style) => isFolder(join(corpus, style)))
  .flatMap((style) => readdirSync(join(corpus, style)).map((name) => join(style, name)));

const read = (set) =>
  findManifestFiles([join(corpus, set)], corpus).files.map((file) => ({
    name: relative(corpus, file),
    text: readFileSync(file, 'utf8'),
  }));

/** What is reported on correct sets. Errors and warnings among them are false. */
function onCorrectSets(closedWorld) {
  const counts = Object.fromEntries(SEVERITIES.map((severity) => [severity, 0]));
  const wrong = [];
  let clean = 0;
  let resources = 0;
  let checked = 0;
  for (const set of sets) {
    const texts = read(set);
    if (closedWorld && texts.some(({ text }) => text.startsWith('# Partial:'))) continue;
    const graph = graphOfLoaded(loadManifests(texts));
    checked++;
    resources += graph.resources.length;
    const { findings } = lint(graph, { closedWorld });
    for (const { severity } of findings) counts[severity]++;
    const false_ = findings.filter(({ severity }) => severity === 'error' || severity === 'warning');
    if (false_.length === 0) clean++;
    wrong.push(...false_);
  }
  return { checked, resources, clean, counts, wrong };
}

/** What is reported on the bad example of each rule: its own findings are right. */
function onBadExamples() {
  const missed = [];
  let right = 0;
  let all = 0;
  for (const rule of RULES) {
    if (!(rule.check ?? rule.checkPart) || (rule.severity !== 'error' && rule.severity !== 'warning')) continue;
    const graph = graphOfLoaded(loadManifests([{ name: `${rule.code}.yaml`, text: rule.bad }]));
    // Some examples are wrong on certain releases only.
    const versions = rule.releases && readVersions(rule.releases).versions;
    const codes = lint(graph, { versions }).findings.flatMap(({ code, consequences }) => [
      code,
      ...consequences.map((one) => one.code),
    ]);
    all++;
    if (codes.includes(rule.code)) right++;
    else missed.push(rule.code);
  }
  return { right, all, missed };
}

const percent = (part, whole) => `${whole === 0 ? 100 : ((100 * part) / whole).toFixed(1)} %`;
const styles = new Set(sets.map((set) => dirname(set)));
console.log(`${sets.length} correct sets in ${styles.size} styles`);
let failed = false;
const bad = onBadExamples();
for (const closedWorld of [false, true]) {
  const { checked, resources, clean, counts, wrong } = onCorrectSets(closedWorld);
  failed ||= wrong.length > 0;
  console.log(`\n${closedWorld ? 'with --closed-world (complete sets only)' : 'without --closed-world'}`);
  console.log(`  sets checked        ${checked}, with ${resources} resources`);
  console.log(`  sets without alarm  ${clean} (${percent(clean, checked)})`);
  console.log(`  findings            ${SEVERITIES.map((severity) => `${counts[severity]} ${severity}`).join(', ')}`);
  console.log(`  false alarms        ${wrong.length} errors and warnings`);
  console.log(`  precision           ${percent(bad.right, bad.right + wrong.length)} of errors and warnings are right`);
  if (process.argv.includes('--list'))
    for (const { file, line, code, message } of wrong) console.log(`    ${file}:${line} ${code} ${message}`);
}
console.log(`\nbad examples of rules: ${bad.right} of ${bad.all} mistakes of severity error or warning are found`);
if (bad.missed.length > 0) console.log(`  not found: ${bad.missed.join(', ')}`);
process.exitCode = failed ? 1 : 0;
