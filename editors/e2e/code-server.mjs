// Installs code-server, which is Visual Studio Code on a web page, and runs it with one extension.
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

const CODE_SERVER = '4.139.1';
/** The release of Node.js that this release of code-server runs on. */
const NODE = '24.22.3';
/** Until the server answers, in milliseconds. */
const START = 60_000;

const SETTINGS = {
  'chat.disableAIFeatures': true,
  'editor.acceptSuggestionOnEnter': 'on',
  'editor.minimap.enabled': false,
  'extensions.autoCheckUpdates': false,
  'files.autoSave': 'off',
  'security.workspace.trust.enabled': false,
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
};

/**
 * Installs code-server from the npm registry.
 *
 * Install scripts do not run: they compile modules for log files and for a watchdog, without which the editor works.
 *
 * @param folder is used again if an earlier run has filled it
 */
export function installCodeServer(folder) {
  const npm = (cwd, ...args) =>
    execFileSync('npm', ['install', '--ignore-scripts', '--omit=dev', '--no-audit', '--no-fund', '--silent', ...args], {
      cwd,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  const done = join(folder, 'installed');
  const node = `node-${process.platform}-${process.arch}`;
  const root = join(folder, 'node_modules/code-server');
  if (!existsSync(done)) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
    npm(folder, '--force', `code-server@${CODE_SERVER}`, `${node}@${NODE}`);
    npm(join(root, 'lib/vscode'));
    npm(join(root, 'lib/vscode/extensions'));
    writeFileSync(done, '');
  }
  return { node: join(folder, 'node_modules', node, 'bin/node'), program: join(root, 'out/node/entry.js') };
}

/** One user's editor: its settings, its extensions, and the server that shows it. */
export class CodeServer {
  /**
   * @param installed what `installCodeServer` returns
   * @param home an empty folder for settings and extensions
   * @param programs a folder whose programs the extension finds by their names
   */
  constructor(installed, home, programs) {
    const { node, program } = installed;
    const settings = join(home, 'data/User/settings.json');
    mkdirSync(dirname(settings), { recursive: true });
    writeFileSync(settings, JSON.stringify(SETTINGS));
    this.node = node;
    this.args = [
      program,
      ...['--config', join(home, 'config.yaml'), '--user-data-dir', join(home, 'data')],
      ...['--extensions-dir', join(home, 'extensions')],
    ];
    const path = [programs, dirname(node), process.env.PATH].join(delimiter);
    // The editor takes the environment of a login shell.
    writeFileSync(join(home, '.profile'), `export PATH='${path}'\n`);
    this.env = { ...process.env, PATH: path, HOME: home, SHELL: '/bin/sh', XDG_CONFIG_HOME: home, XDG_DATA_HOME: home };
  }

  /** Installs a packed extension. Returns the names of all that are installed. */
  install(extension) {
    this.run('--install-extension', extension);
    return this.run('--list-extensions').split('\n').filter(Boolean);
  }

  run(...args) {
    const stdio = ['ignore', 'pipe', 'ignore'];
    return execFileSync(this.node, [...this.args, ...args], { env: this.env, stdio, encoding: 'utf8' });
  }

  /** Starts the server. Returns its address as soon as it answers. */
  async start() {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}/`;
    const only = ['--auth', 'none', '--disable-telemetry', '--disable-update-check', '--bind-addr'];
    let log = '';
    this.process = spawn(this.node, [...this.args, ...only, `127.0.0.1:${port}`], {
      env: this.env,
      // Its children end with it.
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.process.stdout, this.process.stderr]) stream.on('data', (data) => (log += data));
    for (const until = Date.now() + START; Date.now() < until; await wait(200)) {
      if (this.process.exitCode !== null) break;
      const answer = await fetch(`${url}healthz`).catch(() => undefined);
      if (answer?.ok) return url;
    }
    throw new Error(`code-server does not start:\n${log}`);
  }

  stop() {
    if (this.process?.exitCode !== null) return;
    process.kill(-this.process.pid, 'SIGKILL');
  }
}

function freePort() {
  return new Promise((done, failed) => {
    const server = createServer().once('error', failed);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });
}
