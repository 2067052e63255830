import { parse } from 'yaml';
import { adoptAll } from '../../src/adopt/adopt';
import { APP, NS, type Obj, deployment, manifestsOf, object, service } from './sets';

const target = { apiVersion: 'apps/v1', kind: 'Deployment', name: APP };

function adopted(...more: readonly Obj[]) {
  const text = manifestsOf({ name: 'set', objects: [deployment(), service(APP), ...more] });
  const { adopted: found, refused } = adoptAll([{ name: 'set.yaml', text }]);
  expect(refused).toEqual([]);
  const { spec } = parse(found[0].text) as { readonly spec: { readonly extraManifests?: readonly Obj[] } };
  return { ...found[0], spec };
}

describe('an object that names the Deployment', () => {
  test.each([
    ['autoscaling.k8s.io/v1', 'VerticalPodAutoscaler', 'targetRef'],
    ['http.keda.sh/v1alpha1', 'HTTPScaledObject', 'scaleTargetRef'],
  ])('as what it scales names the Rollout: %s %s', (apiVersion, kind, field) => {
    const { notes, spec } = adopted(object(apiVersion, kind, APP, { [field]: target }));
    expect(notes).toEqual([]);
    expect(spec.extraManifests).toEqual([
      object(apiVersion, kind, APP, { [field]: { apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', name: APP } }),
    ]);
  });

  test.each([
    ['spec.workload', object('servicebinding.io/v1', 'ServiceBinding', 'db', { workload: target })],
    [
      'spec.ignoreDifferences.0',
      object('argoproj.io/v1alpha1', 'Application', 'app', {
        ignoreDifferences: [{ group: 'apps', kind: 'Deployment', name: APP, jsonPointers: ['/spec/replicas'] }],
      }),
    ],
  ])('otherwise is named: %s', (path, naming) => {
    const { kind, metadata } = naming;
    expect(adopted(naming).dangerous).toEqual([
      `${kind} ${metadata.name} names Deployment ${APP} (${path}), in whose place is a Rollout; let it name that, as kind Rollout of argoproj.io/v1alpha1`,
    ]);
  });

  test.each([
    ['another name', { ...target, name: 'other' }],
    ['another kind', { ...target, kind: 'StatefulSet' }],
    ['another namespace', { ...target, namespace: 'other' }],
  ])('is not named where it has %s', (_, workload) => {
    expect(adopted(object('servicebinding.io/v1', 'ServiceBinding', 'db', { workload })).dangerous).toEqual([]);
  });
});

describe('a query for a Deployment', () => {
  const alert = (expr: string) =>
    object('monitoring.coreos.com/v1', 'PrometheusRule', 'alerts', {
      groups: [{ name: APP, rules: [{ alert: 'Down', expr }] }],
    });

  test.each(['deployment="ledger"', 'deployment=~"ledger|basket"'])('by its name is missed: %s', (matcher) => {
    const expr = `kube_deployment_status_replicas_available{namespace="${NS}",${matcher}} < 1`;
    expect(adopted(alert(expr)).dangerous).toEqual([
      `PrometheusRule alerts queries ${matcher}, of which there are no series once a Rollout is in the place of the Deployment; query rollout_info_replicas_available{name="ledger"} and its like, which the controller serves`,
    ]);
  });

  test.each([
    'kube_deployment_status_replicas_available{deployment="other"} < 1',
    'kube_deployment_status_replicas_available{deployment=~".+"} < 1',
    'kube_deployment_status_replicas_available{deployment!="other"} < 1',
    'http_requests_total{deployment="ledger"} < 1',
    'kube_deployment_status_replicas_available < 1',
  ])('of others is not missed: %s', (expr) => {
    expect(adopted(alert(expr)).dangerous).toEqual([]);
  });
});

test.each([
  ['one word', 'a'.repeat(300_000)],
  ['a selector without an end', `x{${'a'.repeat(300_000)}`],
  ['open braces', 'x{'.repeat(150_000)],
  ['a matcher without an end', `x{${'a="'.repeat(100_000)}`],
  ['white space', `x${' '.repeat(300_000)}{}`],
])('a long text of another object is read once: %s', (_, text) => {
  const { apiVersion, kind, metadata } = object('v1', 'ConfigMap', 'long', {});
  const { dangerous, verbatim } = adopted({ apiVersion, kind, metadata, data: { text } });
  expect(dangerous).toEqual([]);
  expect(verbatim).toEqual(['ConfigMap long']);
});
