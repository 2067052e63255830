import { type ChildProcess, spawn } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { makeTemporaryFolder } from '../../formats/scratch-folder';
import { PrometheusApi } from './api';

/** Prometheus ended, or never started to respond. */
export class PrometheusFailed extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'PrometheusFailed';
  }
}

const READY_WITHIN_MS = 30_000;
const STOP_WITHIN_MS = 5_000;
const OUTPUT_WITHIN_MS = 500;
/** Windows has no groups of processes. */
const GROUPS = process.platform !== 'win32';
const ENDING_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** How a Prometheus is run. */
export interface PrometheusOptions {
  /** Called when a signal ends this process, after the cleanup. */
  readonly interrupted?: (signal: string) => void;
  /** The folder in which its own is made; default the system's for temporary files. */
  readonly within?: string;
}

/**
 * A private Prometheus: on loopback, on a free port, in a temporary folder. It receives samples by remote write and
 * scrapes nothing. It ends with `stop`, and also when this process ends earlier for any reason.
 */
export class Prometheus {
  /** Starts the binary, and waits until it answers. Throws PrometheusFailed. */
  static async start(binary: string, options: PrometheusOptions = {}): Promise<Prometheus> {
    // Another program may take the port before Prometheus does.
    for (let attempt = 1; ; attempt++) {
      const port = await freePort();
      const prometheus = new Prometheus(binary, port, options);
      try {
        await prometheus.untilReady();
        return prometheus;
      } catch (error) {
        await prometheus.stop();
        if (attempt === 3 || !/address already in use/.test((error as Error).message)) throw error;
      }
    }
  }

  readonly api: PrometheusApi;
  /** Everything that it writes is in here. */
  readonly folder: string;
  private readonly child: ChildProcess;
  private readonly watcher: ChildProcess | undefined;
  private readonly ended: Promise<void>;
  private output = '';
  /** Why it is not there any more. */
  private failure: string | undefined;
  private stopping = false;

  private constructor(
    private readonly binary: string,
    port: number,
    private readonly options: PrometheusOptions,
  ) {
    this.folder = makeTemporaryFolder('prometheus', options.within);
    const config = join(this.folder, 'prometheus.yml');
    // Samples of several targets arrive one after the other, and replayed ones in the order of the file.
    writeFileSync(config, 'global: {}\nstorage: { tsdb: { out_of_order_time_window: 30d } }\n');
    this.child = spawn(
      binary,
      [
        `--config.file=${config}`,
        `--storage.tsdb.path=${join(this.folder, 'data')}`,
        // Simulated time lies in the past.
        '--storage.tsdb.retention.time=100y',
        `--web.listen-address=127.0.0.1:${port}`,
        '--web.enable-remote-write-receiver',
        // Always on in later releases, which take the flag all the same.
        '--enable-feature=native-histograms',
        // A query that takes longer on so little data is intended to.
        '--query.timeout=20s',
        '--log.level=warn',
      ],
      // In its own process group: where the binary is a script that starts Prometheus, both end together.
      { cwd: this.folder, stdio: ['ignore', 'pipe', 'pipe'], detached: GROUPS },
    );
    const keep = (chunk: Buffer): void => {
      this.output = (this.output + chunk.toString('utf8')).slice(-8000);
    };
    this.child.stdout!.on('data', keep);
    this.child.stderr!.on('data', keep);
    this.ended = new Promise((done) => {
      this.child.once('error', (error) => {
        this.failure = `${binary} cannot be started: ${error.message}`;
        done();
      });
      // Programs that it has started may be left, and keep its output open.
      this.child.once('exit', () => {
        const timer = setTimeout(() => {
          this.child.stdout!.destroy();
          this.child.stderr!.destroy();
        }, OUTPUT_WITHIN_MS);
        this.child.once('close', () => {
          clearTimeout(timer);
        });
      });
      this.child.once('close', (code, signal) => {
        this.failure ??= `Prometheus ended ${signal ? `by ${signal}` : `with exit code ${code}`}${this.lastText()}`;
        done();
      });
    });
    this.api = new PrometheusApi(`http://127.0.0.1:${port}`, () => this.explained());
    this.watcher = this.watch();
    // It does not keep this process running if it is not stopped.
    for (const one of [this.child, this.child.stdout as Socket, this.child.stderr as Socket]) one.unref();
    process.on('exit', this.remove);
    for (const signal of ENDING_SIGNALS) process.on(signal, this.onSignal);
  }

