import { statSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { Command, Option } from 'commander';
import { globSync } from 'fast-glob';
import { joinLines, logLines } from '../formats/encode/terminal';
import { InputError } from '../formats/input-error';
import { fileErrorReason } from '../formats/text-file';
import { mayRefer } from '../formats/repository';
import type { PlannedRollout, RolloutModel } from '../controller';
import type { Graph } from '../graph';
import { newestOf, onlyNewest, releaseProperties, type Releases, type Versions } from '../versions';
import {
  type Coverage,
  coverageMarkdown,
  coverageOf,
  coverageText,
  type Engine,
  findPrometheus,
  NoPrometheus,
  PrometheusFailed,
  readScenarios,
  rehearsalPage,
  rolloutOf,
  runScenario,
  type ScenarioFile,
  scenarioAssumptionsText,
  scenarioJunit,
  scenariosMarkdown,
  ScenarioProblem,
  type ScenarioResult,
} from '../rehearse';
import { type Shard, inShard } from '../formats/shard';
import { type Io, readStdin, STDIN } from './io';
import { addPaths, environmentOption, formatOption, outputOption, SHARD_FLAG, shardOption } from './options';
import { counted, emphasisOf, jsonText, type OutputFlags, write } from './output';
import { interruption, prometheusBinary } from './prometheus-options';
import { readInputs } from './read-inputs';
import { withRefusals } from './refused-updates';
import { type VersionFlags, versionOptions } from './version-options';
import { measuredHeader, newestHeader, statedVersions } from './versions';

interface Flags extends OutputFlags, VersionFlags {
  readonly engine: 'auto' | 'prometheus' | 'simulation';
  readonly prometheus?: string;
  readonly env?: string;
  readonly format: 'text' | 'markdown' | 'json' | 'junit' | 'html';
  readonly details?: boolean;
  readonly coverage?: boolean;
  readonly shard?: Shard;
}

/** The names of scenario files. */
const NAMES = [
  '**/*.{scenario,scenarios}.{yaml,yml}',
  '**/{scenario,scenarios}.{yaml,yml}',
  '**/scenarios/*.{yaml,yml}',
];

export function configure(
  command: Command,
  io: Io,
  run: (action: (paths: string[], flags: Flags) => Promise<number>) => void,
): void {
  versionOptions(command);
  addPaths(command, 'scenario files, folders to search for them, or - for standard input')
    .addOption(
      new Option('--engine <engine>', 'what takes the measurements; auto: Prometheus if it is installed')
        .choices(['auto', 'prometheus', 'simulation'])
        .default('auto'),
    )
    .option('--prometheus <path>', 'Prometheus binary (default: prometheus on the PATH)')
    .option(
      SHARD_FLAG,
      'only part i of n of the scenarios, such as 3/8: by a hash of the names of their rollouts',
      shardOption,
    )
    .option('--details', 'show what happened for scenarios that pass, too')
    .option(
      '--coverage',
      'show which outcomes of each check (pass, fail, no data, error) the scenarios exercise, and require all of them',
    )
    .addOption(environmentOption())
    .addOption(formatOption(['text', 'markdown', 'json', 'junit', 'html']))
    .addOption(outputOption())
    .addHelpText(
      'after',
      `
Runs the scenarios that are kept with manifests or canary files: files named *.scenarios.yaml, or in a folder named scenarios.
Exit codes: 0 every scenario passed, 1 one did not or, with --coverage, an outcome is missing, 2 usage or unreadable
input.

  cdk8s-canary test
  cdk8s-canary test --coverage
  cdk8s-canary test deploy/ --format junit -o scenarios.xml`,
    );
  run((paths, flags) => testCommand(paths, flags, io));
}

async function testCommand(paths: string[], flags: Flags, io: Io): Promise<number> {
  const versions = await statedVersions(flags, io);
  const files = await readFiles(findScenarioFiles(paths, io.cwd), flags, io, newestOf(versions));
  if (flags.coverage && flags.format === 'html') {
    throw new InputError('an HTML page shows runs, not coverage; give --coverage with text, markdown, json or junit');
  }
  const engine = engineOf(flags, io);
  const report = new Report(flags, onlyNewest(versions), io);
  report.begin(engine, engine.type === 'prometheus' ? measuredHeader(versions) : newestHeader(versions));
  const results: ScenarioResult[] = [];
  const tested = new Map<string, Tested>();
  for (const { file, graph } of counted(files, 'testing file', io)) {
    const planned = await testedRollout(file, graph);
    const name = typeof planned === 'string' ? file.name : (planned.rollout.resource.name ?? file.name);
    if (!inShard(flags.shard, name)) continue;
    const own = typeof planned === 'string' ? undefined : testedOf(tested, planned);
    for (const scenario of file.scenarios) {
      const result = await resultOf(file, scenario, graph, planned, engine);
      results.push(result);
      own?.results.push(result);
      report.result(result);
    }
  }
  const coverage = flags.coverage
    ? [...tested.values()].map(({ name, model, results: own }) => coverageOf(name, model, own))
    : undefined;
  report.end(results, coverage);
  if (coverage?.some(({ covered, outcomes }) => covered < outcomes)) return 1;
  const skippedCounts = Boolean(io.env.CI);
  return results.every(({ status }) => status === 'passed' || (status === 'skipped' && !skippedCounts)) ? 0 : 1;
}

/** The rollout that a file tests, or why there is none. */
async function testedRollout(file: ScenarioFile, graph: Graph): Promise<ReturnType<typeof rolloutOf>> {
  const planned = rolloutOf(file, graph);
  if (typeof planned === 'string' || planned.model === undefined) return planned;
  const [checked] = await withRefusals([planned], graph);
  return checked.model === undefined ? checked.problems.join('\n') : checked;
}

/** A rollout and the results of its scenarios, which may be in several files. */
interface Tested {
  readonly name: string;
  readonly model: RolloutModel;
  readonly results: ScenarioResult[];
}

function testedOf(all: Map<string, Tested>, { rollout: { resource }, model }: PlannedRollout): Tested | undefined {
  if (model === undefined) return undefined;
  const key = `${resource.origin.file} ${resource.fullName}`;
  const known = all.get(key) ?? { name: resource.fullName, model, results: [] };
  all.set(key, known);
  return known;
}

async function resultOf(
  file: ScenarioFile,
  scenario: ScenarioFile['scenarios'][number],
  graph: Graph,
  planned: ReturnType<typeof rolloutOf>,
  engine: Engine,
): Promise<ScenarioResult> {
  const { name, place } = scenario;
  const broken = (problem: string): ScenarioResult => ({
    file: file.name,
    name,
    place,
    engine: engine.type,
    status: 'broken',
    problems: [problem],
    details: [],
    exercised: [],
    assumptions: [],
    seconds: 0,
  });
  if (typeof planned === 'string') return broken(planned);
  try {
    return await runScenario(file, scenario, graph, planned, engine);
  } catch (error) {
    if (error instanceof PrometheusFailed) return broken(error.message);
    throw error;
  }
}

/** The given files, whatever their names, and the scenario files in the given folders, by their names. */
function findScenarioFiles(paths: readonly string[], cwd: string): string[] {
  const found = new Set<string>();
  for (const path of paths) {
    if (path === '-') {
      found.add(path);
      continue;
    }
    let folder: boolean;
    try {
      folder = statSync(resolve(cwd, path)).isDirectory();
    } catch (error) {
      throw new InputError(`cannot read ${path}: ${fileErrorReason(error)}`);
    }
    if (!folder) found.add(path);
    else {
      const where = resolve(cwd, path);
      const names = basename(where) === 'scenarios' ? [...NAMES, '*.{yaml,yml}'] : NAMES;
      const inside = globSync(names, { cwd: where, ignore: ['**/node_modules/**'] }).sort();
      for (const one of inside) found.add(join(path, one));
    }
  }
  if (found.size > 0) return [...found];
  throw new InputError(
    `no scenarios in ${paths.join(', ')}; keep them in files named *.scenarios.yaml, or in a folder named scenarios`,
  );
}

/** Reads all scenario files, or reports everything that is wrong with any of them. */
async function readFiles(
  names: readonly string[],
  { env }: Flags,
  io: Io,
  releases: Releases,
): Promise<{ readonly file: ScenarioFile; readonly graph: Graph }[]> {
  const problems: string[] = [];
  const read: { readonly file: ScenarioFile; readonly graph: Graph }[] = [];
  for (const name of names) {
    try {
      const path = resolve(io.cwd, name);
      const file =
        name === '-' ? readScenarios(STDIN, join(io.cwd, STDIN), await readStdin(io)) : readScenarios(name, path);
      const graph = await manifestsOf(file, name === '-' ? io.cwd : dirname(path), env, io);
      read.push({ file, graph: graph.on(releases) });
    } catch (error) {
      if (!(error instanceof ScenarioProblem)) throw error;
      problems.push(...error.problems);
    }
  }
  if (problems.length > 0) throw new InputError(problems.join('\n'));
  return read;
}

/** The manifests that a scenario file names. */
async function manifestsOf(file: ScenarioFile, folder: string, env: string | undefined, io: Io): Promise<Graph> {
  const paths = file.manifests.map((path) => relative(io.cwd, resolve(folder, path)) || '.');
  const { line, column } = file.manifestsPlace;
  const at = `${file.name}:${line}:${column}  `;
  const outside = file.manifests.find((path) => !mayRefer(resolve(folder, path), folder, io.cwd));
  if (outside !== undefined) {
    throw new ScenarioProblem([`${at}'${outside}' leads out of the repository; copy the manifests into it`]);
  }
  const { graph, unreadable } = await readInputs(paths, env, io).catch((error: unknown) => {
    throw error instanceof InputError ? new ScenarioProblem([`${at}${error.message}`]) : error;
  });
  const problems = [
    ...unreadable.map(({ name, message }) => `${at}${name}: ${message}`),
    ...graph.problems.map(({ place, message }) => `${place.file}:${place.line}:${place.column}  ${message}`),
  ];
  if (problems.length > 0) throw new ScenarioProblem(problems);
  return graph;
}

function engineOf({ engine, prometheus }: Flags, io: Io): Engine {
  const interrupted = interruption(io);
  if (engine === 'simulation') return { type: 'simulation' };
  if (engine === 'prometheus' || prometheus !== undefined) {
    return { type: 'prometheus', binary: prometheusBinary(prometheus, io), interrupted };
  }
  try {
    return { type: 'prometheus', binary: findPrometheus(undefined, io.env, io.cwd), interrupted };
  } catch (error) {
    if (error instanceof NoPrometheus) return { type: 'simulation' };
    throw error;
  }
}

/** Writes results one by one, or all at the end. */
class Report {
  private text = '';
  private readonly toOutput: boolean;
  private header = '';

  constructor(
    private readonly flags: Flags,
    private readonly versions: Versions,
    private readonly io: Io,
  ) {
    this.toOutput = flags.output === undefined || flags.output === '-';
  }

  begin({ type }: Engine, header: string): void {
    const { soft, strong } = emphasisOf(this.flags, this.io);
    this.header = header;
    this.say(joinLines([soft(header)]));
    if (type === 'prometheus') this.say(joinLines([soft('measured by a real Prometheus')]));
    else {
      const why = this.flags.engine === 'simulation' ? 'measured by' : 'no Prometheus: measured by';
      this.say(joinLines([strong(`${why} the built-in simulation, which knows less`)]));
    }
  }

  result({ file, name, place, status, engine, problems, details, seconds }: ScenarioResult): void {
    const { soft, good, bad, strong } = emphasisOf(this.flags, this.io);
    const mark = { passed: good('✓'), failed: bad('✗'), broken: bad('!'), skipped: strong('–') }[status];
    const where = place ? `${file}:${place.line}` : file;
    const lines = [`${mark} ${name}  ${soft(`${where}, ${engine}, ${seconds.toFixed(1)} s`)}`];
    for (const problem of problems) lines.push(...problem.split('\n').map((line) => `    ${bad(line)}`));
    const shown = status === 'failed' || (status === 'passed' && this.flags.details);
    if (shown) lines.push(...details.map((line) => soft(`    ${line}`)));
    this.say(joinLines(lines));
  }

  end(results: readonly ScenarioResult[], coverage: readonly Coverage[] | undefined): void {
    const { flags, io } = this;
    if (flags.format === 'json') {
      const plain = results.map(({ rehearsal: _, asExpected: __, ...result }) => ({
        versions: this.versions,
        ...result,
      }));
      return write(jsonText(coverage === undefined ? plain : [{ scenarios: plain, coverage }]), flags, io);
    }
    if (flags.format === 'junit')
      return write(scenarioJunit(results, coverage, releaseProperties(this.versions)), flags, io);
    if (flags.format === 'markdown') {
      const parts = [`${this.header}\n`, scenariosMarkdown(results), ...(coverage ? [coverageMarkdown(coverage)] : [])];
      return write(parts.join('\n'), flags, io);
    }
    if (flags.format === 'html') {
      const entries = results.map(({ name, rehearsal, status, problems, details, asExpected = [] }) => ({
        title: name,
        rehearsal,
        verdict: { status, problems, details, asExpected },
      }));
      return write(rehearsalPage(entries, [this.header]), flags, io);
    }
    const count = (status: ScenarioResult['status']): number => results.filter((one) => one.status === status).length;
    const parts = (['passed', 'failed', 'broken', 'skipped'] as const)
      .map((status) => [count(status), status] as const)
      .filter(([number]) => number > 0)
      .map(([number, status]) => `${number} ${status}`);
    this.say(`${parts.join(', ')}\n`);
    this.say(scenarioAssumptionsText(results, emphasisOf(flags, io)));
    if (coverage) this.say(coverageText(coverage, emphasisOf(flags, io)));
    if (!this.toOutput) write(this.text, flags, io);
  }

  private say(text: string): void {
    if (this.flags.format === 'text' && this.toOutput) this.io.out(logLines(text));
    else if (this.flags.format === 'text') this.text += text;
    else this.io.err(text);
  }
}
