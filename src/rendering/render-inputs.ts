import { availableParallelism } from 'node:os';
import { basename, join, normalize, resolve } from 'node:path';
import { readTextFile } from '../formats/text-file';
import type { FoundFiles, NamedText, Skipped, Unreadable } from '../graph';
import { closureOf, rootsAmong } from './kustomize';
import { findProgram, type Output, runProgram } from './programs';
import { SourceMap } from './source-map';

/** How inputs are rendered. */
export interface RenderOptions {
  readonly cwd: string;
  /** The files and folders that the user named; kustomizations may use what is in them. */
  readonly given: readonly string[];
  /** Where programs are looked for: the user's PATH. */
  readonly path: string | undefined;
  /** Render kustomizations. */
  readonly kustomize: boolean;
  /** Render charts, with these files of values. @default - charts are skipped */
  readonly helmValues?: readonly string[];
}

/** The rendered texts, and the files that they replace. */
export interface RenderedInputs {
  readonly texts: readonly NamedText[];
  /** Files whose objects are among the rendered ones. */
  readonly replaced: ReadonlySet<string>;
  /** What is still left out, and why something could not be rendered. */
  readonly skipped: readonly Unreadable[];
  /** By the name of a rendered text. */
  readonly maps: ReadonlyMap<string, SourceMap>;
}

/** Rendering more than this takes too long for a linter. */
const MOST_ROOTS = 200;

/** Renders the kustomizations and, if asked to, the charts among the files that were found. Never throws. */
export async function renderInputs(found: FoundFiles, options: RenderOptions): Promise<RenderedInputs> {
  const rendering = new Rendering(found, options);
  if (options.kustomize) await rendering.kustomizations();
  if (options.helmValues) await rendering.charts(options.helmValues);
  return rendering;
}

/** The results of an asynchronous function of each item, in the order of the items. As many run at a time as there are cores. */
async function inParallel<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<readonly R[]> {
  const results = new Array<R>(items.length);
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < items.length) {
      const index = next++;
      results[index] = await work(items[index]);
    }
  };
  await Promise.all(Array.from({ length: Math.min(availableParallelism(), items.length) }, worker));
  return results;
}

class Rendering implements RenderedInputs {
  public readonly texts: NamedText[] = [];
  public readonly replaced = new Set<string>();
  public readonly maps = new Map<string, SourceMap>();
  public skipped: Skipped[];

  constructor(
    private readonly found: FoundFiles,
    private readonly options: RenderOptions,
  ) {
    this.skipped = [...found.skipped];
  }

  public async kustomizations(): Promise<void> {
    const { cwd, path, given } = this.options;
    const roots = rootsAmong(this.found.kustomizations);
    if (roots.length === 0) return;
    const kustomize = findProgram('kustomize', path);
    const program = kustomize ?? findProgram('kubectl', path);
    if (program === undefined) return;
    // Most of the time is spent on waiting for the program to start: several run at a time. What comes out is in the order
    // of the roots.
    const rendered = await inParallel(roots.slice(0, MOST_ROOTS), async (root) => {
      const closure = closureOf(root, cwd, given);
      const args = [kustomize === undefined ? 'kustomize' : 'build', resolve(cwd, root.folder)];
      const output: Output =
        closure.refusal === undefined ? await runProgram(program, args, cwd) : { failure: closure.refusal };
      return { root, closure, output };
    });
    for (const { root, closure, output } of rendered) {
      if ('failure' in output) {
        this.note(root.folder, `not rendered: ${output.failure}; its files are read as they are`);
        continue;
      }
      const name = join(root.folder, `<${basename(program)}>`);
      this.texts.push({ name, text: output.text });
      this.maps.set(name, new SourceMap(this.read(closure.inputs), this.read(closure.resources)));
      for (const file of [...closure.resources, ...closure.kustomizations.map((one) => one.file)])
        this.replaced.add(normalize(file));
      const folders = new Set(closure.kustomizations.map(({ folder }) => folder));
      this.skipped = this.skipped.filter(({ kustomization }) => !kustomization || !folders.has(kustomization));
    }
    if (roots.length > MOST_ROOTS)
      this.note('kustomize', `${roots.length - MOST_ROOTS} of ${roots.length} kustomizations were skipped`);
  }

  public async charts(values: readonly string[]): Promise<void> {
    const { cwd, path } = this.options;
    const charts = this.skipped.filter(({ chart }) => chart !== undefined);
    const program = findProgram('helm', path);
    for (const { chart, name } of charts) {
      const args = [
        'template',
        'release-name',
        resolve(cwd, chart!),
        ...values.flatMap((file) => ['--values', resolve(cwd, file)]),
      ];
      const output: Output =
        program === undefined ? { failure: 'helm is not on the PATH' } : await runProgram(program, args, cwd);
      if ('failure' in output) {
        this.note(name, `skipped, not rendered: ${output.failure}`);
        continue;
      }
      this.texts.push({ name: join(chart!, '<helm>'), text: output.text });
      this.skipped = this.skipped.filter((one) => one.chart !== chart);
    }
  }

  private note(name: string, message: string): void {
    this.skipped.push({ name, message });
  }

  private read(files: readonly string[]): NamedText[] {
    return files.flatMap((name) => {
      try {
        return { name, text: readTextFile(resolve(this.options.cwd, name)) };
      } catch {
        return [];
      }
    });
  }
}
