import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Folder } from './run';

const CODE = join(__dirname, '../../lib/src/cli/compiled-packages.js');
/** Evaluates expressions with a loader as `load`, and keeps what it keeps. */
const PROGRAM = `
const { existsSync, readFileSync, writeFileSync } = require('node:fs');
const { CompiledPackages } = require(${JSON.stringify(CODE)});
const [soon, ...expressions] = process.argv.slice(2);
// What was written in the last two seconds is not kept: its signature proves nothing yet.
const { now } = Date;
if (soon === 'later') Date.now = () => now() + 10_000;
let kept;
const content = existsSync('kept') ? readFileSync('kept') : undefined;
const packages = new CompiledPackages({ content, keepAtExit: (isGood, make) => (kept = { isGood, make }) }, require);
const load = (name) => packages.require(name);
const results = expressions.map((expression) => {
  try {
    return eval(expression);
  } catch (error) {
    return error.name + ': ' + error.message.split('\\n')[0];
  }
});
const isGood = kept.isGood();
writeFileSync('kept', kept.make());
console.log(JSON.stringify({ results, isGood }));
`;

let folder: Folder;
afterEach(() => folder.remove());

const write = (files: Readonly<Record<string, string>>) => {
  const packages = Object.entries(files).map(([path, text]) => [`node_modules/${path}`, text]);
  folder = new Folder({ 'program.js': PROGRAM, ...Object.fromEntries(packages) });
};
const kept = () => readFileSync(join(folder.path, 'kept'));

/** The results of a run, and whether what was kept before was good. */
function run(expressions: readonly string[], when = 'later'): { results: unknown[]; isGood: boolean } {
  const stdout = execFileSync(process.execPath, ['program.js', when, ...expressions], { cwd: folder.path });
  return JSON.parse(stdout.toString()) as ReturnType<typeof run>;
}

const ONE = {
  'one/package.json': '{ "name": "one", "main": "lib/index.js" }',
  'one/lib/index.js': `'use strict';
    exports.name = 'one';
    exports.part = require('./part');
    exports.data = require('./data.json');
    exports.join = require('node:path').join('a', 'b');
    exports.two = require('two');
    exports.found = __dirname.endsWith('lib') && require.resolve('./part') === __filename.replace('index', 'part');
  `,
  // Each requests the other.
  'one/lib/part.js': `exports.before = Object.keys(require('.')); exports.of = () => require('.').name;`,
  'one/lib/data.json': '{ "data": 1 }',
  'two/package.json': '{ "main": "index.js" }',
  'two/index.js': `module.exports = { nested: require('three') };`,
  'two/node_modules/three/index.js': `module.exports = 'of two';`,
  'three/index.js': `module.exports = 'of all';`,
};
const EXPECTED = {
  name: 'one',
  part: { before: ['name'] },
  data: { data: 1 },
  join: 'a/b',
  two: { nested: 'of two' },
  found: true,
};

test('packages are what Node.js makes of them, in the first run and in the next', () => {
  write(ONE);
  const expressions = [`load('one')`, `load('one').part.of()`];
  expect(run([`require('one')`, `require('one').part.of()`]).results).toEqual([EXPECTED, 'one']);
  folder.write({ kept: '' });
  expect(run(expressions)).toEqual({ results: [EXPECTED, 'one'], isGood: false });
  expect(run([...expressions, `load('three')`])).toEqual({ results: [EXPECTED, 'one', 'of all'], isGood: true });
});

test('the text that was kept is used, with its code', () => {
  write(ONE);
  const expressions = [`load('one').part.of()`, `load('one').part.of.toString()`];
  run(expressions);
  const content = kept();
  content.write('eman', content.indexOf(`require('.').name`) + `require('.').`.length);
  writeFileSync(join(folder.path, 'kept'), content);
  // The function was compiled before, so it does what it did.
  expect(run(expressions)).toEqual({ results: ['one', `() => require('.').eman`], isGood: true });
});

