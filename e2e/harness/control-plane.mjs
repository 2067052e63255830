// etcd, the API server, the controller manager and the controller of Argo Rollouts, on the loopback address.
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { BIN, controllerOf } from './build.mjs';
import { definitions, rolloutDefinitions } from './definitions.mjs';
import { Kube } from './kube.mjs';
import { freePort, start, stop, until } from './processes.mjs';

/** Controllers that the objects of this project need. */
const CONTROLLERS = [
  'replicaset-controller',
  'deployment-controller',
  'endpointslice-controller',
  'job-controller',
  'garbage-collector-controller',
  'serviceaccount-controller',
];

export class ControlPlane {
  /** Starts everything but the controller of Argo Rollouts. */
  static async start(folder) {
    const plane = new ControlPlane(folder);
    await plane.#start();
    return plane;
  }

  constructor(folder) {
    this.folder = folder;
    this.token = randomBytes(16).toString('hex');
    this.readerToken = randomBytes(16).toString('hex');
  }

  async #start() {
    const at = (name) => join(this.folder, name);
    const logs = (this.logs = at('logs'));
    mkdirSync(logs, { recursive: true });
    const [etcd, peer, api, manager] = await Promise.all([freePort(), freePort(), freePort(), freePort()]);
    start(
      'etcd',
      [
        ...['--data-dir', at('etcd')],
        ...['--listen-client-urls', `http://127.0.0.1:${etcd}`, '--advertise-client-urls', `http://127.0.0.1:${etcd}`],
        ...['--listen-peer-urls', `http://127.0.0.1:${peer}`, '--unsafe-no-fsync'],
      ],
      { logs },
    );
    const { privateKey, publicKey } = generateKeyPairSync('rsa', {
      modulusLength: 2048,
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
    });
    writeFileSync(at('sa.key'), privateKey, { mode: 0o600 });
    writeFileSync(at('sa.pub'), publicKey);
    const tokens = `${this.token},admin,admin,system:masters\n${this.readerToken},reader,reader\n`;
    writeFileSync(at('tokens.csv'), tokens, { mode: 0o600 });
    start(
      join(BIN, 'kube-apiserver'),
      [
        `--etcd-servers=http://127.0.0.1:${etcd}`,
        ...['--bind-address=127.0.0.1', `--secure-port=${api}`, `--cert-dir=${at('certificates')}`],
        ...['--authorization-mode=RBAC', `--token-auth-file=${at('tokens.csv')}`, '--anonymous-auth=false'],
        '--service-account-issuer=https://kubernetes.default.svc',
        ...[`--service-account-key-file=${at('sa.pub')}`, `--service-account-signing-key-file=${at('sa.key')}`],
        ...['--service-cluster-ip-range=10.96.0.0/16', '--endpoint-reconciler-type=none'],
        '--disable-admission-plugins=ServiceAccount',
      ],
      { logs },
    );
    this.url = `https://127.0.0.1:${api}`;
    const certificate = at('certificates/apiserver.crt');
    const kube = await until(
      'the API server',
      async () => {
        const client = new Kube({ url: this.url, ca: readFileSync(certificate), token: this.token });
        await client.call('GET', '/api/v1/namespaces/default');
        return client;
      },
      180,
    );
    this.kube = kube;
    this.certificate = certificate;
    this.kubeconfig = this.#writeKubeconfig('admin', this.token);
    this.readerKubeconfig = this.#writeKubeconfig('reader', this.readerToken);
    start(
      join(BIN, 'kube-controller-manager'),
      [
        ...[`--kubeconfig=${this.kubeconfig}`, `--controllers=${CONTROLLERS.join(',')}`, '--leader-elect=false'],
        ...['--bind-address=127.0.0.1', `--secure-port=${manager}`, `--cert-dir=${at('certificates')}`],
        ...[`--service-account-private-key-file=${at('sa.key')}`, '--kube-api-qps=200', '--kube-api-burst=400'],
      ],
      { logs },
    );
    await this.define(definitions());
  }

  #writeKubeconfig(user, token) {
    const path = join(this.folder, `${user}.kubeconfig`);
    const text = stringify({
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: 'e2e', cluster: { server: this.url, 'certificate-authority': this.certificate } }],
      users: [{ name: user, user: { token } }],
      contexts: [{ name: 'e2e', context: { cluster: 'e2e', user, namespace: 'default' } }],
      'current-context': 'e2e',
    });
    writeFileSync(path, text, { mode: 0o600 });
    return path;
  }

  /** Adds definitions of custom resources, and waits until the server serves them. */
  async define(all) {
    for (const one of all) await this.kube.apply(one);
    for (const { metadata } of all) {
      const path = `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${metadata.name}`;
      await until(`the definition ${metadata.name}`, async () => {
        const { status } = await this.kube.call('GET', path);
        return status.conditions.some(({ type, status: is }) => type === 'Established' && is === 'True');
      });
    }
  }

  /** Runs the controller of one release, in place of the one before. */
  async useRollouts(release) {
    if (this.controller) await stop(this.controller);
    await this.define(rolloutDefinitions(release));
    const [metrics, health] = await Promise.all([freePort(), freePort()]);
    // The flag was renamed in 1.9, and neither release takes the other's.
    const metricsFlag = release.startsWith('1.8.') ? '--metricsport' : '--metricsPort';
    this.controller = start(
      controllerOf(release),
      [
        ...[`--kubeconfig=${this.kubeconfig}`, '--leader-elect=false', '--loglevel=info'],
        ...[`${metricsFlag}=${metrics}`, `--healthzPort=${health}`, '--qps=200', '--burst=400'],
      ],
      { logs: this.logs, name: `rollouts-controller-${release}` },
    );
    await until(`the controller of Argo Rollouts ${release}`, async () => {
      const answer = await fetch(`http://127.0.0.1:${health}/healthz`);
      return answer.ok;
    });
  }
}
