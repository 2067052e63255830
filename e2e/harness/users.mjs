// Users: requests that go where the VirtualServices and Services of the cluster send them.
import { sleep } from './processes.mjs';

const EVERY_MILLISECONDS = 250;

export class Users {
  #stopped = false;
  #last = Date.now();

  constructor(kube, pods, { perSecond }) {
    this.kube = kube;
    this.pods = pods;
    this.perSecond = perSecond;
  }

  run() {
    this.loop = this.#loop();
  }

  async stop() {
    this.#stopped = true;
    await this.loop;
  }

  async #loop() {
    while (!this.#stopped) {
      try {
        await this.#pass();
      } catch (error) {
        if (process.env.E2E_DEBUG) console.error(error);
      }
      await sleep(EVERY_MILLISECONDS);
    }
  }

  async #pass() {
    const [routes, services, rules] = await Promise.all(
      [
        '/apis/networking.istio.io/v1/virtualservices',
        '/api/v1/services',
        '/apis/networking.istio.io/v1/destinationrules',
      ].map((path) => this.kube.list(path)),
    );
    const now = Date.now();
    const requests = ((now - this.#last) / 1000) * this.perSecond;
    this.#last = now;
    for (const { metadata, spec } of routes) {
      const { namespace } = metadata;
      // Users call the first route that is no managed route; which path it matches does not matter here.
      const route = (spec.http ?? []).find(({ route: to = [] }) => to.length > 1) ?? spec.http?.[0];
      const destinations = route?.route ?? [];
      const total = destinations.reduce((sum, { weight = 0 }) => sum + weight, 0);
      for (const { destination, weight } of destinations) {
        const share = destinations.length === 1 ? 1 : (weight ?? 0) / (total || 1);
        const labels = labelsOf(destination, namespace, services, rules);
        if (labels && share > 0) this.#send(requests * share, namespace, labels);
      }
    }
  }

  #send(requests, namespace, labels) {
    const to = this.pods
      .serving()
      .filter(({ pod }) => pod.metadata.namespace === namespace && matches(pod.metadata.labels ?? {}, labels));
    for (const { metrics } of to) metrics.count(requests / to.length);
  }
}

/** The labels that a destination selects its pods by. */
function labelsOf({ host, subset }, namespace, services, rules) {
  const [name] = host.split('.');
  const service = services.find((one) => one.metadata.namespace === namespace && one.metadata.name === name);
  if (!service?.spec.selector) return undefined;
  const rule = rules.find((one) => one.metadata.namespace === namespace && one.spec.host.split('.')[0] === name);
  const labels = rule?.spec.subsets?.find((one) => one.name === subset)?.labels;
  return { ...service.spec.selector, ...labels };
}

const matches = (labels, wanted) => Object.entries(wanted).every(([name, value]) => labels[name] === value);
