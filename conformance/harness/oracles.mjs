// The systems' own code, as processes that answer one JSON line with another.
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { RELEASES, TAGS, prepareModule } from './releases.mjs';

const FOLDER = 'build/conformance';

/** The releases of conformance/prometheus-releases; their modules have versions 0.316.0 and 0.42.0. */
export const PROMETHEUS_3 = '3.16.0';
export const PROMETHEUS_2 = '2.42.0';

/**
 * The releases of Argo CD that are asked, oldest first. The engine of 3.3 to 3.5 is a folder of their repository, of which
 * one state is published as a module: that of 3.5.7. 3.4.5 is built with it; 3.3 and 3.4.4 cannot be.
 */
const ALL_ARGO_CD_RELEASES = ['3.1.9', '3.4.5', '3.5.7', '3.6.1'];

/** Build tags for sources that differ with what a release is built from. */
const ARGO_CD_TAGS = { '3.1.9': 'argo_cd_3_1', '3.6.1': 'argo_cd_3_6' };

/** The Go version that a release needs, if it is newer than that of the other programs. */
const ARGO_CD_TOOLCHAINS = { '3.6.1': 'go1.27.0' };

const toolchainFor = (release) => (release in ARGO_CD_TOOLCHAINS ? { GOTOOLCHAIN: ARGO_CD_TOOLCHAINS[release] } : {});

/** Whether a release can be built here. Go downloads the toolchain that it needs, where it may and can. */
function isBuildable(release) {
  const toolchain = ARGO_CD_TOOLCHAINS[release];
  if (toolchain === undefined) return true;
  const { status } = spawnSync('go', ['version'], { env: { ...process.env, GOTOOLCHAIN: toolchain }, stdio: 'ignore' });
  if (status !== 0)
    console.log(`conformance: ${toolchain} cannot be downloaded, so Argo CD ${release} is not compared`);
  return status === 0;
}

let buildable;
/** The releases of Argo CD that can be asked here, oldest first. */
export const argoCdReleases = () => (buildable ??= ALL_ARGO_CD_RELEASES.filter(isBuildable));

/** Whether a release is left out that a report should have. */
export const lacksRelease = () => argoCdReleases().length < ALL_ARGO_CD_RELEASES.length;

/** What is asked of whom. Of Argo Rollouts there is one program a release, from the same sources. */
const PROGRAMS = {
  ...Object.fromEntries(
    RELEASES.map((release) => [
      `rollouts-${release}`,
      {
        folder: 'conformance/rollouts',
        module: `releases/${release}.mod`,
        tags: TAGS[release],
        args: ['-schemas', 'imports/schemas'],
      },
    ]),
  ),
  ...Object.fromEntries(
    ALL_ARGO_CD_RELEASES.map((release) => [
      `argo-cd-${release}`,
      {
        folder: 'conformance/argo-cd',
        module: `releases/${release}.mod`,
        tags: ARGO_CD_TAGS[release],
        env: toolchainFor(release),
        args: release in ARGO_CD_TOOLCHAINS ? ['-schemas', 'imports/schemas'] : [],
      },
    ]),
  ),
  istio: { folder: 'conformance/istio', args: [] },
  prometheus: { folder: 'conformance/prometheus', args: [] },
  yaml: { folder: 'conformance/yaml', args: [] },
  grafana: { folder: 'conformance/grafana', args: [] },
  [`scrape-${PROMETHEUS_3}`]: {
    folder: 'conformance/prometheus-releases',
    module: `releases/${PROMETHEUS_3}.mod`,
    // As below, so that no package is compiled twice.
    tags: 'remove_all_sd,netgo',
    env: { CGO_ENABLED: '0' },
    args: [],
  },
  [`scrape-${PROMETHEUS_2}`]: {
    folder: 'conformance/prometheus-releases',
    module: `releases/${PROMETHEUS_2}.mod`,
    tags: 'prometheus_2,remove_all_sd,netgo',
    env: { CGO_ENABLED: '0' },
    args: [],
  },
  ...Object.fromEntries(
    ['prometheus', 'promtool'].map((command) => [
      `${command}-${PROMETHEUS_3}`,
      {
        folder: 'conformance/prometheus-releases',
        module: `releases/${PROMETHEUS_3}.mod`,
        package: `github.com/prometheus/prometheus/cmd/${command}`,
        // Nothing is discovered, and a static program needs no C compiler.
        tags: 'remove_all_sd,netgo',
        env: { CGO_ENABLED: '0' },
        flags: [`-ldflags=-s -w -X github.com/prometheus/common/version.Version=${PROMETHEUS_3}`],
        args: [],
      },
    ]),
  ),
};

/** Where a program is built to. */
export const pathOf = (name) => resolve(FOLDER, name);

/** Why the systems cannot be asked on this machine, in one line; undefined where they can. */
export function missing() {
  const { status, stdout } = spawnSync('go', ['env', 'GOVERSION'], { encoding: 'utf8' });
  if (status !== 0) return 'conformance: Go is not installed; it needs Go 1.26 or newer (https://go.dev/dl)';
  const [, major, minor] = /^go(\d+)\.(\d+)/.exec(stdout.trim()) ?? [];
  if (Number(major) > 1 || Number(minor) >= 26) return undefined;
  return `conformance: ${stdout.trim()} is installed; it needs Go 1.26 or newer (https://go.dev/dl)`;
}

