import { lost } from '../../src/adopt/carried-over';
import { readManifests } from '../../src/adopt/manifests';
import type { Resource } from '../../src/graph';

const read = (text: string): Resource[] => readManifests([{ name: 'set.yaml', text }]);

const DEPLOYMENT =
  '{ kind: Deployment, metadata: { name: web, labels: { a: b } }, spec: { replicas: 3, minReadySeconds: 5, template: { spec: { containers: [{ name: c }] } } } }';
const compared = (before: string, after: string, replaced: string[] = []) => {
  const [deployment, ...others] = read(`${DEPLOYMENT}\n---\n${before}\n`);
  return lost([deployment, ...others], read(after), { deployment, replaced, adapted: [] });
};
const ROLLOUT =
  'kind: Rollout\nmetadata: { name: web, labels: { a: b } }\nspec: { replicas: 3, minReadySeconds: 5, template: { spec: { containers: [{ name: c, image: i }] } } }';
const SERVICE = (spec: string) => `{ kind: Service, metadata: { name: s }, spec: ${spec} }`;

describe('what adopting loses', () => {
  test.each([
    ['nothing, if fields are added', SERVICE('{ selector: { a: b } }'), SERVICE('{ selector: { a: b }, type: x }'), []],
    [
      'a field that becomes another value',
      SERVICE('{ selector: { a: b } }'),
      SERVICE('{ selector: { a: c } }'),
      ['Service s: spec.selector.a becomes "c", was "b"'],
    ],
    [
      'a field that is missing',
      SERVICE('{ type: LoadBalancer }'),
      SERVICE('{ ports: [] }'),
      ['Service s: spec.type ("LoadBalancer") is not carried over'],
    ],
    ['an object that is missing', SERVICE('{}'), '', ['Service s is not carried over']],
    [
      'an object in another namespace',
      '{ kind: Secret, metadata: { name: s, namespace: a } }',
      '{ kind: Secret, metadata: { name: s, namespace: b } }',
      ['Secret s is not carried over'],
    ],
    [
      'nothing, if an autoscaler has another target',
      '{ kind: ScaledObject, metadata: { name: k }, spec: { maxReplicaCount: 4, scaleTargetRef: { name: web } } }',
      '{ kind: ScaledObject, metadata: { name: k }, spec: { maxReplicaCount: 4, scaleTargetRef: { kind: Rollout, name: web } } }',
      [],
    ],
  ])('%s', (_, before, after, expected) => {
    expect(compared(before, `${ROLLOUT}\n---\n${after}\n`)).toEqual(expected);
  });

  test('the number of pods, unless an autoscaler decides it', () => {
    const scaler = (kind: string) =>
      `{ kind: HorizontalPodAutoscaler, metadata: { name: h }, spec: { scaleTargetRef: { kind: ${kind}, name: web }, maxReplicas: 4 } }`;
    const without = ROLLOUT.replace('replicas: 3, ', '');
    expect(compared('', without)).toEqual(['Deployment web: spec.replicas (3) is not carried over']);
    expect(compared(scaler('Deployment'), `${without}\n---\n${scaler('Rollout')}`)).toEqual([]);
    const other = scaler('StatefulSet');
    expect(compared(other, `${without}\n---\n${other}`)).toHaveLength(1);
  });

  test('a field of the Deployment, unless something else states it', () => {
    const without = ROLLOUT.replace('minReadySeconds: 5, ', '');
    expect(compared('', without)).toEqual(['Deployment web: spec.minReadySeconds (5) is not carried over']);
    expect(compared('', without, ['minReadySeconds'])).toEqual([]);
  });
});
