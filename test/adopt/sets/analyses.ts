import {
  ManifestSet,
  APP,
  rollout,
  service,
  services,
  virtualService,
  analysis,
  prometheus,
  success,
  both,
  istio,
  byIstio,
  judged,
} from './build';

/** Sets of analyses and steps. */
export const ANALYSES: readonly ManifestSet[] = [
  // What judges.
  {
    name: 'a share of successes',
    objects: judged({ successCondition: 'len(result) > 0 && result[0] >= 0.95', provider: prometheus(success) }),
  },
  {
    name: 'both conditions',
    objects: judged({
      successCondition: 'len(result) > 0 && result[0] >= 0.99',
      failureCondition: 'len(result) > 0 && result[0] < 0.95',
      inconclusiveLimit: 2,
      provider: prometheus(success),
    }),
  },
  {
    name: 'arguments',
    objects: judged(
      {
        successCondition: 'len(result) > 0 && result[0] <= 0.5',
        provider: prometheus(
          'histogram_quantile(0.9, sum by (le) (rate(http_request_duration_seconds_bucket{service="{{args.service}}"}[5m])))',
        ),
      },
      [{ name: 'service' }],
      { args: [{ name: 'service', value: `${APP}-canary` }] },
    ),
  },
  {
    name: 'a web answer',
    objects: judged({
      successCondition: 'result.ok == true',
      provider: { web: { url: 'https://status.example.com/ledger', jsonPath: '{$.data}', timeoutSeconds: 5 } },
    }),
  },
  {
    name: 'a Job',
    objects: judged({
      interval: undefined,
      count: 1,
      provider: {
        job: {
          spec: {
            backoffLimit: 0,
            template: {
              spec: { restartPolicy: 'Never', containers: [{ name: 'smoke', image: 'registry.example.com/smoke:3' }] },
              metadata: {
                labels: { 'sidecar.istio.io/inject': 'false' },
                annotations: { 'sidecar.istio.io/inject': 'false' },
              },
            },
          },
        },
      },
    }),
  },
  {
    name: 'Datadog',
    objects: judged({
      successCondition: 'default(result, 0) <= 0.01',
      provider: { datadog: { apiVersion: 'v2', interval: '5m', query: 'sum:requests.error.rate{service:ledger}' } },
    }),
  },
  {
    name: 'New Relic',
    objects: judged({
      successCondition: 'result.rate >= 0.95',
      provider: {
        newRelic: {
          profile: 'prod',
          query: 'FROM Transaction SELECT percentage(count(*), WHERE httpResponseCode != 500) as rate',
        },
      },
    }),
  },
  {
    name: 'a background analysis',
    objects: [
      rollout(byIstio({ analysis: { templates: [{ templateName: 'health' }], startingStep: 2 } })),
      ...services(),
      virtualService(),
      analysis('health', [
        {
          name: 'health',
          interval: '1m',
          failureLimit: 3,
          successCondition: 'len(result) > 0 && result[0] >= 0.95',
          provider: prometheus(success),
        },
      ]),
    ],
  },
  // Steps.
  {
    name: 'a canary scale',
    objects: [
      rollout(
        byIstio({
          steps: [
            { setCanaryScale: { replicas: 1 } },
            { setWeight: 10 },
            { pause: { duration: '10m' } },
            { setCanaryScale: { matchTrafficWeight: true } },
            { setWeight: 50 },
            { pause: { duration: 60 } },
          ],
        }),
      ),
      ...services(),
      virtualService(),
    ],
  },
  {
    name: 'a header route',
    objects: [
      rollout({
        canary: {
          ...both,
          trafficRouting: { ...istio, managedRoutes: [{ name: 'beta' }] },
          steps: [
            { setCanaryScale: { replicas: 1 } },
            { setHeaderRoute: { name: 'beta', match: [{ headerName: 'x-beta', headerValue: { exact: 'yes' } }] } },
            { pause: {} },
            { setHeaderRoute: { name: 'beta' } },
            { setWeight: 50 },
            { pause: { duration: '5m' } },
          ],
        },
      }),
      ...services(),
      virtualService(),
    ],
  },
  {
    name: 'an experiment',
    objects: [
      rollout(
        byIstio({
          steps: [
            {
              experiment: {
                duration: '10m',
                templates: [
                  { name: 'baseline', specRef: 'stable' },
                  { name: 'canary', specRef: 'canary' },
                ],
                analyses: [{ name: 'compare', templateName: 'health' }],
              },
            },
            { setWeight: 50 },
            { pause: {} },
          ],
        }),
      ),
      ...services(),
      virtualService(),
      analysis('health', [
        {
          name: 'health',
          interval: '1m',
          count: 5,
          failureLimit: 1,
          successCondition: 'len(result) > 0 && result[0] >= 0.95',
          provider: prometheus(success),
        },
      ]),
    ],
  },
  {
    name: 'no steps',
    objects: [rollout({ canary: { maxSurge: '25%' } }), service(APP)],
    refused: 'its canary strategy has no steps',
  },
  { name: 'no strategy', objects: [rollout({})], refused: 'it has no strategy' },
  {
    name: 'delays, history and anti-affinity',
    objects: [
      rollout(
        byIstio({
          scaleDownDelaySeconds: 120,
          abortScaleDownDelaySeconds: 60,
          antiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: { weight: 50 } },
        }),
        {
          revisionHistoryLimit: 3,
          progressDeadlineSeconds: 900,
          minReadySeconds: 20,
          rollbackWindow: { revisions: 2 },
        },
      ),
      ...services(),
      virtualService(),
    ],
  },
  {
    name: 'metadata of canary and stable pods',
    objects: [
      rollout(
        byIstio({ canaryMetadata: { labels: { role: 'canary' } }, stableMetadata: { labels: { role: 'stable' } } }),
      ),
      ...services(),
      virtualService(),
    ],
  },
];