test('there is one copy of each module', () => {
  write(ONE);
  expect(run([`load('one') === require('one')`]).results).toEqual([true]);
  expect(run([`require('one') === load('one')`, `load('two') === require('one').two`]).results).toEqual([true, true]);
});

test('a file that has changed is loaded as it is', () => {
  write(ONE);
  const expressions = [`load('one').part.of()`];
  expect(run(expressions)).toEqual({ results: ['one'], isGood: false });
  folder.write({ 'node_modules/one/lib/part.js': ONE['one/lib/part.js'].replace('.name', '.join') });
  expect(run(expressions)).toEqual({ results: ['a/b'], isGood: false });
  expect(run(expressions)).toEqual({ results: ['a/b'], isGood: true });
});

test('a package that was installed since is found where Node.js finds it', () => {
  write(ONE);
  const two = [`load('one').two`];
  run(two);
  expect(run(two)).toEqual({ results: [{ nested: 'of two' }], isGood: true });
  folder.write({ 'node_modules/one/node_modules/two/index.js': `module.exports = 'installed later';` });
  expect(run(two)).toEqual({ results: ['installed later'], isGood: false });
  expect(run(two)).toEqual({ results: ['installed later'], isGood: true });
});

test('a package whose description has changed is found by the new one', () => {
  write({ ...ONE, 'two/other.js': `module.exports = 'other';` });
  run([`load('one')`]);
  folder.write({ 'node_modules/two/package.json': '{ "main": "other.js" }' });
  expect(run([`load('one').two`])).toEqual({ results: ['other'], isGood: false });
});

test('a file that was written a moment ago is not kept', () => {
  write(ONE);
  run([`load('one')`], 'at once');
  expect(kept().toString()).toContain('{"files":{},');
});

test('the map of the sources at the end of a file is not kept', () => {
  const map = `\n//# sourceMappingURL=data:application/json;base64,${'A'.repeat(100_000)}`;
  // It is no map unless it is at the end.
  const other = map.replaceAll('A', 'B');
  write({ 'one/index.js': `exports.name = 'one';${map}\n`, 'two/index.js': `${other}\nexports.name = 'two';` });
  const both = [`load('one')`, `load('two')`];
  expect(run(both)).toEqual({ results: [{ name: 'one' }, { name: 'two' }], isGood: false });
  expect(kept().includes('A'.repeat(1000))).toBe(false);
  expect(kept().includes('B'.repeat(1000))).toBe(true);
  expect(run(both)).toEqual({ results: [{ name: 'one' }, { name: 'two' }], isGood: true });
});

test('what is no plain module of CommonJS is left to Node.js', () => {
  write({
    'started/index.js': `#!/usr/bin/env node\nexports.name = 'started';`,
    'marked/index.js': `\ufeffexports.name = 'marked';`,
    'data/package.json': '{ "main": "data.json" }',
    'data/data.json': '{ "name": "data" }',
    'later/index.js': `exports.name = 'later'; exports.load = () => import('started');`,
  });
  const names = ['started', 'marked', 'data', 'later'];
  expect(run(names.map((name) => `load('${name}').name`)).results).toEqual(names);
  expect(kept().toString()).toContain('{"files":{},');
});

test('a module that fails, or is wrong, fails as with Node.js, each time', () => {
  write({ 'fails/index.js': `throw new Error('no database');`, 'wrong/index.js': 'exports.name = ;' });
  const names = ['fails', 'fails', 'wrong', 'absent'];
  expect(run(names.map((name) => `load('${name}')`)).results).toEqual([
    'Error: no database',
    'Error: no database',
    "SyntaxError: Unexpected token ';'",
    "Error: Cannot find module 'absent'",
  ]);
});

const WRONG = ['nothing', '{}\n', '{"files":{"/a.js":{"text":10}}}\n', '{"files":{}}\n', 'null\n'];
test.each(WRONG)('what cannot be read is of no use: %j', (text) => {
  write({ ...ONE });
  folder.write({ kept: text });
  expect(run([`load('one')`]).results).toEqual([EXPECTED]);
});
