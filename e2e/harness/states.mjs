// Rollouts in the states that random updates do not reach, each with what `explain` must say of it.
import { sleep } from './processes.mjs';

const ROLLOUT = 'argoproj.io/v1alpha1';

const templateOf = (name, query, more = {}) => ({
  apiVersion: ROLLOUT,
  kind: 'AnalysisTemplate',
  metadata: { name },
  spec: {
    metrics: [
      {
        name: 'share',
        successCondition: 'len(result) > 0 && result[0] < 0.5',
        provider: { prometheus: { address: '', query } },
        ...more,
      },
    ],
  },
});

const rolloutOf = (name, tag, canary, more = {}) => ({
  apiVersion: ROLLOUT,
  kind: 'Rollout',
  metadata: { name },
  spec: {
    replicas: 1,
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: { containers: [{ name: 'app', image: `registry.example.com/${name}:${tag}` }] },
    },
    strategy: { canary },
    ...more,
  },
});

const analysis = (templateName) => ({ analysis: { templates: [{ templateName }] } });
const FRACTIONS = { maxSurge: 1, maxUnavailable: 0 };

/** `template` is the analysis, `tag` the image of the update, `until` the state that is waited for. */
export const STATES = [
  {
    name: 'invalid-spec',
    canary: { steps: [{ setWeight: 20 }] },
    then: { maxSurge: 0, maxUnavailable: 0, steps: [{ setWeight: 20 }] },
    until: ({ conditions = [] }) => conditions.some(({ type }) => type === 'InvalidSpec'),
    code: 1,
    says: [/refuses the spec/, /MaxUnavailable/],
  },
  {
    name: 'no-progress',
    canary: { ...FRACTIONS, steps: [{ setWeight: 100 }] },
    tag: 'never-ready',
    more: { progressDeadlineSeconds: 6, minReadySeconds: 1 },
    until: ({ phase }) => phase === 'Degraded',
    code: 1,
    says: [/progress/i, /0 of 1 pods available/],
  },
  {
    name: 'bad-query',
    template: templateOf('bad-query', 'sum(rate(', { consecutiveErrorLimit: 0 }),
    canary: { ...FRACTIONS, steps: [{ setWeight: 100 }, analysis('bad-query')] },
    until: ({ abort }) => abort,
    code: 1,
    says: [/was aborted/, /Prometheus does not accept the query/, /Pull request: Revert bad-query/],
  },
  {
    name: 'failed-experiment',
    template: templateOf('failed-experiment', 'vector(1)'),
    canary: {
      ...FRACTIONS,
      steps: [
        {
          experiment: {
            duration: '30s',
            templates: [{ name: 'canary', specRef: 'canary' }],
            analyses: [{ name: 'share', templateName: 'failed-experiment' }],
          },
        },
      ],
    },
    until: ({ abort }) => abort,
    code: 1,
    says: [/was aborted/, /measured \[1\]/],
  },
  {
    name: 'manual-pause',
    canary: { ...FRACTIONS, steps: [{ setWeight: 100 }, { pause: {} }] },
    until: ({ phase }) => phase === 'Paused',
    code: 1,
    says: [/is paused at step 2 of 2/, /promote manual-pause/],
  },
];

/** Brings each Rollout into its state. */
export async function otherStates({ plane, prometheus, namespace }) {
  const apply = (manifest) => plane.kube.apply(manifest, namespace);
  const statusOf = async (name) => {
    const path = await plane.kube.pathOf({ apiVersion: ROLLOUT, kind: 'Rollout' }, namespace, name);
    return (await plane.kube.call('GET', path)).status ?? {};
  };
  return Promise.all(
    STATES.map(async ({ name, template, canary, then, tag = 'v2', more, until, code, says }) => {
      if (template) {
        template.spec.metrics[0].provider.prometheus.address = prometheus.url;
        await apply(template);
      }
      await apply(rolloutOf(name, 'v1', canary, more));
      let reached = await looked(
        () => statusOf(name),
        ({ phase }) => phase === 'Healthy',
      );
      if (reached) {
        await apply(rolloutOf(name, tag, then ?? canary, more));
        reached = await looked(() => statusOf(name), until);
      }
      return { name, code, says, reached };
    }),
  );
}

/** Whether a state is reached within a minute. */
async function looked(state, wanted) {
  for (const deadline = Date.now() + 60_000; Date.now() < deadline; await sleep(250)) {
    if (wanted(await state())) return true;
  }
  return false;
}