/** Builds the programs that are named, and says how many seconds each took. */
export function build(names = Object.keys(PROGRAMS)) {
  mkdirSync(FOLDER, { recursive: true });
  const seconds = {};
  for (const name of names) {
    const start = performance.now();
    const out = resolve(FOLDER, name);
    const { folder, module, tags, package: command = '.', flags: more = [], env = {} } = PROGRAMS[name];
    if (module) prepareModule(join(folder, module));
    const flags = [...(module ? [`-modfile=${module}`] : []), ...(tags ? [`-tags=${tags}`] : []), ...more];
    const { status } = spawnSync('go', ['build', ...flags, '-o', out, command], {
      cwd: folder,
      env: { ...process.env, GOFLAGS: '-mod=readonly', ...env },
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    if (status !== 0) throw new Error(`go build in ${PROGRAMS[name].folder} failed`);
    seconds[name] = (performance.now() - start) / 1000;
  }
  return seconds;
}

/** Versions of what the programs are built from, as go.mod pins them. `release` is that of Argo Rollouts. */
export function versions(release) {
  const rollouts = `rollouts-${release}`;
  const read = (name, wanted) => {
    const { folder, module, env = {} } = PROGRAMS[name];
    const from = module ? [`-modfile=${module}`] : [];
    const { stdout } = spawnSync('go', ['list', '-m', ...from, '-f', '{{.Version}}', wanted], {
      cwd: folder,
      env: { ...process.env, ...env },
      encoding: 'utf8',
    });
    return stdout.trim();
  };
  return {
    'github.com/argoproj/argo-rollouts': read(rollouts, 'github.com/argoproj/argo-rollouts'),
    'k8s.io/kubernetes': read(rollouts, 'k8s.io/kubernetes'),
    'k8s.io/apiextensions-apiserver': read(rollouts, 'k8s.io/apiextensions-apiserver'),
    'sigs.k8s.io/yaml': read('yaml', 'sigs.k8s.io/yaml'),
    'github.com/argoproj/argo-cd/v3': read(`argo-cd-${argoCdReleases().at(-1)}`, 'github.com/argoproj/argo-cd/v3'),
    'github.com/grafana/grafana-foundation-sdk/go': read('grafana', 'github.com/grafana/grafana-foundation-sdk/go'),
    'istio.io/istio': read('istio', 'istio.io/istio'),
    'github.com/prometheus/prometheus': read('prometheus', 'github.com/prometheus/prometheus'),
    'github.com/prometheus/prometheus (prometheus, promtool)': read(
      `prometheus-${PROMETHEUS_3}`,
      'github.com/prometheus/prometheus',
    ),
    'github.com/prometheus-operator/prometheus-operator': read(
      'prometheus',
      'github.com/prometheus-operator/prometheus-operator',
    ),
  };
}

/**
 * Several processes of one program. `ask` gives its verdict on one request; requests are spread over the processes, and
 * each process has at most a few in hand, so that none waits for long while another is idle.
 */
export class Oracle {
  constructor(name, count = availableParallelism()) {
    this.workers = Array.from({ length: count }, () => new Worker(name));
    this.waiting = [];
  }

  ask(request) {
    return new Promise((resolve, reject) => {
      this.waiting.push({ request, resolve, reject });
      this.#pass();
    });
  }

  close() {
    for (const worker of this.workers) worker.close();
  }

  #pass() {
    while (this.waiting.length > 0) {
      const worker = this.workers.reduce((least, one) => (one.inHand < least.inHand ? one : least));
      if (worker.inHand >= 4) return;
      const { request, resolve, reject } = this.waiting.shift();
      worker
        .ask(request)
        .then(resolve, reject)
        .finally(() => this.#pass());
    }
  }
}

class Worker {
  #next = 0;
  #asked = new Map();
  #ended;

  constructor(name) {
    this.name = name;
    this.process = spawn(join(FOLDER, name), PROGRAMS[name].args, { stdio: ['pipe', 'pipe', 'inherit'] });
    this.process.on('exit', (code, signal) => this.#failAll(new Error(`${name} ended (${signal ?? code})`)));
    this.process.on('error', (cause) => this.#failAll(cause));
    this.process.stdin.on('error', () => undefined); // reported by 'exit'
    createInterface({ input: this.process.stdout }).on('line', (line) => this.#answer(JSON.parse(line)));
  }

  get inHand() {
    return this.#asked.size;
  }

  ask(request) {
    if (this.#ended) return Promise.reject(this.#ended);
    const id = String(this.#next++);
    return new Promise((resolve, reject) => {
      this.#asked.set(id, { resolve, reject });
      this.process.stdin.write(`${JSON.stringify({ ...request, id })}\n`);
    });
  }

  close() {
    this.process.stdin.end();
  }

  #answer({ id, verdict, failed }) {
    const { resolve, reject } = this.#asked.get(id);
    this.#asked.delete(id);
    if (failed === undefined) resolve(verdict);
    else reject(new Error(`${this.name}: ${failed}`));
  }

  #failAll(cause) {
    this.#ended = cause;
    for (const { reject } of this.#asked.values()) reject(cause);
    this.#asked.clear();
  }
}
