import { statSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { Command, Option } from 'commander';
import { globSync } from 'fast-glob';
import { findManifestFiles, type Graph, graphOfLoaded, Loader, readManifestFile } from '../graph';
import {
  type Engine,
  findPrometheus,
  NoPrometheus,
  PrometheusFailed,
  readScenarios,
  rehearsalPage,
  rolloutOf,
  runScenario,
  type ScenarioFile,
  scenarioJunit,
  ScenarioProblem,
  type ScenarioResult,
} from '../rehearse';
import { type Shard, inShard } from '../formats/shard';
import { type Io, UsageError } from './io';
import { emphasisOf, write } from './plan';
import { SHARD_FLAG, shardOption } from './shard-option';
import { interruption, prometheusBinary } from './rehearse';

interface Flags {
  readonly engine: 'auto' | 'prometheus' | 'simulation';
  readonly prometheus?: string;
  readonly format: 'text' | 'junit' | 'html';
  readonly output?: string;
  readonly details?: boolean;
  readonly shard?: Shard;
}

/** Names by which files of scenarios are found in a folder. */
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
  command
    .argument('[paths...]', 'files of scenarios, or folders in which they are looked for (default: this folder)')
    .addOption(
      new Option('--engine <engine>', 'what takes the measurements; auto: a Prometheus where there is one')
        .choices(['auto', 'prometheus', 'simulation'])
        .default('auto'),
    )
    .option('--prometheus <path>', 'the binary (default: prometheus on the PATH)')
    .option(
      SHARD_FLAG,
      'only part i of n of the scenarios, such as 3/8: by a hash of the names of their rollouts',
      shardOption,
    )
    .option('--details', 'show what happened also for scenarios that pass')
    .addOption(
      new Option('-f, --format <format>', 'how results are written').choices(['text', 'junit', 'html']).default('text'),
    )
    .option('-o, --output <file>', 'write to a file instead of the terminal')
    .addHelpText(
      'after',
      `
Runs the scenarios that are kept beside manifests: files called *.scenarios.yaml, or in a folder called scenarios.
Exit codes: 0 everything went as expected, 1 something did not, 2 usage or a file that cannot be read.

  cdk8s-canary test
  cdk8s-canary test deploy/ --format junit -o scenarios.xml`,
    );
  run((paths, flags) => testCommand(paths, flags, io));
}

