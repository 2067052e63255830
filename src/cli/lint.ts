import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { type Command, Option } from 'commander';
import type { SourceFile } from '../formats/source';
import { type Graph, graphOfLoaded, Loader } from '../graph';
import {
  applyFixes,
  FORMATS,
  type Format,
  plural,
  rulePage,
  writeReport,
  atLeast,
  type Baseline,
  baselineOf,
  lint,
  type LintOptions,
  type LintResult,
  parseBaseline,
  selectionProblems,
  type LintConfig,
} from '../lint';
import { type Fix, RULES, SEVERITIES, type Severity } from '../rules';
import { type Io, UsageError } from './io';
import { progressLine, readManifests, STDIN } from './read-manifests';
import { packageVersion } from '../formats/package-version';

interface Flags {
  readonly format: Format;
  readonly failOn?: Severity | 'never';
  readonly select?: string[];
  readonly ignore?: string[];
  readonly closedWorld?: boolean;
  readonly baseline?: string;
  readonly writeBaseline?: string;
  readonly config?: string;
  readonly fix?: boolean;
  readonly explain?: string;
}

const list = (value: string, before: string[] = []): string[] => [
  ...before,
  ...value.split(',').map((one) => one.trim()),
];

export function configure(
  command: Command,
  io: Io,
  run: (action: (paths: string[], flags: Flags) => Promise<number>) => void,
): void {
  command
    .argument('[paths...]', 'files, folders, globs, or - for standard input')
    .addOption(new Option('--format <format>', 'how findings are written').choices(FORMATS).default('text'))
    .addOption(
      new Option(
        '--fail-on <severity>',
        'the least grave finding that makes the exit code 1 (default: advice)',
      ).choices([...SEVERITIES, 'never']),
    )
    .option('--select <codes>', 'only these rules or groups, such as REF,CON001', list)
    .option('--ignore <codes>', 'not these rules or groups', list)
    .option('--closed-world', 'the manifests given are all there are: a reference to anything else is an error')
    .option('--baseline <file>', 'known findings, which do not count')
    .option('--write-baseline <file>', 'write all findings as known ones, and end with 0')
    .option('--config <file>', 'configuration (default: .cdk8s-canary.yaml, if there is one)')
    .option('--fix', 'mend what can be mended mechanically, and touch nothing else')
    .option('--explain <code>', 'print the page of a rule')
    .addHelpText(
      'after',
      `
Exit codes: 0 nothing found, 1 findings, 2 usage or input that cannot be read.

  cdk8s-canary lint deploy/
  kustomize build overlays/production | cdk8s-canary lint --closed-world -
  cdk8s-canary lint 'apps/**/*.yaml' --format sarif > lint.sarif`,
    );
  run((paths, flags) => lintCommand(paths, flags, io));
}

async function lintCommand(paths: string[], flags: Flags, io: Io): Promise<number> {
  if (flags.explain !== undefined) return explain(flags.explain, io);
  if (paths.length === 0) throw new UsageError('give files, folders, globs, or - for standard input');
  const { options, failOn } = await settings(flags, io);
  const { graph: given, unreadable, skipped } = await readManifests(paths, io);

  let graph = given;
  const progress = progressLine(io, 'judging by rule', RULES.length);
  let result = lint(graph, { ...options, step: () => progress.step() });
  progress.end();
  if (flags.fix) ({ graph, result } = fixAll(graph, result, options, io));
  if (flags.writeBaseline !== undefined) {
    const text = `${JSON.stringify(baselineOf(result.findings), null, 2)}\n`;
    save(resolve(io.cwd, flags.writeBaseline), text);
    io.err(`${plural(result.findings.length, 'finding')} written to ${flags.writeBaseline}\n`);
    return unreadable.length > 0 ? 2 : 0;
  }

  const files = new Map(graph.files.map((file) => [file.name, file]));
  const context = {
    result,
    rules: RULES,
    files: graph.files.length,
    resources: graph.resources.length,
    unreadable,
    skipped,
    version: packageVersion(),
    line: (file: string, line: number) => files.get(file)?.line(line),
  };
  io.out(writeReport(context, { format: flags.format, colour: io.colour, failOn }));
  // What could not be read is said on the error output too where the format is for programs.
  if (flags.format !== 'text') for (const { name, message } of unreadable) io.err(`cannot read ${name}: ${message}\n`);
  if (unreadable.length > 0) return 2;
  // Where all there is was left out, a pipeline must not take silence for a verdict.
  if (skipped.length > 0 && graph.resources.length === 0 && result.findings.length === 0) return 2;
  return failOn !== 'never' && result.findings.some(({ severity }) => atLeast(severity, failOn)) ? 1 : 0;
}

