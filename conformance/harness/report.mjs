// docs/conformance.md, from what runs have found: a section for each item.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { KNOWN } from './known.mjs';

const PATH = 'docs/conformance.md';

/** In the sections that other scripts write, which stay as they are. */
const OF_OTHERS = /^<!-- [\w-]+: begin -->$/m;

const sectionsOf = (text) => text.split(/^(?=## )/m);

/** The start of the page. A section of a run with other versions says nothing about these. */
function headOf({ versions, releases }) {
  const rows = Object.entries(versions).map(([module, version]) => `| ${module} | ${version} |`);
  return `<!-- Written by \`npm run conformance\`. Do not edit. -->

# Checked by the systems themselves

The figures of \`npm run conformance\`, which asks the published code of the systems, at these versions:

| module | version |
| --- | --- |
${rows.join('\n')}

Of Argo Rollouts, ${releases.slice(0, -1).join(', ')} and ${releases.at(-1)} are asked. Each column is a release, under "Argo CD" of Argo CD. Each section says by
which command its figures were found; \`npm run conformance -- --release all\` runs all items.

The pinned definitions are those of Istio 1.32.0. Its module cannot be downloaded at that version, so istiod is asked at a
commit between 1.31 and 1.32 (2026-08-27).
`;
}

const formatted = async (page) => format(page, { ...(await resolveConfig(PATH)), parser: 'markdown' });

/**
 * Writes the section of an item. Figures only: how long it took differs from machine to machine, and would make the page
 * stale.
 *
 * @param titles Of all items, in their order.
 */
export async function writeSection({ versions, releases, titles, item, seed, command }) {
  const { title, about, columns } = item;
  const before = sectionsOf(existsSync(PATH) ? readFileSync(PATH, 'utf8') : '');
  const head = await formatted(headOf({ versions, releases }));
  const isSame = before[0].trim() === head.trim();
  const kept = new Map(isSame ? before.map((section) => [/^## (.*)/.exec(section)?.[1], section]) : []);
  kept.set(title, `## ${title}\n\n${about}\n\nBy \`${command}\`, seed ${seed}:\n\n${tableOf(columns)}\n`);
  const known = Object.entries(KNOWN).flatMap(([name, entries]) =>
    entries.map(({ id, reason }) => `| ${name} | \`${id}\` | ${reason} |`),
  );
  const listed = `## Listed disagreements\n\n${known.length > 0 ? `| item | case | reason |\n| --- | --- | --- |\n${known.join('\n')}` : 'None.'}\n`;
  const others = before.filter((section) => OF_OTHERS.test(section));
  const sections = [head, ...titles.flatMap((one) => kept.get(one) ?? []), listed, ...others];
  writeFileSync(PATH, await formatted(sections.map((section) => section.trimEnd()).join('\n\n')));
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
