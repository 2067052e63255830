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

describe('two objects of one name', () => {
  const problemsOf = (make: (chart: Chart) => void) => {
    const app = new App();
    make(new Chart(app, 'shop', { namespace: 'shop' }));
    return app.node.findAll().flatMap(({ node }) => node.validate());
  };

  test('of two apps are reported, also where the names of the apps differ', () => {
    const found = problemsOf((chart) => {
      new CanaryApp(chart, 'checkout', PROPS);
      new CanaryApp(chart, 'checkout-stable', PROPS);
    });
    expect(found).toEqual([
      "the Service 'checkout-stable' in namespace 'shop' is also made by shop/checkout, so that one would replace the other; give one of them another name",
    ]);
  });

  test('of one app are reported', () => {
    const ports = [{ name: 'grpc', number: 9090, service: 'checkout-stable' }];
    expect(problemsOf((chart) => new CanaryApp(chart, 'checkout', { ...PROPS, ports }))).toEqual([
      "the Service 'checkout-stable' in namespace 'shop' is made twice, so that one would replace the other; give one of them another name",
    ]);
  });

  test('are not reported where a patch removes one, or their kinds differ', () => {
    const found = problemsOf((chart) => {
      new CanaryApp(chart, 'checkout', {
        ...PROPS,
        patches: [{ target: { kind: 'Service', name: 'checkout-stable' }, remove: true }],
        acceptedFindings: [{ rule: 'REF001', reason: 'It exists.' }],
        networkPolicy: { ingress: [{}], name: 'checkout-stable' },
      });
      new CanaryApp(chart, 'checkout-stable', PROPS);
    });
    expect(found.filter((problem) => problem.includes('would replace'))).toEqual([]);
  });
});
