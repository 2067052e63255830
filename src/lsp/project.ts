import { isAbsolute, relative, resolve, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Graph } from '../graph';
import { type Finding, lintInSteps, type LintOptions } from '../lint';
import { RULES } from '../rules';
import { ManifestFiles } from './manifest-files';
import { realPath } from './real-path';
import { links, relatedFiles } from './related-files';

/** One folder of the workspace: its manifests and what is wrong with them. */
export class Project {
  readonly files: ManifestFiles;
  private readonly uris = new Map<string, string>();
  private readonly namesOf = new Map<string, string | undefined>();
  private readonly found = new Map<string, readonly Finding[]>();
  /** All manifests, as they were when they were last judged together. */
  private judged?: Graph;
  /** The files that have changed since. */
  private readonly changed = new Set<string>();
  /** The last answer of `around`: requests come in groups, and what they find out of a graph is kept with it. */
  private lastAround?: {
    readonly name: string;
    readonly revision: number;
    readonly judged?: Graph;
    readonly graph: Graph;
  };

  /**
   * @param root The folder, as an absolute path.
   * @param settings What the configuration file of the folder says.
   * @param scope Whether the files below its folders belong to it as well.
   */
  constructor(
    readonly root: string,
    private readonly settings: () => LintOptions,
    scope: 'folder' | 'tree',
  ) {
    this.files = new ManifestFiles(root, scope);
  }

  /** Whether all files have been read and related. */
  get isReady(): boolean {
    return this.judged !== undefined;
  }

  /**
   * The name of a file, as a path from the root. Undefined for what is outside or not on a disk. As `lint` reads each file
   * once, a file that an editor reaches by a link has the name of its own path.
   */
  nameOf(uri: string): string | undefined {
    if (!this.namesOf.has(uri)) this.namesOf.set(uri, this.findName(uri));
    const name = this.namesOf.get(uri);
    if (name !== undefined && !this.uris.has(name)) this.uris.set(name, uri);
    return name;
  }

  private findName(uri: string): string | undefined {
    if (!uri.startsWith('file:')) return undefined;
    const name = relative(realPath(this.root), realPath(fileURLToPath(uri)))
      .split(sep)
      .join('/');
    return name.startsWith('../') || isAbsolute(name) ? undefined : name;
  }

  /** Files were created or deleted, links among them. */
  lookAgain(): void {
    this.namesOf.clear();
    this.files.lookAgain();
  }

  /** The address of a file, in the spelling of the editor if it has named the file. */
  readonly uriOf = (name: string): string => this.uris.get(name) ?? pathToFileURL(resolve(this.root, name)).href;

  /** The findings in a file. */
  findings(name: string): readonly Finding[] {
    return this.found.get(name) ?? [];
  }

  /** The files with findings. */
  names(): string[] {
    return [...this.found.keys()];
  }

  /** Takes the text that the editor has of a file, and the address by which it has it. */
  edit(name: string, text: string, uri: string): void {
    this.uris.set(name, uri);
    this.files.edit(name, text);
    this.changed.add(name);
  }

  /** Reads all files that are not known yet, and relates them. */
  *read(): Generator<void, void> {
    yield* this.files.readAll();
    const graph = this.files.graph();
    yield;
    links(graph);
    this.judged = graph;
  }

  /** Judges a file together with the files that a change of it concerns. Pauses, as a new text makes it unnecessary. */
  *judge(name: string): Generator<void, void> {
    const graph = this.around(name);
    yield;
    const { findings } = yield* lintInSteps(RULES, graph, this.settings());
    this.found.set(
      name,
      findings.filter(({ file }) => file === name),
    );
  }

  /** Judges all files. */
  *judgeAll(): Generator<void, void> {
    yield* this.files.readAll();
    const graph = this.files.graph();
    yield;
    const { findings } = yield* lintInSteps(RULES, graph, this.settings());
    yield;
    links(graph);
    this.judged = graph;
    this.changed.clear();
    const byFile = new Map<string, Finding[]>();
    for (const finding of findings) {
      const list = byFile.get(finding.file);
      if (list) list.push(finding);
      else byFile.set(finding.file, [finding]);
    }
    for (const name of this.found.keys()) if (!byFile.has(name)) this.found.set(name, []);
    for (const [name, list] of byFile) this.found.set(name, list);
  }

  /** The manifests of a file and of those that a change of it concerns. */
  around(name: string): Graph {
    const { judged } = this;
    const { revision } = this.files;
    const last = this.lastAround;
    if (last?.name === name && last.revision === revision && last.judged === judged) return last.graph;
    const graph = this.relatedTo(name);
    this.lastAround = { name, revision, judged, graph };
    return graph;
  }

  private relatedTo(name: string): Graph {
    const current = this.files.graphOf([name]);
    if (this.judged === undefined) return current;
    // In the order of the whole set, on which the choice between objects of one name depends.
    const related = relatedFiles(this.judged, current, name);
    for (const other of this.changed) related.add(other);
    return this.files.graphOf(this.files.names().filter((one) => related.has(one)));
  }
}
