import {
  CanaryApp,
  CanaryStep,
  ClientTls,
  Destination,
  IstioTrafficSplit,
  IstioTrafficSplitProps,
  SplitBy,
  TrafficRouting,
} from '../../src';
import { Manifest, only, refusal, synthesize } from '../synthesized';

const PROPS: IstioTrafficSplitProps = {
  hosts: ['checkout.example.com'],
  stable: Destination.host('checkout-stable', { port: 80 }),
  canary: Destination.host('checkout-canary', { port: 80 }),
  splitBy: SplitBy.subsets(),
};
const splitOf = (props: Partial<IstioTrafficSplitProps> = {}) => {
  let routing: TrafficRouting | undefined;
  const manifests = synthesize((chart) => {
    routing = new IstioTrafficSplit(chart, 'checkout', { ...PROPS, ...props }).toTrafficRouting();
  });
  return { manifests, ...routing!, rules: (manifests as Manifest[]).filter(({ kind }) => kind === 'DestinationRule') };
};
const problems = (props: Partial<IstioTrafficSplitProps>) =>
  refusal((scope) => new IstioTrafficSplit(scope, 'checkout', { ...PROPS, ...props })).join('\n');

describe('a split by subsets', () => {
  test('is a DestinationRule whose subsets the controller fills in, and routes to them', () => {
    const { manifests, rules, routing } = splitOf();
    expect(rules.map(({ metadata, spec }) => [metadata.name, spec])).toEqual([
      [
        'checkout-destrule',
        {
          host: 'checkout',
          subsets: [
            { name: 'stable', labels: { app: 'checkout' } },
            { name: 'canary', labels: { app: 'checkout' } },
          ],
        },
      ],
    ]);
    expect(only(manifests, 'VirtualService').spec.http[0].route).toEqual([
      { destination: { host: 'checkout', subset: 'stable', port: { number: 80 } }, weight: 100 },
      { destination: { host: 'checkout', subset: 'canary', port: { number: 80 } }, weight: 0 },
    ]);
    expect(routing).toMatchObject({
      istio: {
        destinationRule: { name: 'checkout-destrule', canarySubsetName: 'canary', stableSubsetName: 'stable' },
      },
    });
  });

  test('still names both Services: without them rollouts get stuck', () => {
    expect(splitOf()).toMatchObject({ stableService: 'checkout-stable', canaryService: 'checkout-canary' });
  });

  test('takes its names, and the policy for all pods', () => {
    const { rules, routing } = splitOf({
      splitBy: SplitBy.subsets({
        host: 'all',
        stableName: 'v1',
        canaryName: 'v2',
        labels: { a: 'b' },
        destinationRuleName: 'dr',
      }),
      trafficPolicy: { tls: ClientTls.istioMutual() },
      exportTo: ['.'],
    });
    expect(rules[0].metadata.name).toBe('dr');
    expect(rules[0].spec).toEqual({
      host: 'all',
      trafficPolicy: { tls: { mode: 'ISTIO_MUTUAL' } },
      subsets: [
        { name: 'v1', labels: { a: 'b' } },
        { name: 'v2', labels: { a: 'b' } },
      ],
      exportTo: ['.'],
    });
    expect(routing).toMatchObject({
      istio: { destinationRule: { name: 'dr', stableSubsetName: 'v1', canarySubsetName: 'v2' } },
    });
  });

  test('leaves a fixed share to additional subsets, in a rule that the controller does not write', () => {
    const additional = [{ name: 'legacy', labels: { app: 'checkout-legacy' }, weight: 20 }];
    const { manifests, rules, routing } = splitOf({ splitBy: SplitBy.subsets({ additional }) });
    expect(rules.map(({ metadata, spec }) => [metadata.name, spec.subsets.map(({ name }: Manifest) => name)])).toEqual([
      ['checkout-destrule', ['stable', 'canary']],
      ['checkout-destrule-additional', ['legacy']],
    ]);
    const route: Manifest[] = only(manifests, 'VirtualService').spec.http[0].route;
    expect(route.map(({ destination, weight }) => [destination.subset, weight])).toEqual([
      ['stable', 80],
      ['canary', 0],
      ['legacy', 20],
    ]);
    expect(routing).toMatchObject({ istio: { destinationRule: { additionalSubsetNames: ['legacy'] } } });
  });

  test('can be by subsets that exist already', () => {
    const { rules, routing } = splitOf({ splitBy: SplitBy.existingSubsets('legacy-rule', { stableName: 'main' }) });
    expect(rules).toEqual([]);
    expect(routing).toMatchObject({ istio: { destinationRule: { name: 'legacy-rule', stableSubsetName: 'main' } } });
  });

  test('gives an app its Service of all pods, whose subsets they are', () => {
    const manifests = synthesize(
      (chart) =>
        new CanaryApp(chart, 'checkout', {
          image: 'registry.example.com/checkout:1.4.2',
          port: 8080,
          hosts: ['checkout.example.com'],
          steps: [CanaryStep.setWeight(50)],
          traffic: { splitBy: SplitBy.subsets() },
        }),
    );
    const { canary } = only(manifests, 'Rollout').spec.strategy;
    const rule = only(manifests, 'DestinationRule');
    const services = manifests.filter(({ kind }) => kind === 'Service').map(({ metadata }) => metadata.name);
    expect(canary.trafficRouting.istio.destinationRule.name).toBe(rule.metadata.name);
    expect(services).toEqual([canary.canaryService, canary.stableService, rule.spec.host]);
  });
});

describe('a split by subsets is refused', () => {
  test.each<[string, Partial<IstioTrafficSplitProps>, string]>([
    [
      'with one name for both',
      { splitBy: SplitBy.subsets({ stableName: 'a', canaryName: 'a' }) },
      "the stable and the canary subset are both called 'a'",
    ],
    ['with names that are none', { splitBy: SplitBy.subsets({ stableName: 'A' }) }, "subset's name is 'A'"],
    [
      'of the Service of one version',
      { splitBy: SplitBy.subsets({ host: 'checkout-stable' }) },
      "the host of the subsets is 'checkout-stable', the Service of one version",
    ],
    [
      'with further subsets that leave nothing',
      { splitBy: SplitBy.subsets({ additional: [{ name: 'x', labels: {}, weight: 100 }] }) },
      'the additional subsets have 100 % together',
    ],
    [
      'with a further subset of no weight, called as a version is',
      { splitBy: SplitBy.subsets({ additional: [{ name: 'canary', labels: {}, weight: 0 }] }) },
      "the weight of subset 'canary' is 0",
    ],
    [
      'with a label that is none',
      { splitBy: SplitBy.subsets({ labels: { app: 'a b' } }) },
      "label 'app' of subset 'stable' is 'a b'",
    ],
    [
      'with a policy for a rule that exists already',
      { splitBy: SplitBy.existingSubsets('dr'), trafficPolicy: { tls: ClientTls.disable() } },
      'trafficPolicy is given together with a DestinationRule that exists already',
    ],
    ['with a cookie', { stickyCanary: { value: '1' } }, 'stickyCanary is given together with subsets'],
    [
      'when it is not said to be one',
      { splitBy: undefined, canary: Destination.host('checkout', { subset: 'canary' }) },
      'stable or canary names a subset',
    ],
    ['for namespaces that are none', { exportTo: ['a b'] }, "a namespace of exportTo is 'a b'"],
  ])('%s', (_, props, message) => {
    expect(problems(props)).toContain(message);
  });
});
