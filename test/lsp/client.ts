import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  createProtocolConnection,
  type Diagnostic,
  type Position,
  type ProtocolConnection,
  type PublishDiagnosticsParams,
  StreamMessageReader,
  StreamMessageWriter,
  type TextEdit,
  type WorkspaceEdit,
} from 'vscode-languageserver/node';

const PROGRAM = resolve('lib/cli/main.js');

/** An editor: a folder of files, and the server that the command line starts for it. */
export class EditorClient {
  /**
   * @param folder the folder of the workspace, as a path from the folder of the files
   * @param prepare does more with the folder of the files
   */
  static async start(
    files: Readonly<Record<string, string>>,
    asks = false,
    folder = '.',
    prepare: (root: string) => void = () => undefined,
  ): Promise<EditorClient> {
    const root = mkdtempSync(join(tmpdir(), 'lsp-'));
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, name)), { recursive: true });
      writeFileSync(join(root, name), text);
    }
    prepare(root);
    const client = new EditorClient(root, spawn(process.execPath, [PROGRAM, 'lsp', '--stdio'], { cwd: root }));
    await client.connection.sendRequest('initialize', {
      processId: process.pid,
      rootUri: pathToFileURL(root).href,
      workspaceFolders: [client.folder(folder)],
      capabilities: {
        workspace: {
          workspaceFolders: true,
          workspaceEdit: asks ? { changeAnnotationSupport: {}, documentChanges: true } : {},
        },
      },
    });
    await client.connection.sendNotification('initialized', {});
    return client;
  }

  readonly connection: ProtocolConnection;
  readonly texts = new Map<string, string>();
  private readonly versions = new Map<string, number>();
  private readonly published = new Map<string, PublishDiagnosticsParams>();
  private readonly versionsOf = new Map<string, number[]>();
  private waiting: (() => void)[] = [];
  private errors = '';

  private constructor(
    readonly root: string,
    private readonly server: ChildProcessWithoutNullStreams,
  ) {
    this.connection = createProtocolConnection(
      new StreamMessageReader(server.stdout),
      new StreamMessageWriter(server.stdin),
    );
    server.stderr.on('data', (data: Buffer) => (this.errors += data.toString()));
    this.connection.onNotification('window/logMessage', ({ message }: { message: string }) => {
      this.errors += message;
    });
    this.connection.onNotification('textDocument/publishDiagnostics', (params: PublishDiagnosticsParams) => {
      this.published.set(params.uri, params);
      if (params.version !== undefined)
        this.versionsOf.set(params.uri, [...(this.versionsOf.get(params.uri) ?? []), params.version]);
      const { waiting } = this;
      this.waiting = [];
      for (const one of waiting) one();
    });
    this.connection.listen();
  }

  /** A folder of the workspace. */
  folder(name: string): { uri: string; name: string } {
    return { uri: pathToFileURL(resolve(this.root, name)).href, name };
  }

  /** The user adds a folder to the workspace, and removes another. */
  async changeFolders(added: string, removed: string): Promise<void> {
    const event = { added: [this.folder(added)], removed: [this.folder(removed)] };
    await this.connection.sendNotification('workspace/didChangeWorkspaceFolders', { event });
  }

  uri(name: string): string {
    return pathToFileURL(join(this.root, name)).href;
  }

  document(name: string): { textDocument: { uri: string } } {
    return { textDocument: { uri: this.uri(name) } };
  }

  at(name: string, word: string, nth = 0): { textDocument: { uri: string }; position: Position } {
    return { ...this.document(name), position: positionOf(this.texts.get(name)!, word, nth) };
  }

  async open(name: string, text: string): Promise<void> {
    this.texts.set(name, text);
    this.versions.set(name, 1);
    const textDocument = { uri: this.uri(name), languageId: 'yaml', version: 1, text };
    await this.connection.sendNotification('textDocument/didOpen', { textDocument });
  }

  async change(name: string, text: string): Promise<void> {
    const version = this.versions.get(name)! + 1;
    this.texts.set(name, text);
    this.versions.set(name, version);
    const textDocument = { uri: this.uri(name), version };
    await this.connection.sendNotification('textDocument/didChange', { textDocument, contentChanges: [{ text }] });
  }

  async close(name: string): Promise<void> {
    this.texts.delete(name);
    this.versions.delete(name);
    await this.connection.sendNotification('textDocument/didClose', this.document(name));
  }

  /** The diagnostics that the editor shows now. */
  shown(name: string): Diagnostic[] {
    return this.published.get(this.uri(name))?.diagnostics ?? [];
  }

  /** The versions of a document for which diagnostics came, in this order. */
  versionsShown(name: string): readonly number[] {
    return this.versionsOf.get(this.uri(name)) ?? [];
  }

  /** The diagnostics of a document for its newest text, as soon as they fulfil a condition. */
  async diagnostics(name: string, fits: (found: Diagnostic[]) => boolean = () => true): Promise<Diagnostic[]> {
    const until = Date.now() + 60_000;
    for (;;) {
      const found = this.published.get(this.uri(name));
      const version = this.versions.get(name);
      if (found && (version === undefined || found.version === version) && fits(found.diagnostics)) {
        return found.diagnostics;
      }
      if (Date.now() > until) throw new Error(`no such diagnostics: ${JSON.stringify(found)}; ${this.errors}`);
      await new Promise<void>((done) => {
        const timer = setTimeout(done, 1000);
        this.waiting.push(() => {
          clearTimeout(timer);
          done();
        });
      });
    }
  }

  async request<T>(method: string, params: object): Promise<T> {
    return this.connection.sendRequest<T>(method, params);
  }

  /** Ends the session as the protocol says. Returns the exit code and what went to standard error. */
  async stop(): Promise<{ code: number | null; errors: string }> {
    const ended = new Promise<number | null>((done) => this.server.on('exit', done));
    await this.connection.sendRequest('shutdown');
    await this.connection.sendNotification('exit');
    const code = await ended;
    this.connection.dispose();
    rmSync(this.root, { recursive: true, force: true });
    return { code, errors: this.errors };
  }
}

/** Where a word begins. */
function positionOf(text: string, word: string, nth = 0): Position {
  let at = -1;
  for (let i = 0; i <= nth; i++) at = text.indexOf(word, at + 1);
  if (at < 0) throw new Error(`no ${word}`);
  const before = text.slice(0, at).split('\n');
  return { line: before.length - 1, character: before[before.length - 1].length };
}

/** The text of a file after the edits of a change. */
export function edited(text: string, edit: WorkspaceEdit, uri: string): string {
  const edits = (edit.changes?.[uri] ??
    edit.documentChanges?.flatMap((one) =>
      'edits' in one && one.textDocument.uri === uri ? (one.edits as TextEdit[]) : [],
    ) ??
    []) as TextEdit[];
  const lines = text.split('\n');
  const offset = ({ line, character }: Position): number =>
    lines.slice(0, line).reduce((sum, one) => sum + one.length + 1, 0) + character;
  return [...edits]
    .sort((a, b) => offset(b.range.start) - offset(a.range.start))
    .reduce(
      (now, { range, newText }) => now.slice(0, offset(range.start)) + newText + now.slice(offset(range.end)),
      text,
    );
}
