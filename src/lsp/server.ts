import type { Readable, Writable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import type {
  CancellationToken,
  CodeAction,
  CodeLens,
  Connection,
  InitializeParams,
  InitializeResult,
  Range,
  TextDocumentPositionParams,
} from 'vscode-languageserver';
import type { Graph, Resource } from '../graph';
import { actionsFor, rangeOfFinding } from './diagnostics';
import { completions } from './completion';
import { hoverText } from './hover';
import { definitions, mentionAt, RenameError, rangeOf, renameThing, usesOf } from './navigation';
import type { Mention } from './named-things';
import type { Project } from './project';
import {
  CodeActionKind,
  createConnection,
  ErrorCodes,
  MarkupKind,
  ResponseError,
  StreamMessageReader,
  StreamMessageWriter,
  TextDocument,
  TextDocuments,
  TextDocumentSyncKind,
} from './protocol';
import { planText, summaryOf } from './rollout-summary';
import { Session, type Settings } from './session';
import { contains, rangeIn } from './text-position';

/** What the server is given. */
export interface ServerOptions {
  readonly input: Readable;
  readonly output: Writable;
  /** Of this program. */
  readonly version: string;
  readonly settings: Settings;
}

/** The command that returns the plan of a rollout as Markdown. Its arguments: the document, and the rollout. */
const PLAN_COMMAND = 'cdk8s-canary.plan';

/** Serves the language server protocol. Never resolves: the editor ends the process. */
export function serve({ input, output, version, settings }: ServerOptions): Promise<never> {
  const connection = createConnection(new StreamMessageReader(input), new StreamMessageWriter(output));
  const documents = new TextDocuments(TextDocument);
  const session = new Session(connection, documents, settings);
  let asks = false;
  let watches = false;
  let hasFolders = false;
  connection.onInitialize((params) => {
    const { workspace } = params.capabilities;
    asks = workspace?.workspaceEdit?.changeAnnotationSupport !== undefined;
    watches = workspace?.didChangeWatchedFiles?.dynamicRegistration === true;
    hasFolders = workspace?.workspaceFolders === true;
    for (const uri of foldersOf(params)) session.addFolder(uri);
    return initialized(version);
  });
  connection.onInitialized(() => {
    if (watches) {
      const watchers = [{ globPattern: '**/*.{yaml,yml,json}' }];
      void connection.client.register({ method: 'workspace/didChangeWatchedFiles' } as never, { watchers } as never);
    }
    if (hasFolders)
      connection.workspace.onDidChangeWorkspaceFolders(({ added, removed }) =>
        session.changeFolders(
          added.map(({ uri }) => uri),
          removed.map(({ uri }) => uri),
        ),
      );
    session.start();
  });
  documents.onDidChangeContent(({ document }) => session.edit(document));
  documents.onDidClose(({ document }) => session.close(document.uri));
  connection.onDidChangeWatchedFiles(({ changes }) =>
    session.filesChanged(changes.map(({ uri, type }) => ({ uri, isNewOrGone: type !== 2 }))),
  );
  new Features(connection, documents, session, () => asks).register();
  documents.listen(connection);
  connection.listen();
  return new Promise(() => undefined);
}

function foldersOf({ workspaceFolders, rootUri }: InitializeParams): string[] {
  if (workspaceFolders) return workspaceFolders.map(({ uri }) => uri);
  return rootUri ? [rootUri] : [];
}

function initialized(version: string): InitializeResult {
  return {
    serverInfo: { name: 'cdk8s-canary', version },
    capabilities: {
      textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental },
      hoverProvider: true,
      definitionProvider: true,
      referencesProvider: true,
      renameProvider: { prepareProvider: true },
      completionProvider: { triggerCharacters: [' ', '.', ':', '-'] },
      codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix] },
      codeLensProvider: { resolveProvider: true },
      executeCommandProvider: { commands: [PLAN_COMMAND] },
      workspace: { workspaceFolders: { supported: true, changeNotifications: true } },
    },
  };
}

type InDocument = Pick<TextDocumentPositionParams, 'textDocument'>;

type FoundMention = Mention & { readonly project: Project; readonly graph: Graph };

/** A rollout above which a lens stands. */
interface LensedRollout {
  readonly key: string;
  /** The range of the text above which the editor shows the lens. */
  readonly range: () => Range;
  readonly graph: Graph;
  readonly resource: Resource;
}

/** The answers to what an editor asks. */
class Features {
  constructor(
    private readonly connection: Connection,
    private readonly documents: TextDocuments<TextDocument>,
    private readonly session: Session,
    private readonly asks: () => boolean,
  ) {}