function explain(code: string, io: Io): number {
  const rule = RULES.find((one) => one.code === code.toUpperCase());
  if (!rule) throw new UsageError(`there is no rule '${code}'; 'REF004' is one`);
  io.out(rulePage(rule).replace(/^<!--.*-->\n+/, ''));
  return 0;
}

async function settings(flags: Flags, io: Io): Promise<{ options: LintOptions; failOn: Severity | 'never' }> {
  const { config, folder } = await readConfig(flags, io);
  const codes = RULES.map(({ code }) => code);
  const problems = selectionProblems([...(flags.select ?? []), ...(flags.ignore ?? [])], codes);
  if (problems.length > 0) throw new UsageError(problems.join('\n'));
  const baselineFile = flags.baseline
    ? resolve(io.cwd, flags.baseline)
    : config.baseline && resolve(folder, config.baseline);
  return {
    options: {
      select: flags.select ?? config.select,
      ignore: flags.ignore ?? config.ignore,
      closedWorld: flags.closedWorld ?? config.closedWorld,
      severity: config.severity,
      // While a baseline is written anew, the old one counts for nothing.
      baseline: baselineFile && flags.writeBaseline === undefined ? readBaseline(baselineFile) : undefined,
    },
    failOn: flags.failOn ?? config.failOn ?? 'advice',
  };
}

const DEFAULT_CONFIG = '.cdk8s-canary.yaml';

async function readConfig({ config }: Flags, io: Io): Promise<{ config: LintConfig; folder: string }> {
  const file = resolve(io.cwd, config ?? DEFAULT_CONFIG);
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if (config === undefined && (error as NodeJS.ErrnoException).code === 'ENOENT')
      return { config: {}, folder: io.cwd };
    throw new UsageError(`--config ${config ?? DEFAULT_CONFIG}: ${(error as Error).message}`);
  }
  const { parseLintConfig } = await import('../lint');
  try {
    const codes = RULES.map(({ code }) => code);
    return { config: parseLintConfig(text, codes), folder: dirname(file) };
  } catch (error) {
    throw new UsageError(`${config ?? DEFAULT_CONFIG}: ${(error as Error).message}`);
  }
}

function readBaseline(file: string): Baseline {
  try {
    return parseBaseline(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new UsageError(`baseline ${file}: ${(error as Error).message}`);
  }
}

/** Mends, reads again what came of it, and mends again while that changes something. */
function fixAll(given: Graph, found: LintResult, options: LintOptions, io: Io): { graph: Graph; result: LintResult } {
  let graph = given;
  let result = found;
  const changed = new Map<string, string>();
  let count = 0;
  for (let round = 0; round < 10; round++) {
    const fixes = result.findings.flatMap(({ fix, file }): Fix[] => (fix && file !== STDIN ? [fix] : []));
    const { texts, applied } = applyFixes(fixes);
    if (applied === 0) break;
    const mended = reload(graph, texts);
    // A remedy that breaks what could be read is none.
    if (mended.problems.length > graph.problems.length) break;
    graph = mended;
    count += applied;
    for (const [file, text] of texts) changed.set(file.name, text);
    result = lint(graph, options);
  }
  for (const [name, text] of changed) save(resolve(io.cwd, name), text);
  io.err(`${plural(count, 'finding')} mended in ${plural(changed.size, 'file')}\n`);
  return { graph, result };
}

function reload({ files }: Graph, texts: ReadonlyMap<SourceFile, string>): Graph {
  const loader = new Loader();
  for (const file of files) loader.add({ name: file.name, text: texts.get(file) ?? file.text });
  return graphOfLoaded(loader.loaded);
}

function save(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    throw new UsageError(`cannot write ${file}: ${(error as Error).message}`);
  }
}
