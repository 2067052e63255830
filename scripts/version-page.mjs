// Writes docs/supported-versions.md from the tables in src/versions; needs lib/, so `npm run build` comes first.
import { createRequire } from 'node:module';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { format, resolveConfig } from 'prettier';

const require = createRequire(import.meta.url);
const { SAME_IN_ALL, SYSTEMS, coverage, fieldChanges } = require('../lib/src/versions');

const PATH = 'docs/supported-versions.md';
const SCHEMAS = 'imports/schemas';

const EVIDENCE = {
  measured: 'run',
  read: 'read in the source, the definitions or the changelog',
};

const sentence = (text) => text.charAt(0).toUpperCase() + text.slice(1);

/** A pipe would end the cell, also inside code. */
const cell = (text) => text.replaceAll('|', '\\|');

function entryRows({ what, changes, source, evidence }) {
  return changes.map(({ from, words }, i) => {
    const first = i === 0;
    return `| ${first ? `**${cell(what)}**` : ''} | ${from} | ${cell(sentence(words))} | ${cell(source)} (${EVIDENCE[evidence]}) |`;
  });
}

/** What no release of a system changes; empty where nothing is known. */
function sameSection(key) {
  const rows = SAME_IN_ALL.filter(({ system }) => system === key).map(
    ({ words, source }) => `| ${cell(words)} | ${cell(source)} |`,
  );
  if (rows.length === 0) return '';
  return `

All these releases do the same here, which surprises:

| what all releases do | source |
| --- | --- |
${rows.join('\n')}`;
}

function sectionOf([key, { title, releases, entries }]) {
  return `## ${title}

The tables cover ${coverage(releases)}.

| what | from | what the release does | source |
| --- | --- | --- | --- |
${entries.flatMap(entryRows).join('\n')}${sameSection(key)}`;
}

/** Fields by release, without those of pod templates and subsets, of which there are hundreds. */
function fieldSection(system) {
  const rows = fieldChanges(system)
    .filter(({ path }) => !/template\.spec|subsets\[\]/.test(path))
    .map(({ kind, release, path, added }) => `| ${release} | ${kind} | \`${path}\` | ${added ? 'added' : 'removed'} |`);
  const leftOut = LEFT_OUT[system]
    ? ` Fields inside ${LEFT_OUT[system]} are left out\nhere; \`cdk8s-canary\` knows them too.`
    : '';
  return `## Fields of ${system === 'prometheusOperator' ? 'the ' : ''}${SYSTEMS[system].title}

An API server drops a field that its definitions do not have, without an error.${leftOut}

| release | kind | field | |
| --- | --- | --- | --- |
${rows.join('\n')}`;
}

/** Where there are too many fields for the page. */
const LEFT_OUT = { argoRollouts: 'pod templates', istio: 'the policies of subsets' };

/** The release of each definition with which schemas are checked. */
function definitionSection() {
  const kinds = new Map();
  for (const file of readdirSync(SCHEMAS, { recursive: true })) {
    if (!file.endsWith('.json')) continue;
    const content = JSON.parse(readFileSync(join(SCHEMAS, file), 'utf8'));
    const found =
      typeof content.upstream === 'string'
        ? [
            [
              content.upstream,
              file === 'kubernetes.json' ? 'Pods, Services and what they need' : 'other built-in kinds',
            ],
          ]
        : Object.entries(content).map(([kind, { upstream }]) => [upstream, `${kind} (\`${basename(file, '.json')}\`)`]);
    for (const [upstream, kind] of found) kinds.set(upstream, [...(kinds.get(upstream) ?? []), kind]);
  }
  const rows = [...kinds].sort().map(([upstream, names]) => `| ${upstream} | ${names.sort().join(', ')} |`);
  return `## Definitions

The fields of an object are checked against the definitions of these releases. A field of a later release is reported as unknown
([SCH003](rules/SCH003.md)); what only the experimental channel of the Gateway API has is a note ([SCH012](rules/SCH012.md)).

| release | kinds |
| --- | --- |
${rows.join('\n')}`;
}

const page = `<!-- Written by \`npm run docs:versions\`. Do not edit. -->

# Supported versions

Argo Rollouts, Prometheus and what works with them differ from release to release in what they accept, what they drop
without a word, and what they do with the same manifests. This page lists these differences, each with its source. It is
made from the tables that \`cdk8s-canary\` looks up. A row holds from its release until the next row. Where the source
says "run", the release was run; the rest was read.

## Stating the releases

State the releases that your cluster runs, once, in \`.cdk8s-canary.yaml\`:

\`\`\`yaml
versions:
  argoRollouts: '1.9'
  prometheus: '3.16'
\`\`\`

or for one run: \`cdk8s-canary lint --argo-rollouts 1.9 deploy/\`. \`lint\`, \`plan\`, \`simulate\`, \`rehearse\` and \`test\` read
both. An app states them in \`spec.versions\` of its canary file, best once in \`canary.defaults.yaml\`, or in \`versions\` of
\`CanaryApp\`: what one of the releases refuses or drops is then refused at synthesis. What is not stated is the newest
release. A range such as \`1.8 - 1.10\` asks for manifests that are right on all of them, and a finding names the releases
that it holds for.

\`cdk8s-canary upgrade\` computes what another release changes for your own manifests: see
[Upgrading](guide/upgrade.md).

\`npm run conformance -- --release all\` asks the systems' own code of each release of Argo Rollouts whether the tables are
right.

${Object.entries(SYSTEMS).map(sectionOf).join('\n\n')}

${fieldSection('argoRollouts')}

${fieldSection('istio')}

${fieldSection('prometheusOperator')}

${definitionSection()}
`;
writeFileSync(PATH, await format(page, { ...(await resolveConfig(PATH)), parser: 'markdown' }));
