// What a Rollout goes through, looked at several times a second.
import { sleep } from './processes.mjs';

const EVERY_MILLISECONDS = 150;

/** The states of all Rollouts of a namespace, from now on. */
export class Traces {
  #stopped = false;
  #begun = Date.now();
  #states = new Map();

  constructor(kube, namespace) {
    this.kube = kube;
    this.namespace = namespace;
  }

  run() {
    this.loop = this.#loop();
  }

  async stop() {
    this.#stopped = true;
    await this.loop;
  }

  /** The states of one Rollout, in order; `at` is seconds since `run`. */
  of = (name) => this.#states.get(name) ?? [];

  /** The newest state of one. */
  last = (name) => this.of(name).at(-1);

  async #loop() {
    while (!this.#stopped) {
      const [rollouts, routes] = await Promise.all([
        this.kube.list(`/apis/argoproj.io/v1alpha1/namespaces/${this.namespace}/rollouts`),
        this.kube.list(`/apis/networking.istio.io/v1/namespaces/${this.namespace}/virtualservices`),
      ]);
      const at = (Date.now() - this.#begun) / 1000;
      for (const rollout of rollouts) this.#add(rollout, routes, at);
      await sleep(EVERY_MILLISECONDS);
    }
  }

  #add(rollout, routes, at) {
    const { name } = rollout.metadata;
    const states = this.#states.get(name) ?? [];
    this.#states.set(name, states);
    const state = { at, ...stateOf(rollout, routes) };
    const { at: _before, ...last } = states.at(-1) ?? {};
    const { at: _now, ...now } = state;
    if (JSON.stringify(last) !== JSON.stringify(now)) states.push(state);
  }
}

/** What can be compared with a plan. */
function stateOf({ metadata, spec, status = {} }, routes) {
  const canary = spec.strategy.canary;
  const route = routes.find((one) => one.metadata.name === canary?.trafficRouting?.istio?.virtualService?.name);
  const weight = route?.spec.http
    .flatMap(({ route: to = [] }) => to)
    .find(({ destination }) => destination.host === canary.canaryService)?.weight;
  return {
    current: String(metadata.generation) === String(status.observedGeneration),
    phase: status.phase,
    message: status.message ?? '',
    step: status.currentStepIndex,
    weight,
    aborted: status.abort === true,
    promoted: status.phase === 'Healthy' && status.stableRS !== undefined && status.stableRS === status.currentPodHash,
    stable: status.stableRS,
  };
}
