// One command over one input of unknown origin, in this process.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { run } from '../../src/cli/run';
import type { Reader } from './readers';

/** A folder with the files of a reader, in which its commands run. */
export class Attempts {
  private readonly parent = mkdtempSync(join(tmpdir(), 'cdk8s-canary-attempts-'));
  private readonly folder = join(this.parent, 'repo');

  /** @param most seconds of CPU that a command may take; with them counts what it loads for the first time */
  constructor(
    private readonly reader: Reader,
    private readonly most = 10,
  ) {
    mkdirSync(join(this.folder, '.git'), { recursive: true });
    this.write(reader.file, reader.text);
    for (const [name, text] of Object.entries(reader.others ?? {})) this.write(name, text);
  }

  /** Runs a command over a text. Undefined if it ends as a command may; else what is wrong. */
  async problem(command: readonly string[], text: string): Promise<string | undefined> {
    this.write(this.reader.file, text);
    let said = '';
    const isInput = command[command.length - 1].startsWith('<');
    const begun = process.cpuUsage();
    const code = await run(isInput ? command.slice(0, -1) : command, {
      cwd: this.folder,
      env: {},
      stdin: Readable.from([Buffer.from(isInput ? text : '')]),
      out: () => undefined,
      err: (line) => void (said += line),
      colour: false,
      progress: false,
    }).catch((error: unknown) => {
      said = `this is a defect: it throws ${(error as Error).stack ?? String(error)}`;
      return 2;
    });
    const { user, system } = process.cpuUsage(begun);
    if (said.includes('this is a defect')) return said.slice(said.indexOf('this is a defect'));
    // Such a test would say nothing of the input.
    if (/^error: /.test(said)) return `the command line is wrong: ${said}`;
    if (![0, 1, 2].includes(code)) return `the exit code is ${code}`;
    return user + system > this.most * 1e6 ? `it takes more than ${this.most} s` : undefined;
  }

  remove(): void {
    rmSync(this.parent, { recursive: true, force: true });
  }

  private write(name: string, text: string): void {
    const path = join(this.folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
}