  /** The process, for callers that monitor it. */
  get pid(): number | undefined {
    return this.child.pid;
  }

  /** Ends it and removes what it wrote. May be called again. */
  async stop(): Promise<void> {
    this.stopping = true;
    if (this.failure === undefined) {
      this.kill('SIGTERM');
      // Unlike this timer, a process that is not waited for does not keep this one running.
      const timer = setTimeout(() => {
        this.child.ref();
        this.kill('SIGKILL');
      }, STOP_WITHIN_MS);
      await this.ended;
      clearTimeout(timer);
    }
    this.remove();
    process.off('exit', this.remove);
    for (const signal of ENDING_SIGNALS) process.off(signal, this.onSignal);
  }

  /** Without waiting: the last thing that a process does. */
  private readonly remove = (): void => {
    this.watcher?.kill('SIGKILL');
    this.kill('SIGKILL');
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 20 });
  };

  /** Signals the process and all that it has started. */
  private kill(signal: NodeJS.Signals): void {
    const { pid } = this.child;
    if (pid === undefined) return;
    if (!GROUPS) {
      this.child.kill(signal);
      return;
    }
    try {
      process.kill(-pid, signal);
    } catch {
      // There is none of them any more.
    }
  }

  /** A shell that waits until this process has ended, even by SIGKILL, and then cleans up. */
  private watch(): ChildProcess | undefined {
    if (!GROUPS || this.child.pid === undefined) return undefined;
    const script = 'cat; kill -9 "-$0"; rm -rf "$1"';
    const watcher = spawn('/bin/sh', ['-c', script, String(this.child.pid), this.folder], {
      stdio: ['pipe', 'ignore', 'ignore'],
      // In its own process group, so that a terminal does not interrupt it.
      detached: true,
    });
    watcher.on('error', () => undefined);
    watcher.stdin!.on('error', () => undefined);
    watcher.unref();
    (watcher.stdin as Socket).unref();
    return watcher;
  }

  private readonly onSignal = (signal: NodeJS.Signals): void => {
    void this.stop().then(() => {
      this.options.interrupted?.(signal);
      // Without another handler, the signal has its default effect.
      if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
    });
  };

  private async untilReady(): Promise<void> {
    const until = Date.now() + READY_WITHIN_MS;
    while (Date.now() < until) {
      if (this.failure !== undefined) throw new PrometheusFailed(`${this.failure}\nIs ${this.binary} Prometheus?`);
      if (await this.api.isReady()) return;
      await Promise.race([this.ended, new Promise((done) => setTimeout(done, 20))]);
    }
    throw new PrometheusFailed(
      `Prometheus does not answer within ${READY_WITHIN_MS / 1000} s${this.lastText()}\nIs ${this.binary} Prometheus?`,
    );
  }

  /** Why a request got no response. */
  private async explained(): Promise<Error> {
    // The connection breaks a moment before the process has ended.
    await Promise.race([this.ended, new Promise((done) => setTimeout(done, 500))]);
    if (this.stopping) return new PrometheusFailed('interrupted: Prometheus was stopped');
    return new PrometheusFailed(this.failure ?? `Prometheus does not answer any more${this.lastText()}`);
  }

  private lastText(): string {
    const lines = this.output.trim().split('\n').slice(-5).join('\n  ');
    return lines === '' ? '' : `; its last words:\n  ${lines}`;
  }
}

function freePort(): Promise<number> {
  return new Promise((done, failed) => {
    const server = createServer();
    server.once('error', failed);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => done(port));
    });
  });
}
