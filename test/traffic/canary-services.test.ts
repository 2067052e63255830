import * as kplus from 'cdk8s-plus-27';
import { CanaryServices, CanaryServicesProps, CanaryStep, Rollout, RolloutStrategy } from '../../src';
import { refusal, synthesize } from '../synthesized';
import type { Construct } from 'constructs';

const services = (scope: Construct, props: Partial<CanaryServicesProps> = {}) =>
  new CanaryServices(scope, 'services', {
    name: 'checkout',
    pods: new Rollout(scope, 'checkout', {
      containers: [{ image: 'checkout:1', ports: [{ name: 'http', number: 8080 }, { number: 9090 }] }],
      strategy: RolloutStrategy.canary({ steps: [CanaryStep.setWeight(50)] }),
    }),
    ...props,
  });
const rendered = (props: Partial<CanaryServicesProps> = {}) =>
  synthesize((chart) => services(chart, props)).filter(({ kind }) => kind === 'Service');

test('there is a Service for each version and one for both, all over the pods of the Rollout', () => {
  expect(rendered()).toMatchSnapshot();
  expect(rendered().map(({ spec }) => spec.selector)).toEqual(Array(3).fill({ app: 'checkout' }));
});

test('they lead to the container by the name of its port', () => {
  expect(rendered({ port: 8000 })[0].spec.ports).toEqual([
    { name: 'http', port: 8000, protocol: 'TCP', targetPort: 'http' },
  ]);
});

test('each can be called as one likes, and the one for both be left out', () => {
  const names = rendered({ stableName: 'blue', canaryName: 'green', root: false }).map(({ metadata }) => metadata.name);
  expect(names).toEqual(['green', 'blue']);
});

test('each carries its own name as the label by which a monitor can choose it', () => {
  for (const { metadata } of rendered()) expect(metadata.labels).toEqual({ app: metadata.name });
});

describe('refused:', () => {
  test.each<[string, Partial<CanaryServicesProps>, string]>([
    [
      'a port that the container lacks',
      { portName: 'grpc' },
      "portName is 'grpc', but the containers of checkout have 'http', unnamed 9090",
    ],
    ['a port that is none', { port: 70000 }, 'port is 70000, which is no port'],
    ['a port name that is none', { portName: 'my_port' }, "portName is 'my_port', which is no port name"],
    ['a name that is none', { canaryName: 'Green!' }, "the name of the Service is 'Green!'"],
  ])('%s', (_, props, message) => {
    expect(refusal((scope) => services(scope, props)).join('\n')).toContain(message);
  });
});

test('pods that are not a construct of this app are taken as they are', () => {
  const pods = (scope: Construct) => kplus.Pods.select(scope, 'pods', { labels: { app: 'legacy' } });
  const [service] = synthesize((chart) => new CanaryServices(chart, 'legacy', { pods: pods(chart) }));
  expect(service.spec.selector).toEqual({ app: 'legacy' });
});
