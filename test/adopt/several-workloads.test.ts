import { parse } from 'yaml';
import { adoptAll } from '../../src/adopt/adopt';
import { deployment, manifestsOf, NS, object, type Obj, service } from './sets';

interface Spec {
  readonly replicas?: number;
  readonly autoscaling?: object;
}

/** A Deployment that is called as its Service and its pods. */
const named = (name: string, pod: object = {}, namespace = NS): Obj[] => [
  {
    ...deployment({
      selector: { matchLabels: { app: name } },
      replicas: 3,
      template: {
        metadata: { labels: { app: name } },
        spec: {
          containers: [{ name, image: `acme/${name}:1`, ports: [{ name: 'http', containerPort: 8080 }], ...pod }],
        },
      },
    }),
    metadata: { name, namespace },
  },
  { ...service(name, {}, { app: name }), metadata: { name, namespace } },
];

const alert = (...exprs: string[]): Obj => ({
  ...object('monitoring.coreos.com/v1', 'PrometheusRule', 'alerts', {
    groups: [{ name: 'all', rules: exprs.map((expr, i) => ({ alert: `Alert${i}`, expr })) }],
  }),
  metadata: { name: 'alerts', namespace: 'monitoring' },
});

const autoscaler = (target: object, name = 'basket') =>
  object('autoscaling/v2', 'HorizontalPodAutoscaler', name, {
    scaleTargetRef: { apiVersion: 'apps/v1', ...target },
    minReplicas: 2,
    maxReplicas: 5,
    metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } } }],
  });

function adopted(...objects: readonly Obj[]) {
  const { adopted: all } = adoptAll([{ name: 'set.yaml', text: manifestsOf({ name: 'set', objects }) }]);
  return all.map((one) => ({ ...one, spec: (parse(one.text) as { readonly spec: Spec }).spec }));
}

const dangerous = (...objects: readonly Obj[]) =>
  adopted(...objects).map((one) =>
    one.dangerous.map((line) => line.replace(/(, of which|, but the|, in whose).*/, '')),
  );

describe('an alert about several Deployments', () => {
  const both = [...named('basket'), ...named('ledger')];

  test('is told for each of them', () => {
    const requests = ['basket', 'ledger'].map(
      (name) => `rate(istio_requests_total{destination_service_name="${name}"}[5m])`,
    );
    expect(dangerous(...both, alert(...requests, 'kube_deployment_status_replicas{deployment="ledger"}'))).toEqual([
      ['PrometheusRule alerts counts requests by destination_service_name="basket"'],
      [
        'PrometheusRule alerts, which is carried over with basket, counts requests by destination_service_name="ledger"',
        'PrometheusRule alerts, which is carried over with basket, queries deployment="ledger"',
      ],
    ]);
  });

  test('is about those of its namespace only', () => {
    const elsewhere = named('ledger', {}, 'staging');
    const expr = (namespace: string) =>
      `rate(istio_requests_total{destination_service_name="ledger",destination_service_namespace="${namespace}"}[5m])`;
    const told = [
      'PrometheusRule alerts, which is carried over with basket, counts requests by destination_service_name="ledger"',
    ];
    expect(dangerous(...both, ...elsewhere, alert(expr('staging')))).toEqual([[], [], told]);
    expect(dangerous(...both, ...elsewhere, alert(expr(NS)))).toEqual([[], told, []]);
  });

  test('of one name in several namespaces is told for each that it is about', () => {
    const all = [...named('ledger'), ...named('ledger', {}, 'staging')];
    const expr = 'rate(istio_requests_total{destination_service_name="ledger"}[5m])';
    const told = 'counts requests by destination_service_name="ledger"';
    const ofOthers = [`PrometheusRule alerts, which is carried over with ledger of namespace ${NS}, ${told}`];
    expect(dangerous(...all, alert(expr))).toEqual([[`PrometheusRule alerts ${told}`], ofOthers]);
    const within = { ...alert(expr), metadata: { name: 'alerts', namespace: 'staging' } };
    expect(dangerous(...all, within)).toEqual([[], [`PrometheusRule alerts ${told}`]]);
  });

  test('by owners of that kind is told', () => {
    const expr = (kind: string) => `kube_replicaset_owner{owner_kind="${kind}",owner_name="ledger"}`;
    expect(dangerous(...both, alert(expr('Deployment')))[1]).toEqual([
      'PrometheusRule alerts, which is carried over with basket, queries owner_name="ledger"',
    ]);
    expect(dangerous(...both, alert(expr('StatefulSet')))[1]).toEqual([]);
  });
});

test('an alert by a long host is told where the manifests state no namespace', () => {
  const objects = named('ledger').map((one) => ({ ...one, metadata: { name: 'ledger' } }));
  const expr = 'rate(istio_requests_total{destination_service="ledger.pay.svc.cluster.local"}[5m])';
  expect(dangerous(...objects, alert(expr))).toEqual([
    ['PrometheusRule alerts counts requests by destination_service="ledger.pay.svc.cluster.local"'],
  ]);
});

test('an object that names several Deployments is told for each of them', () => {
  const application: Obj = {
    ...object('argoproj.io/v1alpha1', 'Application', 'all', {
      destination: { namespace: NS },
      ignoreDifferences: ['basket', 'ledger'].map((name) => ({ group: 'apps', kind: 'Deployment', name })),
    }),
    metadata: { name: 'all', namespace: 'argocd' },
  };
  const elsewhere = {
    ...application,
    spec: { ...(application.spec as object), destination: { namespace: 'staging' } },
  };
  const of = (name: string, one: string) => [`Application all${one} names Deployment ${name}`];
  const told = dangerous(...named('basket'), ...named('ledger'), application).map((lines) =>
    lines.map((line) => line.replace(/ \(.*/, '')),
  );
  expect(told).toEqual([of('basket', ''), of('ledger', ', which is carried over with basket,')]);
  expect(dangerous(...named('basket'), ...named('ledger'), elsewhere)[1]).toEqual([]);
});

describe('an autoscaler', () => {
  const basket = { kind: 'Deployment', name: 'basket' };

  test('belongs to what it scales, even if another pod has a variable with its name', () => {
    const caller = named('caller', { env: [{ name: 'BASKET', value: 'basket.pay.svc.cluster.local' }] });
    const [first, second] = adopted(...caller, ...named('basket'), autoscaler(basket));
    expect(first.spec).toMatchObject({ replicas: 3 });
    expect(first.spec).not.toHaveProperty('autoscaling');
    expect(second.spec).toMatchObject({ autoscaling: { minReplicas: 2, maxReplicas: 5 } });
    expect(second.spec).not.toHaveProperty('replicas');
  });

  test('of something else leaves the number of pods', () => {
    const [one] = adopted(...named('ledger'), autoscaler({ kind: 'StatefulSet', name: 'store' }));
    expect(one.spec).toMatchObject({ replicas: 3 });
    expect(one.spec).not.toHaveProperty('autoscaling');
    expect(one).toMatchObject({ notes: [], verbatim: ['HorizontalPodAutoscaler basket'] });
  });

  test('that measures the Deployment itself is told', () => {
    const scaler = autoscaler(basket);
    const object = {
      describedObject: { apiVersion: 'apps/v1', ...basket },
      metric: { name: 'rps' },
      target: { type: 'Value', value: 10 },
    };
    const metrics = [{ type: 'Object', object }];
    expect(dangerous(...named('basket'), { ...scaler, spec: { ...(scaler.spec as object), metrics } })).toEqual([
      ['HorizontalPodAutoscaler basket names Deployment basket (spec.metrics.0.object.describedObject)'],
    ]);
  });
});
