// docs/conformance.md, from what a run has found.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { KNOWN } from './known.mjs';

const PATH = 'docs/conformance.md';

/** The scripts that write a section of their own, which stays as it is. */
const OTHERS = ['cross-check', 'suggestions', 'e2e', 'e2e-stores'];

function sectionsOfOthers() {
  const text = existsSync(PATH) ? readFileSync(PATH, 'utf8') : '';
  const sections = text.split(/^(?=## )/m);
  return OTHERS.flatMap((name) => sections.filter((section) => section.includes(`<!-- ${name}: begin -->`)))
    .map((section) => `\n${section.trimEnd()}\n`)
    .join('');
}

/** Writes the page. Figures only: how long it took differs from machine to machine, and would make the page stale. */
export async function writeReport({ versions, releases, results, seed, command, others }) {
  const rows = Object.entries(versions).map(([module, version]) => `| ${module} | ${version} |`);
  const sections = results.map(({ title, about, columns }) => `## ${title}\n\n${about}\n\n${tableOf(columns)}`);
  const known = Object.entries(KNOWN).flatMap(([item, entries]) =>
    entries.map(({ id, reason }) => `| ${item} | \`${id}\` | ${reason} |`),
  );
  const page = `<!-- Written by \`npm run conformance\`. Do not edit. -->

# Checked by the systems themselves

The figures of one run of \`${command}\` (seed ${seed}), which asks the published code of the systems, at these
versions:

| module | version |
| --- | --- |
${rows.join('\n')}

Of Argo Rollouts, ${releases.slice(0, -1).join(', ')} and ${releases.at(-1)} are asked: ${others}. Each
column is a release, under "Argo CD" of Argo CD.

The pinned definitions are those of Istio 1.30.3. Its module cannot be downloaded at that version, so istiod is asked at a
commit seven weeks later. Of the kinds that this library writes, it judges one field differently: \`warmup.aggression\` may be any number above
0 there, and is at least 1 in 1.30.3. What it knows beside that (\`redirect.prefixRewrite\`, HTTP/2 keepalive, zone-aware
load balancing) is not in the pinned definitions.

${sections.join('\n\n')}

## Listed disagreements

${known.length > 0 ? `| item | case | reason |\n| --- | --- | --- |\n${known.join('\n')}` : 'None.'}
${sectionsOfOthers()}`;
  writeFileSync(PATH, await format(page, { ...(await resolveConfig(PATH)), parser: 'markdown' }));
}

/** One row a figure, one column a release of Argo Rollouts. */
function tableOf(columns) {
  const releases = Object.keys(columns);
  const lines = releases.map((release) => new Map(linesOf(columns[release])));
  const names = [...new Set(lines.flatMap((column) => [...column.keys()]))];
  const order = names.filter((name) => !name.includes(': ')).concat(names.filter((name) => name.includes(': ')).sort());
  const rows = order.map((name) => `| ${name} | ${lines.map((column) => column.get(name) ?? 0).join(' | ')} |`);
  return `| | ${releases.join(' | ')} |\n| --- | ${releases.map(() => '---').join(' | ')} |\n${rows.join('\n')}`;
}

function linesOf(figures) {
  return Object.entries(figures).flatMap(([name, value]) =>
    typeof value === 'object'
      ? Object.entries(value).map(([key, count]) => [`${name}: ${key}`, count])
      : [[name, value]],
  );
}
