import { dirname, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Connection, Diagnostic } from 'vscode-languageserver';
import { InputError } from '../formats/input-error';
import { lint, type LintOptions } from '../lint';
import { Background } from './background';
import { checkCanaryFile, type CheckedCanaryFile, isCanaryFile } from './canary-files';
import { diagnosticOf, diagnosticsOfCanaryFile } from './diagnostics';
import { Project } from './project';
import type { TextDocument, TextDocuments } from './protocol';
import { realPath } from './real-path';

/** Pause in typing after which all files are judged, in milliseconds. */
const QUIET = 500;
/** A document that is judged in this time is judged at each keystroke, in milliseconds. */
const QUICK = 100;
/** Any other waits as long as its judgement takes, but no longer than this. */
const LONGEST_WAIT = 300;

/** Reads the settings of the linter for a folder. Throws an InputError where they are not valid. */
export type Settings = (root: string) => LintOptions;

/** The folders, open documents and findings of one editor. */
export class Session {
  private projects: Project[] = [];
  /** The folders of the workspace; other projects are those of single documents. */
  private readonly folders = new Set<string>();
  /** Judges what is being typed. A newer text replaces what is under way. */
  private readonly typing = new Background();
  /** Reads and judges whole folders. */
  private readonly background = new Background();
  /** The documents that have changed since they were last judged. */
  private readonly changed = new Set<string>();
  /** Called when there are none. */
  private waiting: (() => void)[] = [];
  private canaryFilesChanged = false;
  /** How long the last judgement of what was typed took, in milliseconds. */
  private took = 0;
  private readonly canaryFiles = new Map<string, CheckedCanaryFile>();
  private readonly canaryDiagnostics = new Map<string, readonly Diagnostic[]>();
  /** What the editor shows, by address. */
  private readonly shown = new Map<string, string>();

  constructor(
    private readonly connection: Connection,
    private readonly documents: TextDocuments<TextDocument>,
    private readonly settings: Settings,
  ) {}

  /** Adds a folder of the workspace. */
  addFolder(uri: string): void {
    if (!uri.startsWith('file:')) return;
    const root = fileURLToPath(uri);
    this.folders.add(root);
    this.projectAt(root, 'tree');
  }

  /** Folders have been added to the workspace, or removed from it. Each document may now belong to another one. */
  changeFolders(added: readonly string[], removed: readonly string[]): void {
    for (const project of this.projects) {
      for (const name of project.names()) {
        const uri = project.uriOf(name);
        this.shown.delete(uri);
        void this.connection.sendDiagnostics({ uri, diagnostics: [] });
      }
    }
    for (const uri of removed) if (uri.startsWith('file:')) this.folders.delete(fileURLToPath(uri));
    this.projects = this.projects.filter(({ root }) => this.folders.has(root));
    for (const uri of added) this.addFolder(uri);
    for (const document of this.documents.all()) {
      const located = this.locate(document.uri);
      located?.project.edit(located.name, document.getText(), document.uri);
    }
    this.start();
  }

  /** Begins to read all folders. */
  start(): void {
    this.background.start(
      () => this.readAll(),
      0,
      (error) => this.report(error),
    );
  }

  /**
   * The project of a document, and its name there. A document outside of all folders has its own folder as a project, but
   * not what is below: this may be all files of a user.
   */
  locate(uri: string): { readonly project: Project; readonly name: string } | undefined {
    if (!uri.startsWith('file:')) return undefined;
    for (const project of this.projects) {
      const name = project.nameOf(uri);
      if (name !== undefined) return { project, name };
    }
    const project = this.projectAt(dirname(realPath(fileURLToPath(uri))), 'folder');
    this.start();
    return { project, name: project.nameOf(uri)! };
  }

  /** Takes a new text of a document. Its findings are shown at once, those of all files when nobody types. */
  edit(document: TextDocument): void {
    const located = this.locate(document.uri);
    if (located === undefined) return;
    located.project.edit(located.name, document.getText(), document.uri);
    this.changed.add(document.uri);
    this.canaryFilesChanged ||= this.isCanary(document.uri);
    // What is being read for the first time is not put off.
    if (this.isReady()) this.background.stop();
    this.typing.start(
      () => this.judgeTyped(),
      this.took <= QUICK ? 0 : Math.min(this.took, LONGEST_WAIT),
      (error) => {
        this.changed.clear();
        this.nothingToJudge();
        this.report(error);
      },
    );
  }

  /** The editor has closed a document. */
  close(uri: string): void {
    const located = this.locate(uri);
    if (located === undefined) return;
    located.project.files.close(located.name);
    this.canaryFiles.delete(uri);
    // What it said of its defaults and overlays is no longer said.
    this.checkCanaryFiles();
    this.publish(located.project, located.name);
    this.judgeAllSoon();
  }

  /** Files have changed on the disk. */
  filesChanged(changes: readonly { readonly uri: string; readonly isNewOrGone: boolean }[]): void {
    for (const { uri, isNewOrGone } of changes) {
      const located = this.locate(uri);
      located?.project.files.refresh(located.name);
      if (isNewOrGone) located?.project.lookAgain();
    }
    this.checkCanaryFiles();
    this.judgeAllSoon();
  }

