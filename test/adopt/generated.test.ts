import { parse } from 'yaml';
import { adoptAll } from '../../src/adopt/adopt';
import { APP, base, deployment, labels, manifestsOf, meta, object, type Obj, service, template } from './sets';

const ownedBy = (kind: string, name = APP) => ({ ownerReferences: [{ kind, name, uid: '1', controller: true }] });

const owned = (one: Obj, metadata: object): Obj => ({ ...one, metadata: { ...one.metadata, ...metadata } });

/** What a dump of the namespace has besides the source. */
const DUMPED: readonly (readonly [made: Obj, maker: string])[] = [
  [
    owned(object('apps/v1', 'ReplicaSet', `${APP}-1`, { template: template() }), ownedBy('Deployment')),
    `Deployment ${APP}`,
  ],
  [
    owned(object('v1', 'Pod', `${APP}-1-a`, {}), { labels, ...ownedBy('ReplicaSet', `${APP}-1`) }),
    `ReplicaSet ${APP}-1`,
  ],
  [object('v1', 'Endpoints', APP, {}), 'the cluster'],
  [object('v1', 'Event', `${APP}.17a`, {}), 'the cluster'],
  [object('v1', 'ConfigMap', 'kube-root-ca.crt', {}), 'the cluster'],
  [{ ...object('v1', 'Secret', 'sh.helm.release.v1.a.v1', {}), type: 'helm.sh/release.v1' }, 'the cluster'],
  [
    owned(object('discovery.k8s.io/v1', 'EndpointSlice', `${APP}-x`, {}), {
      labels: { 'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io' },
    }),
    'the cluster',
  ],
];

const adopted = (...objects: readonly Obj[]) =>
  adoptAll([{ name: 'dump.yaml', text: manifestsOf({ name: 'dump', objects }) }]);

describe('what controllers make of others', () => {
  test.each(DUMPED)('is no part of a spec: %o', (made, maker) => {
    const { adopted: expected } = adopted(deployment(), service(APP));
    const { adopted: found, generated, left } = adopted(deployment(), service(APP), made);
    expect({ generated, left }).toEqual({
      generated: [{ objects: [`${made.kind} ${made.metadata.name}`], reason: `${maker} makes it again` }],
      left: [],
    });
    expect(found).toEqual(expected);
  });

  test('is not adopted', () => {
    const primary = owned({ ...deployment(), metadata: meta(`${APP}-primary`) }, ownedBy('Canary'));
    const { adopted: found, generated } = adopted(deployment(), service(APP), primary);
    expect(found.map(({ name }) => name)).toEqual([APP]);
    expect(generated).toEqual([{ objects: [`Deployment ${APP}-primary`], reason: `Canary ${APP} makes it again` }]);
    expect(() => adopted(primary)).toThrow(
      `there is no Rollout, Deployment or Flagger Canary in these files, apart from Deployment ${APP}-primary: Canary ${APP} makes it again`,
    );
  });

  test.each([
    ['addresses by hand', object('v1', 'Endpoints', 'database', {})],
    ['slices by hand', object('discovery.k8s.io/v1', 'EndpointSlice', 'database', {})],
    [
      'what goes when its owner goes',
      owned(object('v1', 'ConfigMap', 'a', {}), { ownerReferences: [{ kind: 'ConfigMap', name: 'b', uid: '1' }] }),
    ],
  ])('is not confused with %s', (_, stated) => {
    const { adopted: found, generated } = adopted(deployment(), service(APP), stated);
    expect(generated).toEqual([]);
    const { spec } = parse(found[0].text) as { readonly spec: { readonly extraManifests: readonly Obj[] } };
    expect(spec.extraManifests).toMatchObject([{ kind: stated.kind, metadata: { name: stated.metadata.name } }]);
  });
});

test('the labels by which a controller selects one version are no part of the source', () => {
  const hash = { 'rollouts-pod-template-hash': '7f8d' };
  const managed = { annotations: { 'argo-rollouts.argoproj.io/managed-by-rollouts': APP } };
  const rule = (more: object) =>
    object('networking.istio.io/v1', 'DestinationRule', APP, { host: APP, subsets: [{ name: 'canary', ...more }] });
  const live = base().map((one) =>
    one.kind === 'Service' ? owned(service(one.metadata.name, {}, { ...labels, ...hash }), managed) : one,
  );
  const versions = (set: readonly Obj[], subset: object) =>
    adopted(...set, rule(subset)).adopted.map(({ text }) => text);
  expect(versions(live, { labels: hash })).toEqual(versions(base(), {}));
  expect(versions(live, { labels: { ...labels, ...hash } })).toEqual(versions(base(), { labels }));
});
