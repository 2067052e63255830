// The programs of the control plane, built from their Go modules.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { missing, pathOf } from '../../conformance/harness/oracles.mjs';
import { prepareModule } from '../../conformance/harness/releases.mjs';

const FOLDER = 'e2e/control-plane';
export const BIN = resolve('build/e2e/bin');
const KUBERNETES = ['kube-apiserver', 'kube-controller-manager'];

/** Programs that the machine itself must have, with the Debian package of each. */
const INSTALLED = { etcd: 'etcd-server', prometheus: 'prometheus', kubectl: 'kubernetes-client' };

/** Why the run cannot start on this machine, one line each. */
export function missingPrograms() {
  const go = missing();
  const found = (name) => spawnSync('which', [name]).status === 0;
  return [
    ...(go === undefined ? [] : [go.replace(/^conformance/, 'e2e')]),
    ...Object.entries(INSTALLED)
      .filter(([name]) => !found(name))
      .map(([name, from]) => `e2e: ${name} is not installed (Debian package ${from})`),
  ];
}

/** Builds the API server, the controller manager, and the controller of each release. */
export function buildControlPlane(releases) {
  mkdirSync(BIN, { recursive: true });
  goBuild(['-o', `${BIN}/`, ...KUBERNETES.map((name) => `k8s.io/kubernetes/cmd/${name}`)]);
  for (const release of releases) {
    const module = `releases/${release}.mod`;
    prepareModule(join(FOLDER, module));
    const from = 'github.com/argoproj/argo-rollouts/cmd/rollouts-controller';
    goBuild([`-modfile=${module}`, '-o', controllerOf(release), from]);
  }
}

/** Where the controller of a release is built to. */
export const controllerOf = (release) => join(BIN, `rollouts-controller-${release}`);

/** The program that makes the Prometheus Operator's configuration. */
export const operatorProgram = () => pathOf('prometheus');

function goBuild(args) {
  const { status } = spawnSync('go', ['build', ...args], {
    cwd: FOLDER,
    env: { ...process.env, GOFLAGS: '-mod=readonly' },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (status !== 0) throw new Error(`go build ${args.join(' ')} failed`);
}

/** The version of Kubernetes that go.mod pins. */
export const kubernetesVersion = () =>
  /k8s\.io\/kubernetes (v\S+)/.exec(readFileSync(join(FOLDER, 'go.mod'), 'utf8'))[1];
