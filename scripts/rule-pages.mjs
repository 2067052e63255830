// Generates docs/rules/ from the rules: a page for each, a table of all, and the JSON Schema of the linter's
// configuration. Needs a build. What is there and belongs to no rule any more is removed.
//
//   npm run docs:rules              writes
//   npm run docs:rules -- --check   writes nothing, and fails when something would change
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const require = createRequire(import.meta.url);
const { RULES } = require('../lib/src/rules');
const { LINT_CONFIG_SCHEMA } = require('../lib/src/lint');
const { rulePage, ruleTable } = require('../lib/src/lint');

const OUT = 'docs/rules';
const wanted = new Map([
  ['README.md', ruleTable(RULES)],
  ['lint-config.schema.json', `${JSON.stringify(LINT_CONFIG_SCHEMA, null, 2)}\n`],
  ...RULES.map((rule) => [`${rule.code}.md`, rulePage(rule)]),
]);

const there = existsSync(OUT) ? readdirSync(OUT) : [];
const superfluous = there.filter((name) => !wanted.has(name));
const stale = [...wanted].filter(
  ([name, text]) => !there.includes(name) || readFileSync(join(OUT, name), 'utf8') !== text,
);

if (process.argv.includes('--check')) {
  for (const name of [...superfluous, ...stale.map(([name]) => name)]) console.error(`${OUT}/${name} is stale`);
  process.exit(superfluous.length + stale.length > 0 ? 1 : 0);
}
mkdirSync(OUT, { recursive: true });
for (const name of superfluous) rmSync(join(OUT, name));
for (const [name, text] of stale) writeFileSync(join(OUT, name), text);
console.log(`${OUT}: ${wanted.size} files, ${stale.length} written, ${superfluous.length} removed`);
