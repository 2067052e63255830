// What a kubelet and a sidecar would do, as far as a rollout can see it: pods become ready, serve metrics, and go away.
// A pod's address is 10.200.x.y for the API server, which takes no loopback addresses, and 127.200.x.y on this machine.
import { createServer } from 'node:http';
import { PodMetrics } from './metrics.mjs';
import { sleep } from './processes.mjs';

const NODE = 'node-1';
const SIDECAR_PORT = 15020;

/** `ghcr.io/acme/shop:errors-5` fails 5 % of its requests; the tag `silent` has no metrics of its requests, and `initialised` counts from zero. */
export function behaviourOf(pod) {
  const tag = pod.spec.containers.map(({ image }) => image.split(':').pop()).join(' ');
  return {
    errorRate: Number(/errors-([\d.]+)/.exec(tag)?.[1] ?? 0) / 100,
    silent: /silent/.test(tag),
    initialised: /initialised/.test(tag),
    starts: !/never-ready/.test(tag),
  };
}

export class Pods {
  #addresses = 0;
  #known = new Map();
  #stopped = false;

  constructor(kube, { startSeconds }) {
    this.kube = kube;
    this.startSeconds = startSeconds;
  }

  async run() {
    await this.kube.apply({
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name: NODE },
    });
    this.loop = this.#loop();
  }

  async stop() {
    this.#stopped = true;
    await this.loop;
    for (const { server } of this.#known.values()) server?.close();
  }

  /** The pods that serve, with their counters. */
  serving = () => [...this.#known.values()].filter(({ ready }) => ready);

  async #loop() {
    while (!this.#stopped) {
      try {
        await this.#pass();
      } catch (error) {
        // The next pass tries again; an API server that is gone ends the run elsewhere.
        if (process.env.E2E_DEBUG) console.error(error);
      }
      await sleep(150);
    }
  }

  async #pass() {
    const pods = await this.kube.list('/api/v1/pods');
    const uids = new Set(pods.map(({ metadata }) => metadata.uid));
    for (const [uid, { server }] of this.#known) {
      if (uids.has(uid)) continue;
      server?.close();
      this.#known.delete(uid);
    }
    await Promise.all(pods.map((pod) => this.#look(pod)));
  }

  async #look(pod) {
    const { uid, name, namespace, deletionTimestamp } = pod.metadata;
    const path = `/api/v1/namespaces/${namespace}/pods/${name}`;
    const known = this.#known.get(uid);
    if (deletionTimestamp) {
      if (known) known.ready = false;
      await this.kube
        .call('DELETE', path, { apiVersion: 'v1', kind: 'DeleteOptions', gracePeriodSeconds: 0 })
        .catch(gone);
    } else if (!known) {
      await this.#begin(pod, path);
    } else {
      known.pod = pod;
      if (!known.ready && behaviourOf(pod).starts && Date.now() >= known.readyAt) await this.#ready(known, path);
    }
  }

  async #begin(pod, path) {
    const number = ++this.#addresses;
    const tail = `200.${number >> 8}.${number & 255}`;
    const metrics = new PodMetrics(behaviourOf(pod));
    const known = { pod, metrics, address: `10.${tail}`, ready: false, readyAt: Date.now() + this.startSeconds * 1000 };
    this.#known.set(pod.metadata.uid, known);
    const ports = pod.spec.containers.flatMap(({ ports: all = [] }) => all).map(({ containerPort }) => containerPort);
    // An injected sidecar serves the app's metrics on a port of its own.
    known.server = await listen(`127.${tail}`, [...new Set([...ports, SIDECAR_PORT])], metrics);
    const target = { apiVersion: 'v1', kind: 'Node', name: NODE };
    const { name, namespace } = pod.metadata;
    const binding = { apiVersion: 'v1', kind: 'Binding', metadata: { name, namespace }, target };
    if (!pod.spec.nodeName) await this.kube.call('POST', `${path}/binding`, binding).catch(gone);
    await this.#status(known, path, false);
  }

  async #ready(known, path) {
    known.ready = true;
    await this.#status(known, path, true);
  }

  async #status({ pod, address }, path, ready) {
    const now = new Date().toISOString();
    const job = pod.metadata.ownerReferences?.some(({ kind }) => kind === 'Job');
    const status = {
      phase: job && ready ? 'Succeeded' : 'Running',
      podIP: address,
      podIPs: [{ ip: address }],
      hostIP: '10.0.0.1',
      startTime: now,
      conditions: ['Initialized', 'ContainersReady', 'Ready', 'PodScheduled'].map((type) => ({
        type,
        status: ready || type === 'PodScheduled' ? 'True' : 'False',
        lastTransitionTime: now,
      })),
      containerStatuses: pod.spec.containers.map(({ name, image }) => ({
        ...{ name, image, imageID: '', ready, restartCount: 0, started: ready },
        state: job && ready ? { terminated: { exitCode: 0, startedAt: now } } : { running: { startedAt: now } },
      })),
    };
    await this.kube.mergePatch(`${path}/status`, { status }).catch(gone);
  }
}

/** A pod that went away between two looks is no error. */
function gone(error) {
  if (error.status !== 404 && error.status !== 409) throw error;
}

async function listen(host, ports, metrics) {
  const servers = await Promise.all(
    ports.map(
      (port) =>
        new Promise((done) => {
          const server = createServer((_, answer) => {
            answer.setHeader('content-type', 'text/plain; version=0.0.4');
            answer.end(metrics.text());
          });
          // A port that cannot be had leaves the pod without metrics, which Prometheus then shows.
          server.on('error', () => done(undefined));
          server.listen(port, host, () => done(server));
        }),
    ),
  );
  return { close: () => servers.forEach((server) => (server?.closeAllConnections(), server?.close())) };
}
