import {
  ManifestSet,
  APP,
  meta,
  rollout,
  service,
  services,
  virtualService,
  analysis,
  prometheus,
  byIstio,
  deployment,
} from './build';

/** Sets of blue-green, and of a Deployment that a Rollout refers to. */
export const STRATEGIES: readonly ManifestSet[] = [
  // Blue-green.
  {
    name: 'blue-green, manual approval',
    objects: [
      rollout({
        blueGreen: { activeService: `${APP}-active`, previewService: `${APP}-preview`, autoPromotionEnabled: false },
      }),
      service(`${APP}-active`),
      service(`${APP}-preview`),
    ],
  },
  {
    name: 'blue-green, by itself after a time',
    objects: [
      rollout({
        blueGreen: {
          activeService: APP,
          previewService: `${APP}-preview`,
          autoPromotionSeconds: 300,
          scaleDownDelaySeconds: 60,
          previewReplicaCount: 1,
        },
      }),
      service(APP),
      service(`${APP}-preview`),
    ],
  },
  {
    name: 'blue-green, analyses around the promotion',
    objects: [
      rollout({
        blueGreen: {
          activeService: APP,
          previewService: `${APP}-preview`,
          autoPromotionEnabled: true,
          prePromotionAnalysis: {
            templates: [{ templateName: 'smoke' }],
            args: [{ name: 'service', value: `${APP}-preview` }],
          },
          postPromotionAnalysis: { templates: [{ templateName: 'smoke' }], args: [{ name: 'service', value: APP }] },
        },
      }),
      service(APP),
      service(`${APP}-preview`),
      analysis(
        'smoke',
        [
          {
            name: 'smoke',
            provider: prometheus('up{service="{{args.service}}"}'),
            successCondition: 'len(result) > 0 && result[0] == 1',
          },
        ],
        [{ name: 'service' }],
      ),
    ],
  },
  { name: 'blue-green, no preview', objects: [rollout({ blueGreen: { activeService: APP } }), service(APP)] },
  // A Deployment that the Rollout refers to.
  {
    name: 'workloadRef',
    objects: [
      {
        ...rollout(byIstio()),
        spec: {
          replicas: 3,
          workloadRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: APP, scaleDown: 'onsuccess' },
          strategy: byIstio(),
        },
      },
      deployment({ replicas: 0 }),
      ...services(),
      virtualService(),
    ],
  },
  {
    name: 'workloadRef to a Deployment of another name',
    objects: [
      {
        ...rollout(byIstio()),
        spec: {
          replicas: 3,
          workloadRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'ledger-pods' },
          strategy: byIstio(),
        },
      },
      { ...deployment(), metadata: meta('ledger-pods') },
      ...services(),
      virtualService(),
    ],
  },
  {
    name: 'workloadRef to what is not there',
    objects: [
      {
        ...rollout(byIstio()),
        spec: { workloadRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'gone' }, strategy: byIstio() },
      },
      ...services(),
      virtualService(),
    ],
    refused: 'it refers to Deployment gone, which is not among the files',
  },
];
