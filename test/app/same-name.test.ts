import { App, Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { CanaryApp, type CanaryAppProps } from '../../src';

const PROPS: CanaryAppProps = {
  image: 'registry.example.com/shop:1',
  port: 8080,
  prometheus: 'http://prometheus:9090',
};

describe('two apps of one name', () => {
  const validate = (root: App) => root.node.findAll().flatMap(({ node }) => node.validate());

  test('in one chart are reported with both constructs', () => {
    const app = new App();
    const chart = new Chart(app, 'shop', { namespace: 'shop' });
    new CanaryApp(new Construct(chart, 'one'), 'checkout', PROPS);
    new CanaryApp(chart, 'two', { ...PROPS, name: 'checkout' });
    const message =
      "the app 'checkout' in namespace 'shop' is also made by shop/one/checkout, so that one would replace the other; give one of them another name";
    expect(validate(app)).toEqual([message]);
    expect(() => app.synthYaml()).toThrow(`[shop/two] ${message}`);
  });

  test('in charts of their own, which may be for several clusters, are not reported', () => {
    const app = new App();
    for (const id of ['staging', 'production']) {
      new CanaryApp(new Chart(app, id, { namespace: 'shop' }), 'checkout', PROPS);
    }
    expect(validate(app)).toEqual([]);
  });

  test('are not reported if one was removed', () => {
    const app = new App();
    const chart = new Chart(app, 'shop');
    new CanaryApp(chart, 'one', { ...PROPS, name: 'checkout' });
    chart.node.tryRemoveChild('one');
    new CanaryApp(chart, 'one', { ...PROPS, name: 'checkout' });
    expect(validate(app)).toEqual([]);
  });
});
