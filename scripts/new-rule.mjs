// Scaffolds a rule: its file with an example, its entry in the list of its group, and its test.
//
//   npm run new-rule -- PRM029 clamp-hides-failures
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** The folder of each group whose rules are listed in an index, by the letters of its codes. */
const FOLDERS = {
  ROL: 'rollout',
  REF: 'references',
  TRF: 'traffic',
  ANA: 'analysis',
  CON: 'conditions',
  PRM: 'promql',
  MON: 'monitoring',
  MSH: 'mesh',
  SCL: 'scaling',
  GIT: 'gitops',
  SEC: 'security',
};

function fail(message) {
  console.error(`new-rule: ${message}`);
  process.exit(2);
}

const [code = '', name = ''] = process.argv.slice(2);
const root = resolve(process.env.NEW_RULE_ROOT ?? '.');
const group = FOLDERS[code.slice(0, 3)];
if (!/^[A-Z]{3}\d{3}$/.test(code) || group === undefined) {
  fail(`'${code}' is not a code; write one of ${Object.keys(FOLDERS).join(', ')} and three digits`);
}
if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name)) {
  fail(`'${name}' is not a name; say what is wrong in lower-case words, such as clamp-hides-failures`);
}
const folder = join(root, 'src/rules', group);
const taken = readdirSync(folder).find((file) => file.startsWith(code.toLowerCase()));
if (taken) fail(`${code} is taken by ${taken}`);

const id = name.replace(/-([a-z0-9])/g, (_all, char) => char.toUpperCase());
const base = `${code.toLowerCase()}-${name}`;

const rule = `import { rollouts } from '../../graph';
import { CONFIRMED_BY } from '../shared/confirmed-by';
import { exampleRollout } from '../shared/example';
import type { Rule } from '../shared/rule';

export const ${id}: Rule = {
  code: '${code}',
  severity: 'advice',
  title: 'A Rollout keeps more than ten revisions',
  why: 'TODO: two to five sentences that say what happens, with figures and a source.',
  fix: 'TODO: what to do.',
  whenNotToUse: 'TODO: the setups in which the finding does not apply.',
  confirmedBy: CONFIRMED_BY.nobody,
  bad: exampleRollout('{}', { spec: 'revisionHistoryLimit: 20' }),
  good: exampleRollout('{}', { spec: 'revisionHistoryLimit: 5' }),
  checkPart(graph, report, part) {
    for (const { resource } of part(rollouts(graph))) {
      const limit = resource.field('spec', 'revisionHistoryLimit');
      if ((limit.number ?? 0) <= 10) continue;
      report(limit, \`\${resource} keeps \${limit.number} revisions\`, { hint: 'keep at most 10' });
    }
  },
};
`;

const test = `import { ${id} } from '../../src/rules/${group}/${base}';
import { exampleRollout } from '../../src/rules/shared/example';
import { describeRule } from './describe-rule';

describeRule(${id}, [
  {
    name: 'twenty revisions',
    manifest: exampleRollout('{}', { spec: 'revisionHistoryLimit: 20' }),
    finds: [{ path: 'spec.revisionHistoryLimit', message: 'Rollout checkout keeps 20 revisions' }],
  },
  { name: 'the default', manifest: exampleRollout('{}') },
]);
`;

const index = join(folder, 'index.ts');
const listed = readFileSync(index, 'utf8')
  .replace(/\n(\/\*\*[^\n]*\n)?(export const \w+_RULES)/, (all) => `import { ${id} } from './${base}';\n${all}`)
  .replace(/\n\];\n$/, `\n  ${id},\n];\n`);
const testFile = join(root, 'test/rules', `${code.toLowerCase()}.test.ts`);
if (existsSync(testFile)) fail(`${testFile} exists`);
writeFileSync(join(folder, `${base}.ts`), rule);
writeFileSync(index, listed);
writeFileSync(testFile, test);
console.log(`src/rules/${group}/${base}.ts`);
console.log(`src/rules/${group}/index.ts`);
console.log(`test/rules/${code.toLowerCase()}.test.ts`);
console.log('Next: write the rule and its cases, then npm run build && npm run docs:rules');