  register(): void {
    const { connection } = this;
    connection.onHover(async (params, token) => {
      const at = await this.judgedAt(params, token);
      if (at === undefined) return null;
      const { project, name, text } = at;
      const findings = project.findings(name);
      const value = hoverText(project.around(name), { file: name, text, position: params.position, findings });
      return value === undefined ? null : { contents: { kind: MarkupKind.Markdown, value } };
    });
    connection.onDefinition((params) => {
      const found = this.mention(params);
      return found ? definitions(found.thing, found.project.uriOf) : null;
    });
    connection.onReferences((params) => {
      const found = this.mentionAnywhere(params);
      return found ? usesOf(found.thing, params.context.includeDeclaration, found.project.uriOf) : null;
    });
    connection.onPrepareRename((params) => {
      const found = this.mention(params);
      const range = found && rangeOf(found.mark);
      return range ? { range, placeholder: found.thing.name } : null;
    });
    connection.onRenameRequest((params) => {
      const found = this.mentionAnywhere(params);
      if (found === undefined) return null;
      try {
        const { project, graph, thing } = found;
        const leftOut = project.files.textsLeftOut();
        return renameThing(graph, thing, params.newName, { uriOf: project.uriOf, asks: this.asks(), leftOut });
      } catch (error) {
        if (error instanceof RenameError) return new ResponseError(ErrorCodes.InvalidParams, error.message);
        throw error;
      }
    });
    connection.onCompletion((params) => {
      const at = this.at(params);
      return at ? completions(at.project.files.graph(), at.name, at.text, params.position) : null;
    });
    connection.onCodeAction(({ textDocument, range, context }, token) =>
      this.actions({ textDocument }, range, context.only, token),
    );
    connection.onCodeLens(({ textDocument: { uri } }) => this.lenses(uri));
    connection.onCodeLensResolve((lens, token) => this.resolved(lens, token));
    connection.onExecuteCommand(({ command, arguments: given = [] }) => {
      const [uri, rollout] = given as string[];
      const found = command === PLAN_COMMAND ? this.rollouts(uri).find(({ key }) => key === rollout) : undefined;
      return found ? planText(found.graph, found.resource) : null;
    });
  }

  /** The document of a request. */
  private at({ textDocument: { uri } }: InDocument) {
    const document = this.documents.get(uri);
    const located = document && this.session.locate(uri);
    return located && { ...located, text: document!.getText() };
  }

  /** The document of a request as soon as its findings are known. Undefined if it has changed in the meantime. */
  private async judgedAt(params: InDocument, token: CancellationToken) {
    const { uri } = params.textDocument;
    const version = this.documents.get(uri)?.version;
    await this.session.judged();
    if (token.isCancellationRequested || this.documents.get(uri)?.version !== version) return undefined;
    return this.at(params);
  }

  /** The object or part that is named at a position, with its mentions in the files that reference each other. */
  private mention(params: TextDocumentPositionParams): FoundMention | undefined {
    return this.mentionIn(params, (project, name) => project.around(name));
  }

  /** The same with all mentions in the workspace, which takes longer. */
  private mentionAnywhere(params: TextDocumentPositionParams): FoundMention | undefined {
    return this.mentionIn(params, (project) => project.files.graph());
  }

  private mentionIn(
    params: TextDocumentPositionParams,
    graphOf: (project: Project, name: string) => Graph,
  ): FoundMention | undefined {
    const at = this.at(params);
    if (at === undefined) return undefined;
    const graph = graphOf(at.project, at.name);
    const found = mentionAt(graph, at.name, params.position);
    return found && { ...found, project: at.project, graph };
  }

  private async actions(
    document: InDocument,
    range: Range,
    only: readonly string[] | undefined,
    token: CancellationToken,
  ): Promise<CodeAction[]> {
    if (only && !only.some((kind) => CodeActionKind.QuickFix.startsWith(kind))) return [];
    const at = await this.judgedAt(document, token);
    if (at === undefined) return [];
    const { project, name } = at;
    const context = { uriOf: project.uriOf, loaded: (file: string) => project.files.loaded(file) };
    return project
      .findings(name)
      .filter((finding) => {
        const here = rangeOfFinding(finding);
        return contains(here, range.start) || contains(range, here.start);
      })
      .flatMap((finding) => actionsFor(finding, context));
  }

  /** The rollouts that a document has, or renders. */
  private rollouts(uri: string): LensedRollout[] {
    const at = this.at({ textDocument: { uri } });
    if (at === undefined) return [];
    const { project, name } = at;
    const rendered = this.session.canaryFile(uri)?.apps.flatMap(({ at: { file, from, to }, graph }) =>
      graph.ofKind('Rollout', 'argoproj.io').map((resource) => ({
        key: String(resource),
        range: () => rangeIn(file, { from, to }),
        graph,
        resource,
      })),
    );
    if (rendered && rendered.length > 0) return rendered;
    const graph = project.around(name);
    return graph
      .ofKind('Rollout', 'argoproj.io')
      .filter(({ origin }) => origin.file === name)
      .flatMap((resource) => {
        const { source, prefix } = resource.origin;
        if (source === undefined) return [];
        const range = (): Range => rangeIn(source.file, source.range([...prefix, 'kind'], 'key'));
        return [{ key: String(resource), range, graph, resource }];
      });
  }

  private lenses(uri: string): CodeLens[] {
    return this.rollouts(uri).map(({ key, range }) => ({ range: range(), data: { uri, rollout: key } }));
  }

  private async resolved(lens: CodeLens, token: CancellationToken): Promise<CodeLens> {
    // The longest answer of all. A keystroke that is already here comes first, and makes it unnecessary.
    await setImmediate();
    if (token.isCancellationRequested) return lens;
    const { uri, rollout } = lens.data as { uri: string; rollout: string };
    const found = this.rollouts(uri).find(({ key }) => key === rollout);
    // The text has changed since the lens was asked for.
    if (found === undefined) return lens;
    const { title, tooltip } = summaryOf(found.graph, found.resource);
    return { ...lens, command: { title, tooltip, command: PLAN_COMMAND, arguments: [uri, rollout] } };
  }
}
