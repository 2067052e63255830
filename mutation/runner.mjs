// A test runner for Stryker that runs its jest runner. It differs in three points: it runs drawn mutants only (Stryker can
// be given places, and a place can hold other mutants); it loads only the test files that have a test to run; and it stops
// at the first files that notice the mutant, beginning with those that name what is mutated and with the fastest.
import { execFileSync } from 'node:child_process';
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, relative } from 'node:path';
import { commonTokens, declareFactoryPlugin, PluginKind, tokens } from '@stryker-mutator/api/plugin';
import { strykerPlugins as jestPlugins, strykerValidationSchema as schema } from '@stryker-mutator/jest-runner';
import { keyOf } from './mutants.mjs';

/** How long the tests of a round take, in milliseconds: the first, the second, and each of the others. */
const ROUNDS = [2_000, 8_000, 30_000];

const NOT_DRAWN = 'not drawn';

class SampleRunner {
  constructor(jest, { drawn, root, state, starting, always }) {
    this.jest = jest;
    this.drawn = new Set(drawn);
    this.root = root;
    this.state = state;
    this.starting = starting;
    this.always = always;
  }

  capabilities() {
    return this.jest.capabilities();
  }

  init() {
    return this.jest.init();
  }

  async dryRun(options) {
    // The current folder is the copy with the mutants. A mutant is chosen by a variable, which child processes inherit.
    if (this.starting) execFileSync(process.execPath, ['scripts/bundle.mjs']);
    const result = await this.jest.dryRun({ ...options, coverageAnalysis: 'perTest' });
    const tests = (result.tests ?? []).map(({ id, fileName, timeSpentMs }) => ({ id, fileName, timeSpentMs }));
    // Another process goes on when this one is ended by a mutant that hangs.
    writeFileSync(this.state, JSON.stringify({ tests, coverage: result.mutantCoverage }));
    // With coverage, Stryker would run no other tests, and allow no time for them.
    return this.starting ? { ...result, mutantCoverage: undefined } : result;
  }

  async mutantRun(options) {
    const result = await this.#run(options);
    const { id, mutatorName, fileName, location } = options.activeMutant;
    const line = [result.status, id, mutatorName, `${fileName}:${location.start.line + 1}`].join(' ');
    if (result.errorMessage !== NOT_DRAWN) appendFileSync(`${this.state}.log`, `${line}\n`);
    return result;
  }

  /** The tests of this process that reach a mutant; undefined for all, where it is run when a module is loaded. */
  #reaching(coverage, id) {
    if (!this.starting || coverage.static[id]) return undefined;
    return new Set(Object.keys(coverage.perTest).filter((test) => coverage.perTest[test][id]));
  }

  async #run(options) {
    const { activeMutant, testFilter } = options;
    const fileName = relative(this.root, activeMutant.fileName);
    if (!this.drawn.has(keyOf({ ...activeMutant, fileName }))) return { status: 'error', errorMessage: NOT_DRAWN };
    const { tests, coverage } = JSON.parse(readFileSync(this.state, 'utf8'));
    const wanted = testFilter ? new Set(testFilter) : this.#reaching(coverage, activeMutant.id);
    const starts = ({ fileName: name }) => this.starting?.includes(basename(name));
    const names = words(activeMutant.fileName);
    const all = [
      ...rounds(
        tests.filter((test) => !starts(test) && (!wanted || wanted.has(test.id))),
        names,
        this.always,
      ),
      ...rounds(tests.filter(starts), names),
    ];
    const config = this.jest.jestConfig;
    let nrOfTests = 0;
    try {
      for (const round of all) {
        this.jest.jestConfig = { ...config, testMatch: round.map(({ fileName: name }) => name) };
        const ids = wanted && !starts(round[0]) ? round.flatMap((file) => file.ids) : undefined;
        const result = await this.jest.mutantRun({ ...options, testFilter: ids });
        if (result.status !== 'survived') return result;
        nrOfTests += result.nrOfTests;
      }
      return { status: 'survived', nrOfTests };
    } finally {
      this.jest.jestConfig = config;
    }
  }
}

/** What a test that is about a file probably names: the file, what it exports, the codes of rules in it. */
function words(fileName) {
  const text = readFileSync(fileName, 'utf8');
  const exported = [...text.matchAll(/^export (?:async )?(?:function|const|class) (\w+)/gm)].map(([, name]) => name);
  const codes = [...text.matchAll(/\b[A-Z]{3}\d{3}\b/g)].map(([code]) => code);
  return [basename(fileName, '.ts'), ...exported, ...codes];
}

/**
 * The test files to run, in rounds.
 *
 * @param always if given, those that name none of the names are left out, but for these, unless none names one
 */
function rounds(tests, names, always) {
  const files = new Map();
  for (const { id, fileName, timeSpentMs } of tests) {
    const file = files.get(fileName) ?? { fileName, ids: [], time: 500 };
    file.ids.push(id);
    file.time += timeSpentMs;
    files.set(fileName, file);
  }
  const pattern = new RegExp(`\\b(${names.join('|')})\\b`);
  const found = [...files.values()].map((file) => ({
    ...file,
    named: pattern.test(readFileSync(file.fileName, 'utf8')),
    always: always?.includes(basename(file.fileName)),
  }));
  const some = always && found.some(({ named }) => named) ? found.filter((file) => file.named || file.always) : found;
  const cost = ({ named, time }) => time / (named ? 20 : 1);
  const left = some.sort((a, b) => cost(a) - cost(b));
  const all = [];
  while (left.length > 0) {
    const limit = ROUNDS[Math.min(all.length, ROUNDS.length - 1)];
    const round = [left.shift()];
    let time = round[0].time;
    while (left.length > 0 && time + left[0].time <= limit) {
      time += left[0].time;
      round.push(left.shift());
    }
    all.push(round);
  }
  return all;
}

const create = (injector, { sample }) => new SampleRunner(injector.injectFunction(jestPlugins[0].factory), sample);
create.inject = tokens(commonTokens.injector, commonTokens.options);

export const strykerPlugins = [declareFactoryPlugin(PluginKind.TestRunner, 'sample', create)];
export const strykerValidationSchema = {
  ...schema,
  properties: { ...schema.properties, sample: { type: 'object', description: 'See mutation/run.mjs' } },
};
