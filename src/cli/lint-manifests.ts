import { resolve } from 'node:path';
import { InputError } from '../formats/input-error';
import { memoize } from '../formats/memoize';
import { packageVersion } from '../formats/package-version';
import { replaceProblem, replaceTextFile } from '../formats/replace-file';
import type { SourceFile } from '../formats/source';
import { type FoundFiles, type Graph, graphOfLoaded, Loader } from '../graph';
import {
  applyBaseline,
  applyFixes,
  atLeast,
  baselineOf,
  type Finding,
  type Format,
  lint,
  type LintOptions,
  type LintResult,
  type ReportContext,
  writeReport,
} from '../lint';
import type { RenderedInputs, RenderOptions } from '../rendering';
import { type Fix, RULES, type Severity } from '../rules';
import { NEWEST } from '../versions';
import { type CachedResult, LintCache } from './cached-lint';
import type { Io } from './io';
import { errLine, inColour, plural, progressLine, write, writeFile } from './output';
import { ThreadsOnDemand } from './lint-in-threads';
import { isOnDisk, readInputs } from './read-inputs';
import { versionsHeader } from './versions';

/** What to lint, how, and where the report goes. */
export interface LintRun {
  readonly paths: readonly string[];
  readonly options?: LintOptions;
  readonly failOn: Severity | 'never';
  /** @default text */
  readonly format?: Format;
  /** @default standard output */
  readonly output?: string;
  /** The environment for which canary files are rendered. @default none */
  readonly env?: string;
  readonly fix?: boolean;
  /** Which inputs other programs render first. @default none */
  readonly rendering?: Pick<RenderOptions, 'kustomize' | 'helmValues'>;
  /** Write the findings to this file as known ones instead of reporting them. */
  readonly writeBaseline?: string;
  /** The number of threads. @default as many as pay */
  readonly jobs?: number;
  /** Use and store results of runs, in this folder for caches. @default none are */
  readonly cache?: { readonly folder: string | undefined };
}

/** Lints manifests, and writes the report. Returns the exit code. */
export async function lintManifests(run: LintRun, io: Io): Promise<number> {
  // Fixes change the files, and what is cached is made of all texts.
  const threads = new ThreadsOnDemand(run.jobs, io, undefined, !run.fix && run.cache === undefined);
  try {
    return await lintAndReport(threads, run, io);
  } finally {
    threads.stop();
  }
}

async function lintAndReport(threads: ThreadsOnDemand, run: LintRun, io: Io): Promise<number> {
  const { options = {} } = run;
  const cache = cacheOf(run, io);
  const known = cache?.read();
  if (known)
    return report(
      { ...known, result: applyBaseline(known, options.baseline), unreadable: [], line: quotes(known) },
      run,
      io,
    );
  let maps: RenderedInputs['maps'] = new Map();
  const renderer = async (found: FoundFiles): Promise<RenderedInputs | undefined> => {
    if (found.kustomizations.length === 0 && !run.rendering?.helmValues) return undefined;
    const { renderInputs } = await import('../rendering');
    const rendered = await renderInputs(found, {
      kustomize: false,
      ...run.rendering,
      cwd: io.cwd,
      given: run.paths,
      path: io.env.PATH,
    });
    maps = rendered.maps;
    return rendered;
  };
  const {
    graph: given,
    unreadable,
    skipped,
    fromSpecs,
  } = await readInputs(run.paths, run.env, io, run.rendering && renderer, threads);

  let graph = given;
  const progress = progressLine(io, 'checking rule', RULES.length);
  const step = (): void => progress.step();
  let result: LintResult;
  if (cache) {
    const all = await threads.lint(graph, { ...options, baseline: undefined, step });
    if (!fromSpecs && unreadable.length === 0) cache.write(graph, all.findings, all.suppressed);
    result = applyBaseline(all, options.baseline);
  } else result = await threads.lint(graph, { ...options, step });
  progress.end();
  if (run.fix) ({ graph, result } = fixAll(graph, result, options, io));
  if (run.writeBaseline !== undefined) {
    writeFile(run.writeBaseline, `${JSON.stringify(baselineOf(result.findings), null, 2)}\n`, io);
    io.err(`${plural(result.findings.length, 'finding')} written to ${run.writeBaseline}\n`);
    return unreadable.length > 0 ? 2 : 0;
  }

  result = { ...result, findings: result.findings.map((finding) => atSource(finding, graph, maps)) };
  const files = new Map(graph.files.map((file) => [file.name, file]));
  const line = (file: string, number: number): string | undefined =>
    (files.get(file) ?? sourceFile(file, maps))?.line(number);
  return report({ result, files: files.size, resources: graph.resources.length, unreadable, skipped, line }, run, io);
}

type Reported = Pick<ReportContext, 'result' | 'files' | 'resources' | 'unreadable' | 'skipped' | 'line'>;

