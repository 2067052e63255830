import { CanaryApp, CanaryAppProps, SidecarInjection } from '../../src';
import { Manifest, only, refusal, synthesize } from '../synthesized';

const PROPS: CanaryAppProps = {
  image: 'registry.example.com/checkout:1.4.2',
  port: 8080,
  prometheus: 'http://prometheus.monitoring:9090',
};
const app = (props: Partial<CanaryAppProps>): Manifest[] =>
  synthesize((chart) => new CanaryApp(chart, 'checkout', { ...PROPS, ...props }));
const pods = (props: Partial<CanaryAppProps>) => only(app(props), 'Rollout').spec.template.metadata;

test('pods ask for a proxy by label, by annotation, by revision, or not at all', () => {
  expect(pods({}).labels).toMatchObject({ 'sidecar.istio.io/inject': 'true' });
  expect(pods({ sidecar: SidecarInjection.ANNOTATION }).annotations).toMatchObject({
    'sidecar.istio.io/inject': 'true',
  });
  expect(pods({ meshRevision: 'prod-stable' }).labels).toEqual({ app: 'checkout', 'istio.io/rev': 'prod-stable' });
  expect(pods({ sidecar: SidecarInjection.NONE }).labels).toEqual({ app: 'checkout' });
});

test('in an ambient mesh a waypoint splits the requests, and pods are scraped themselves', () => {
  const manifests = app({ ambient: { waypoint: 'shop-waypoint' } });
  const { labels, annotations } = only(manifests, 'Rollout').spec.template.metadata;
  expect(labels).toEqual({ app: 'checkout', 'istio.io/dataplane-mode': 'ambient' });
  expect(annotations).toBeUndefined();
  const services = manifests.filter(({ kind }) => kind === 'Service');
  expect(services.map(({ metadata }) => metadata.labels['istio.io/use-waypoint'])).toEqual(
    services.map(() => 'shop-waypoint'),
  );
  expect(only(manifests, 'ServiceMonitor').spec.endpoints[0]).not.toHaveProperty('relabelings');
});

test.each<[string, Partial<CanaryAppProps>, string]>([
  [
    'a proxy in an ambient mesh',
    { ambient: {}, sidecar: SidecarInjection.LABEL },
    "ambient is given together with sidecar 'label'",
  ],
  [
    'a revision in an ambient mesh',
    { ambient: {}, meshRevision: 'a' },
    "ambient is given together with meshRevision 'a'",
  ],
  [
    'a revision that is no label',
    { meshRevision: 'prod stable' },
    "meshRevision is 'prod stable', which is no label value",
  ],
])('%s is refused', (_, props, message) => {
  expect(refusal((scope) => new CanaryApp(scope, 'checkout', { ...PROPS, ...props }))).toContainEqual(
    expect.stringContaining(message),
  );
});