async function testCommand(paths: string[], flags: Flags, io: Io): Promise<number> {
  const files = readFiles(findScenarioFiles(paths.length === 0 ? ['.'] : paths, io.cwd), io);
  const engine = engineOf(flags, io);
  const report = new Report(flags, io);
  report.begin(engine);
  const results: ScenarioResult[] = [];
  for (const { file, graph } of files) {
    const planned = rolloutOf(file, graph);
    const name = typeof planned === 'string' ? file.name : (planned.rollout.resource.name ?? file.name);
    if (!inShard(flags.shard, name)) continue;
    for (const scenario of file.scenarios) {
      const result = await resultOf(file, scenario, graph, planned, engine);
      results.push(result);
      report.result(result);
    }
  }
  report.end(results);
  const skippedCounts = Boolean(io.env.CI);
  return results.every(({ status }) => status === 'passed' || (status === 'skipped' && !skippedCounts)) ? 0 : 1;
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

/** Files that are named are taken whatever they are called; in folders those with the names of scenarios. */
function findScenarioFiles(paths: readonly string[], cwd: string): string[] {
  const found = new Set<string>();
  for (const path of paths) {
    let folder: boolean;
    try {
      folder = statSync(resolve(cwd, path)).isDirectory();
    } catch (error) {
      throw new UsageError(`cannot read ${path}: ${(error as Error).message}`);
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
  throw new UsageError(
    `no scenarios in ${paths.join(', ')}: they are in files called *.scenarios.yaml, or in a folder called scenarios`,
  );
}

/** All files, or everything that is wrong with any of them. */
function readFiles(names: readonly string[], io: Io): { readonly file: ScenarioFile; readonly graph: Graph }[] {
  const problems: string[] = [];
  const read = names.flatMap((name) => {
    const path = resolve(io.cwd, name);
    try {
      const file = readScenarios(name, path);
      return [{ file, graph: manifestsOf(file, dirname(path), io.cwd) }];
    } catch (error) {
      if (!(error instanceof ScenarioProblem)) throw error;
      problems.push(...error.problems);
      return [];
    }
  });
  if (problems.length > 0) throw new UsageError(problems.join('\n'));
  return read;
}

function manifestsOf(file: ScenarioFile, folder: string, cwd: string): Graph {
  const paths = file.manifests.map((path) => relative(cwd, resolve(folder, path)) || '.');
  const { files, unreadable } = findManifestFiles(paths, cwd);
  const { line, column } = file.manifestsPlace;
  const at = `${file.name}:${line}:${column}  `;
  const problems = unreadable.map(({ name, message }) => `${at}${name}: ${message}`);
  const loader = new Loader();
  for (const name of files) {
    try {
      loader.add(readManifestFile(name, cwd));
    } catch (error) {
      problems.push(`${at}${name}: ${(error as Error).message}`);
    }
  }
  const graph = graphOfLoaded(loader.loaded);
  problems.push(
    ...graph.problems.map(({ place, message }) => `${place.file}:${place.line}:${place.column}  ${message}`),
  );
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

/** Writes results as they come, or all at the end. */
class Report {
  private text = '';

  constructor(
    private readonly flags: Flags,
    private readonly io: Io,
  ) {}

  begin({ type }: Engine): void {
    const { soft, strong } = emphasisOf(this.io);
    if (type === 'prometheus') this.say(soft('measured by a real Prometheus\n'));
    else {
      const why = this.flags.engine === 'simulation' ? 'measured by' : 'no Prometheus: measured by';
      this.say(strong(`${why} the built-in simulation, which knows less\n`));
    }
  }

  result({ file, name, place, status, engine, problems, details, seconds }: ScenarioResult): void {
    const { soft, good, bad, strong } = emphasisOf(this.io);
    const mark = { passed: good('✓'), failed: bad('✗'), broken: bad('!'), skipped: strong('–') }[status];
    const where = place ? `${file}:${place.line}` : file;
    const lines = [`${mark} ${name}  ${soft(`${where}, ${engine}, ${seconds.toFixed(1)} s`)}`];
    for (const problem of problems) lines.push(...problem.split('\n').map((line) => `    ${bad(line)}`));
    const shown = status === 'failed' || (status === 'passed' && this.flags.details);
    if (shown) lines.push(...details.map((line) => soft(`    ${line}`)));
    this.say(`${lines.join('\n')}\n`);
  }

  end(results: readonly ScenarioResult[]): void {
    const { flags, io } = this;
    if (flags.format === 'junit') return write(scenarioJunit(results), flags, io);
    if (flags.format === 'html') {
      const entries = results.flatMap(({ name, rehearsal }) => (rehearsal ? [{ title: name, rehearsal }] : []));
      if (entries.length === 0) throw new UsageError('a page shows rehearsals, and there was none');
      return write(rehearsalPage(entries), flags, io);
    }
    const count = (status: ScenarioResult['status']): number => results.filter((one) => one.status === status).length;
    const parts = (['passed', 'failed', 'broken', 'skipped'] as const)
      .map((status) => [count(status), status] as const)
      .filter(([number]) => number > 0)
      .map(([number, status]) => `${number} ${status}`);
    this.say(`${parts.join(', ')}\n`);
    if (flags.output !== undefined) write(this.text, flags, io);
  }

  private say(text: string): void {
    if (this.flags.format === 'text' && this.flags.output === undefined) this.io.out(text);
    else if (this.flags.format === 'text') this.text += text;
    else this.io.err(text);
  }
}
