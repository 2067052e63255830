import { spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { type Run, runOf, inputSchema, type Tool, TOOLS } from './tools';
import { inTermsOf } from './wording';
import { CallToolRequestSchema, ListToolsRequestSchema, Server, StdioServerTransport } from './sdk';

/** Streams, folder and program of a server of the Model Context Protocol. */
export interface ServerOptions {
  readonly input: Readable;
  readonly output: Writable;
  readonly version: string;
  /** Files below it can be read. */
  readonly folder: string;
  /** The file of the command line, which the tools run. */
  readonly program: string;
}

/** Milliseconds after which a tool is ended. */
const LIMIT = 300_000;
/** Characters that a model gets of an answer. */
const LONGEST = 100_000;

interface Answer {
  [key: string]: unknown;
  readonly content: { readonly type: 'text'; readonly text: string }[];
  readonly isError?: boolean;
}

/** Serves the tools until the input ends. */
export async function serve({ input, output, version, folder, program }: ServerOptions): Promise<void> {
  const server = new Server({ name: 'cdk8s-canary', version }, { capabilities: { tools: {} } });
  server.setRequestHandler(ListToolsRequestSchema, () => ({
    tools: TOOLS.map((tool) => ({
      name: tool.name,
      description: tool.description,
      inputSchema: inputSchema(tool),
      annotations: { readOnlyHint: true, openWorldHint: false },
    })),
  }));
  server.setRequestHandler(CallToolRequestSchema, async ({ params }, { signal }): Promise<Answer> => {
    const tool = TOOLS.find(({ name }) => name === params.name);
    if (tool === undefined) return failed(`there is no tool ${JSON.stringify(params.name)}`);
    const run = runOf(tool, params.arguments ?? {}, folder);
    return 'problem' in run ? failed(run.problem) : answer(tool, run, { folder, program, signal });
  });
  const ended = new Promise<void>((resolve) => {
    input.once('end', resolve);
    input.once('close', resolve);
  });
  await server.connect(new StdioServerTransport(input, output));
  await ended;
  await server.close();
}

const failed = (text: string): Answer => ({ content: [{ type: 'text', text }], isError: true });

/** Runs the command in a process of its own: a long one blocks nothing, and can be ended. */
async function answer(
  tool: Tool,
  { args, stdin }: Run,
  { folder, program, signal }: { readonly folder: string; readonly program: string; readonly signal: AbortSignal },
): Promise<Answer> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [program, ...args], {
      cwd: folder,
      env: { ...process.env, NO_COLOR: '1', CI: 'true' },
      timeout: LIMIT,
      signal,
    });
    let [out, err] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
    child.on('error', ({ message }) => resolve(failed(message)));
    child.on('close', (code) => {
      if (code === null) resolve(failed(`ended after ${LIMIT / 60_000} minutes; state fewer paths or fewer runs`));
      else {
        const [said, printed] = [inTermsOf(tool, err), tool.answersInJson ? out : inTermsOf(tool, out)];
        // Findings are an answer; what could not be read or was refused is an error.
        if (code >= 2) resolve(failed(shortened(said + printed)));
        else resolve({ content: [{ type: 'text', text: shortened(printed + said) }] });
      }
    });
    // A command that does not read it closes it.
    child.stdin.on('error', () => undefined);
    child.stdin.end(stdin ?? '');
  });
}

const shortened = (text: string): string =>
  text.length <= LONGEST
    ? text
    : `${text.slice(0, LONGEST)}\n… ${text.length - LONGEST} more characters; state fewer paths`;