/** Writes the report. Returns the exit code. */
function report(found: Reported, run: LintRun, io: Io): number {
  const { failOn, format = 'text', options = {} } = run;
  const { result, resources, unreadable, skipped = [] } = found;
  const versions = options.versions ?? NEWEST;
  const context = { ...found, rules: RULES, stated: versionsHeader(versions), versions, version: packageVersion() };
  write(writeReport(context, { format, colour: inColour(run, io), failOn }), run, io);
  // Formats for programs leave it to standard error to say which files could not be read.
  if (format !== 'text') for (const { name, message } of unreadable) io.err(`cannot read ${name}: ${message}\n`);
  if (unreadable.length > 0) return 2;
  // Where everything was left out, a pipeline must not take silence for a verdict.
  if (skipped.length > 0 && resources === 0 && result.findings.length === 0) return 2;
  return failOn !== 'never' && result.findings.some(({ severity }) => atLeast(severity, failOn)) ? 1 : 0;
}

/** Undefined if the run needs more than stored results. */
function cacheOf(run: LintRun, io: Io): LintCache | undefined {
  const { cache, paths, options = {}, rendering } = run;
  if (cache === undefined) return undefined;
  const reasons: readonly (readonly [applies: unknown, reason: string])[] = [
    [run.fix, '--fix writes files'],
    [run.writeBaseline !== undefined, '--write-baseline needs all findings'],
    [paths.includes('-'), 'standard input is not a file'],
    [rendering?.helmValues, 'charts are rendered'],
  ];
  const reason = reasons.find(([applies]) => Boolean(applies))?.[1];
  if (reason === undefined) {
    return new LintCache({ paths, folder: cache.folder, options, renders: rendering?.kustomize === true }, io);
  }
  io.err(`--cache is not used: ${reason}\n`);
  return undefined;
}

/** The lines that findings of a stored run are about. */
function quotes({ findings }: CachedResult): ReportContext['line'] {
  const known = new Map<string, Map<number, string | undefined>>();
  for (const { file, line, quote } of findings) {
    if (line === undefined) continue;
    const ofFile = known.get(file);
    if (ofFile === undefined) known.set(file, new Map([[line, quote]]));
    else ofFile.set(line, quote);
  }
  return (file, line) => known.get(file)?.get(line);
}

/** A finding about a rendered object, placed where the field was written, if that is known. */
function atSource(finding: Finding, graph: Graph, maps: RenderedInputs['maps']): Finding {
  const { file, resource: about, path } = finding;
  const map = maps.get(file);
  const resource =
    map &&
    graph.resources.find(
      ({ origin, kind, name, namespace }) =>
        origin.file === file && kind === about?.kind && name === about.name && namespace === about.namespace,
    );
  const place = resource && map.placeOf(resource, path);
  return place ? { ...finding, ...place, fix: undefined } : finding;
}

function sourceFile(name: string, maps: RenderedInputs['maps']): SourceFile | undefined {
  for (const map of maps.values()) {
    const file = map.files.get(name);
    if (file) return file;
  }
  return undefined;
}

/** Applies fixes, lints the result, and repeats while that changes something. */
function fixAll(given: Graph, found: LintResult, options: LintOptions, io: Io): { graph: Graph; result: LintResult } {
  let graph = given;
  let result = found;
  const changed = new Map<string, string>();
  const refused = refusedFiles(given, io);
  let count = 0;
  for (let round = 0; round < 10; round++) {
    const fixes = result.findings.flatMap(({ fix, file }): Fix[] =>
      fix && isOnDisk(file) && !refused(fix) ? [fix] : [],
    );
    const { texts, applied } = applyFixes(fixes);
    if (applied === 0) break;
    const fixed = reload(graph, texts);
    // A fix that makes a file unreadable is not applied.
    if (fixed.problems.length > graph.problems.length) break;
    graph = fixed;
    count += applied;
    for (const [file, text] of texts) changed.set(file.name, text);
    result = lint(graph, options);
  }
  for (const [name, text] of changed) {
    try {
      replaceTextFile(resolve(io.cwd, name), text);
    } catch (error) {
      throw new InputError(`cannot write ${name}: ${(error as Error).message}`);
    }
  }
  io.err(`${plural(count, 'finding')} fixed in ${plural(changed.size, 'file')}\n`);
  return { graph, result };
}

/** Tells whether a fix is in a file that cannot be replaced without a loss, and says so once for each file. */
function refusedFiles({ files }: Graph, io: Io): (fix: Fix) => boolean {
  const texts = new Map(files.map(({ name, text }) => [name, text]));
  const isRefused = memoize((name) => {
    const problem = replaceProblem(resolve(io.cwd, name), texts.get(name) ?? '');
    if (problem !== undefined) errLine(`${name}: not fixed: ${problem}`, io);
    return problem !== undefined;
  }, Infinity);
  return ({ edits }) => edits.some(({ at }) => isRefused(at.resource.origin.file));
}

function reload({ files }: Graph, texts: ReadonlyMap<SourceFile, string>): Graph {
  const loader = new Loader();
  for (const file of files) loader.add({ name: file.name, text: texts.get(file) ?? file.text });
  return graphOfLoaded(loader.loaded);
}