  /** Waits until all open documents are judged, so that an answer is about the text that is shown. */
  judged(): Promise<void> {
    if (this.changed.size === 0) return Promise.resolve();
    return new Promise((done) => this.waiting.push(done));
  }

  /** What is known about an open canary file. */
  canaryFile(uri: string): CheckedCanaryFile | undefined {
    if (this.canaryFilesChanged) this.checkCanaryFiles();
    return this.canaryFiles.get(uri);
  }

  private *judgeTyped(): Generator<void, void> {
    const begun = performance.now();
    yield* this.judgeChanged();
    this.took = performance.now() - begun;
    this.judgeAllSoon();
  }

  private *judgeChanged(): Generator<void, void> {
    for (const uri of [...this.changed]) {
      const located = this.locate(uri);
      if (located?.project.isReady) {
        yield* located.project.judge(located.name);
        this.publish(located.project, located.name);
      }
      this.changed.delete(uri);
    }
    if (this.canaryFilesChanged) this.checkCanaryFiles();
    this.nothingToJudge();
  }

  private nothingToJudge(): void {
    const { waiting } = this;
    this.waiting = [];
    for (const done of waiting) done();
  }

  private isReady(): boolean {
    return this.projects.every((project) => project.isReady);
  }

  private projectAt(root: string, scope: 'folder' | 'tree'): Project {
    const known = this.projects.find((one) => one.root === root);
    if (known) return known;
    const project = new Project(root, () => this.settingsFor(root), scope);
    this.projects.push(project);
    // Of nested folders the inner one counts.
    this.projects.sort((a, b) => b.root.length - a.root.length);
    return project;
  }

  private settingsFor(root: string): LintOptions {
    try {
      return this.settings(root);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      const { message } = error;
      if (this.shown.get(root) !== message) this.connection.window.showErrorMessage(message);
      this.shown.set(root, message);
      return {};
    }
  }

  private judgeAllSoon(): void {
    // What is being read for the first time is not put off.
    if (this.isReady())
      this.background.start(
        () => this.judgeAll(),
        QUIET,
        (error) => this.report(error),
      );
  }

  private *readAll(): Generator<void, void> {
    for (const project of this.projects) yield* project.read();
    for (const { uri } of this.documents.all()) this.changed.add(uri);
    yield* this.judgeAll();
  }

  private *judgeAll(): Generator<void, void> {
    yield* this.judgeChanged();
    for (const project of this.projects) {
      yield* project.judgeAll();
      for (const name of project.names()) this.publish(project, name);
    }
  }

  private isCanary(uri: string): boolean {
    const document = this.documents.get(uri);
    return document !== undefined && uri.startsWith('file:') && isCanaryFile(fileURLToPath(uri), document.getText());
  }

  /** All that are open: each can be merged with any of the others. */
  private checkCanaryFiles(): void {
    this.canaryFilesChanged = false;
    const textOf = (path: string): string | undefined => this.documents.get(pathToFileURL(path).href)?.getText();
    const open = this.documents.all().filter(({ uri }) => this.isCanary(uri));
    const before = new Set(this.canaryDiagnostics.keys());
    this.canaryDiagnostics.clear();
    for (const { uri } of open) {
      const path = fileURLToPath(uri);
      const located = this.locate(uri)!;
      const checked = checkCanaryFile(path, textOf);
      this.canaryFiles.set(uri, checked);
      const findings = checked.apps.map(({ graph }) => lint(graph, this.settingsFor(located.project.root)).findings);
      for (const [file, diagnostics] of diagnosticsOfCanaryFile(checked, findings)) {
        const of = pathToFileURL(resolve(file)).href;
        // Several files can report one problem of their defaults.
        const known = this.canaryDiagnostics.get(of) ?? [];
        const texts = new Set(known.map((one) => JSON.stringify(one)));
        const more = diagnostics.filter((one) => !texts.has(JSON.stringify(one)));
        this.canaryDiagnostics.set(of, [...known, ...more]);
      }
    }
    for (const uri of new Set([...before, ...this.canaryDiagnostics.keys()])) {
      const located = this.locate(uri);
      if (located) this.publish(located.project, located.name);
    }
  }

  private publish(project: Project, name: string): void {
    const uri = project.uriOf(name);
    // A file in two nested folders is judged by the settings of the inner one.
    if (this.locate(uri)?.project !== project) return;
    const diagnostics = [
      ...project.findings(name).map((finding) => diagnosticOf(finding, project.uriOf)),
      ...(this.canaryDiagnostics.get(uri) ?? []),
    ];
    const text = JSON.stringify(diagnostics);
    const version = this.documents.get(uri)?.version;
    // An editor waits for the answer to the text that it has, and for no other.
    if ((this.shown.get(uri) ?? '[]') === text && version === undefined) return;
    this.shown.set(uri, text);
    void this.connection.sendDiagnostics({ uri, version, diagnostics });
  }

  private report(error: unknown): void {
    this.connection.console.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
  }
}
