import { App, Chart, Lazy } from 'cdk8s';
import { CanaryApp, CanaryServices, CanaryStep, IstioGateway, MetricProvider } from '../../src';

const lazy = (value: unknown): never => Lazy.any({ produce: () => value }) as never;
const chart = (): Chart => new Chart(new App(), 'shop');

const APP = {
  image: 'a:1',
  port: 8080,
  hosts: ['shop.example.com'],
  prometheus: 'http://prometheus:9090',
  steps: [CanaryStep.setWeight(50), CanaryStep.analysis()],
};

test.each([
  ['image', { image: lazy('a:2') }],
  ['hosts', { hosts: lazy(['shop.example.com']) }],
  ['hosts[0]', { hosts: [lazy('shop.example.com')] }],
  ['name', { name: lazy('shop') }],
  ['prometheus', { prometheus: lazy('http://prometheus:9090') }],
  ['port', { port: lazy(8080) }],
  ['steps', { steps: lazy([]) }],
])('a Lazy value of %s of an app is refused by name', (option, props) => {
  expect(() => new CanaryApp(chart(), 'checkout', { ...APP, ...props })).toThrow(
    `shop/checkout: the option ${option} is Lazy, and is needed before the synthesis; give the value instead`,
  );
});

test('several are named at once', () => {
  const props = { ...APP, image: lazy('a:2'), name: lazy('shop') };
  expect(() => new CanaryApp(chart(), 'checkout', props)).toThrow('the options image, name are Lazy');
});

test.each<[string, () => unknown]>([
  ['name', () => new CanaryServices(chart(), 'x', { name: lazy('shop'), selector: { app: 'a' }, port: 80 } as never)],
  ['hosts', () => new IstioGateway(chart(), 'x', { hosts: lazy(['shop.example.com']) } as never)],
])('so it is in the parts of an app: %s', (option, make) => {
  expect(make).toThrow(`shop/x: the option ${option} is Lazy`);
});

test('so it is in a query to Prometheus, in which the address and the query are checked at once', () => {
  const query = { address: 'http://prometheus:9090', query: 'vector(1)' };
  expect(() => MetricProvider.prometheus({ ...query, address: lazy('http://p') })).toThrow(
    'the option address is Lazy, and is needed before the synthesis; give the value instead',
  );
  expect(() => MetricProvider.prometheus({ ...query, query: lazy('up') })).toThrow('the option query is Lazy');
});
