import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export const PROGRAM = join(__dirname, '../../lib/cli/main.js');

export interface Outcome {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** A folder of one's own, with files in it. */
export class Folder {
  public readonly path = mkdtempSync(join(tmpdir(), 'cdk8s-canary-test-'));

  constructor(files: Record<string, string> = {}) {
    mkdirSync(join(this.path, '.git'));
    this.write(files);
  }

  public write(files: Record<string, string>): void {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(this.path, name)), { recursive: true });
      writeFileSync(join(this.path, name), text);
    }
  }

  public read(name: string): string {
    return readFileSync(join(this.path, name), 'utf8');
  }

  /** Every file below, but for what stays on the machine. */
  public list(folder: string): string[] {
    return readdirSync(join(this.path, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(join(this.path, folder).length + 1))
      .filter((name) => !name.startsWith('.cdk8s-canary/'))
      .sort();
  }

  /** Every file's text, by its name. */
  public snapshot(folder: string): Record<string, string> {
    return Object.fromEntries(this.list(folder).map((name) => [name, this.read(join(folder, name))]));
  }

  public run(...args: string[]): Outcome {
    return this.runWith({}, ...args);
  }

  public runWith(options: { input?: string; shell?: string }, ...args: string[]): Outcome {
    const command = options.shell
      ? (['bash', ['-c', `${options.shell}; exec "$@"`, 'bash', process.execPath, PROGRAM, ...args]] as const)
      : ([process.execPath, [PROGRAM, ...args]] as const);
    const done = spawnSync(command[0], command[1], {
      cwd: this.path,
      input: options.input,
      encoding: 'utf8',
      maxBuffer: 1e9,
    });
    return { code: done.status, out: done.stdout, err: done.stderr };
  }

  public remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

export function spec(name: string, lines = '', namespace = 'shop'): string {
  return `apiVersion: cdk8s-canary.dev/v1
kind: CanaryApp
metadata: { name: ${name}, namespace: ${namespace} }
spec:
  image: registry.example.com/${name}:1.4.2
  port: 8080
  hosts: [${name}.example.com]
  prometheus: http://prometheus.monitoring:9090
  steps: [{ setWeight: 50 }, { pause: {} }, analysis]
${lines}`;
}
