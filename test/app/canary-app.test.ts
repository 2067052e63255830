import { App, Chart, Duration } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import type { Construct } from 'constructs';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  AnalysisTemplate,
  CanaryApp,
  CanaryAppProps,
  CanaryCheck,
  CanaryStep,
  HttpMatch,
  HttpRoute,
  LabelMatcher,
  SidecarInjection,
  VersionLabel,
} from '../../src';
import { Manifest, only, refusal, synthesize } from '../synthesized';

const SMALLEST: CanaryAppProps = {
  image: 'registry.example.com/checkout:1.4.2',
  port: 8080,
  prometheus: 'http://prometheus.monitoring:9090',
};
const appOf = (props: Partial<CanaryAppProps> = {}) =>
  synthesize((chart) => new CanaryApp(chart, 'checkout', { ...SMALLEST, ...props }));
const names = (manifests: Manifest[]) => manifests.map(({ kind, metadata }) => `${kind} ${metadata.name}`);

describe('the smallest app names an image, a port and Prometheus; it', () => {
  test('is whole', () => {
    expect(appOf()).toMatchSnapshot();
  });

  test('is reached from inside the mesh by the name of its Service', () => {
    const route = appOf({ services: { root: 'shop' } }).find(({ kind }) => kind === 'VirtualService')!;
    expect(route.spec).toMatchObject({ hosts: ['shop'] });
  });

  test('is reached from inside the mesh by its name', () => {
    const manifests = appOf();
    expect(names(manifests)).toEqual([
      'VirtualService checkout-vsvc',
      'AnalysisTemplate checkout-failures',
      'Rollout checkout',
      'Service checkout-canary',
      'Service checkout-stable',
      'Service checkout',
      'ServiceMonitor checkout',
    ]);
    expect(only(manifests, 'VirtualService').spec).toMatchObject({ hosts: ['checkout'], gateways: ['mesh'] });
  });

  test('is judged at a tenth and at half of the requests', () => {
    const kinds = only(appOf(), 'Rollout').spec.strategy.canary.steps.map((step: object) => Object.entries(step)[0]);
    expect(kinds).toMatchObject([
      ['setWeight', 10],
      ['analysis', {}],
      ['setWeight', 50],
      ['analysis', {}],
    ]);
  });
});

describe('the parts agree:', () => {
  const manifests = appOf({ name: 'cart', hosts: ['cart.example.com'], portName: 'http-web', servicePort: 8000 });
  const canary = only(manifests, 'Rollout').spec.strategy.canary;
  const services = manifests.filter(({ kind }) => kind === 'Service');
  const named = (name: string) => services.find(({ metadata }) => metadata.name === name);

  test('the Rollout names Services that there are', () => {
    expect(named(canary.stableService)).toBeDefined();
    expect(named(canary.canaryService)).toBeDefined();
  });

  test('the Rollout names the VirtualService, and routes in it that lead to both Services', () => {
    const { metadata, spec } = only(manifests, 'VirtualService');
    const { name, routes } = canary.trafficRouting.istio.virtualService;
    expect(name).toBe(metadata.name);
    for (const wanted of routes) {
      const { route } = spec.http.find((one: Manifest) => one.name === wanted);
      expect(route.map((one: Manifest) => one.destination.host)).toEqual([canary.stableService, canary.canaryService]);
    }
  });

  test('the VirtualService is bound to the Gateway, for the same hosts', () => {
    const gateway = only(manifests, 'Gateway');
    expect(only(manifests, 'VirtualService').spec.gateways).toEqual([gateway.metadata.name]);
    expect(gateway.spec.servers[0].hosts).toEqual(only(manifests, 'VirtualService').spec.hosts);
  });

  test('the Services select the pods of the Rollout, and lead to a port that the container has', () => {
    const { template, selector } = only(manifests, 'Rollout').spec;
    expect(template.metadata.labels).toMatchObject(selector.matchLabels);
    for (const { spec } of services) {
      expect(template.metadata.labels).toMatchObject(spec.selector);
      expect(template.spec.containers[0].ports).toContainEqual(
        expect.objectContaining({ name: spec.ports[0].targetPort, containerPort: 8080 }),
      );
      expect(spec.ports[0]).toMatchObject({ name: 'http-web', port: 8000 });
    }
  });

  test('the steps analyse by a template that there is, and pass all that it asks for', () => {
    const { metadata, spec } = only(manifests, 'AnalysisTemplate');
    const analyses = canary.steps.flatMap((step: Manifest) => (step.analysis ? [step.analysis] : []));
    expect(analyses.length).toBeGreaterThan(0);
    for (const analysis of analyses) {
      expect(analysis.templates).toEqual([{ templateName: metadata.name }]);
      expect(analysis.args.map((arg: Manifest) => arg.name)).toEqual(spec.args.map((arg: Manifest) => arg.name));
    }
  });

  test('the monitor chooses one Service alone, by a port that it has, and sets the label that the query asks for', () => {
    const { spec } = only(manifests, 'ServiceMonitor');
    const chosen = services.filter(({ metadata }) => metadata.labels.app === spec.selector.matchLabels.app);
    expect(chosen.map(({ metadata }) => metadata.name)).toEqual(['cart']);
    expect(spec.endpoints[0].port).toBe(chosen[0].spec.ports[0].name);
    const query = only(manifests, 'AnalysisTemplate').spec.metrics[0].provider.prometheus.query;
    for (const label of spec.podTargetLabels) expect(query).toContain(`${label.replace(/-/g, '_')}="`);
  });

  test('where each Service has its monitor, the query asks for the canary Service', () => {
    const both = appOf({ monitoring: { versionLabel: VersionLabel.SERVICE }, hosts: ['a.example.com'] });
    const query = only(both, 'AnalysisTemplate').spec.metrics[0].provider.prometheus.query;
    expect(query).toContain('service="checkout-canary"');
    expect(names(both).filter((name) => name.startsWith('Service'))).toEqual([
      'Service checkout-canary',
      'Service checkout-stable',
      'ServiceMonitor checkout-canary',
      'ServiceMonitor checkout-stable',
    ]);
  });
});

describe('options have their effect:', () => {
  test('steps with templates of one’s own need no Prometheus', () => {
    const templates = [AnalysisTemplate.fromName('smoke')];
    const manifests = appOf({
      prometheus: undefined,
      steps: [CanaryStep.setWeight(5), CanaryStep.analysis({ templates })],
    });
    expect(names(manifests)).not.toContain('AnalysisTemplate checkout-failures');
  });

  test('failures are counted as configured', () => {
    const metric = only(
      appOf({
        failures: {
          atMost: 0,
          within: Duration.minutes(10),
          failureMatchers: [LabelMatcher.matching('status', '5..')],
        },
      }),
      'AnalysisTemplate',
    ).spec.metrics[0];
    expect(metric.successCondition).toBe('len(result) > 0 && result[0] <= 0');
    expect(metric.provider.prometheus.query).toMatch(/status=~"5\.\."\}\[10m\]/);
  });

  test('the container, the pods and the routes are as configured', () => {
    const manifests = appOf({
      container: { name: 'app', envVariables: { MODE: kplus.EnvValue.fromValue('live') }, ports: [{ number: 9000 }] },
      rollout: { podMetadata: { annotations: { a: 'b' } }, containers: [{ name: 'side', image: 'side:1' }] },
      traffic: { routes: [HttpRoute.split('cart', { matches: [HttpMatch.prefix('/cart')] })] },
      replicas: 5,
    });
    const { template, replicas } = only(manifests, 'Rollout').spec;
    expect(replicas).toBe(5);
    expect(template.metadata.annotations.a).toBe('b');
    expect(template.spec.containers.map(({ name }: Manifest) => name)).toEqual(['side', 'app']);
    expect(template.spec.containers[1].ports.map((port: Manifest) => port.containerPort)).toEqual([8080, 9000]);
    expect(only(manifests, 'VirtualService').spec.http[0].name).toBe('cart');
  });

  test.each([
    [undefined, { 'sidecar.istio.io/inject': 'true' }, undefined],
    [SidecarInjection.ANNOTATION, {}, 'true'],
    [SidecarInjection.NONE, {}, undefined],
  ])('the sidecar is asked for (%s)', (sidecar, labels, annotation) => {
    const { metadata } = only(appOf({ sidecar }), 'Rollout').spec.template;
    expect(metadata.labels).toEqual({ app: 'checkout', ...labels });
    expect(metadata.annotations['sidecar.istio.io/inject']).toBe(annotation);
  });

  test('each part can be reached and changed', () => {
    const manifests = synthesize((chart) => {
      const app = new CanaryApp(chart, 'checkout', SMALLEST);
      app.rollout.addContainer({ name: 'late', image: 'late:1' });
      app.services.stable.metadata.addLabel('team', 'shop');
      new kplus.HorizontalPodAutoscaler(chart, 'hpa', { target: app.rollout, maxReplicas: 5 });
    });
    expect(only(manifests, 'Rollout').spec.template.spec.containers).toHaveLength(2);
    expect(only(manifests, 'Rollout').spec).not.toHaveProperty('replicas');
  });
});

describe('bad input', () => {
  const bad = (scope: Construct) => {
    new CanaryApp(scope, 'Check_Out', {
      image: '',
      port: 0,
      hosts: ['http://shop/'],
      prometheus: 'nowhere',
      portName: 'HTTP',
      steps: [CanaryStep.setWeight(150), CanaryStep.setWeight(0.5), CanaryStep.pause(Duration.seconds(0))],
      failures: { atMost: -5, within: Duration.seconds(0), query: 'sum(' },
    });
  };

  test('is reported all at once, each with the construct, the value and the way out', () => {
    expect(refusal(bad)).toMatchSnapshot();
  });

  test('writes nothing', () => {
    const outdir = join(mkdtempSync(join(tmpdir(), 'canary-')), 'dist');
    const app = new App({ outdir });
    bad(new Chart(app, 'shop'));
    new CanaryApp(new Chart(app, 'good'), 'checkout', SMALLEST);
    expect(() => app.synth()).toThrow('Validation failed');
    expect(existsSync(outdir) ? readdirSync(outdir) : []).toEqual([]);
    rmSync(join(outdir, '..'), { recursive: true });
  });

  test.each<[string, Partial<CanaryAppProps>, string[]]>([
    [
      'failures without Prometheus',
      { prometheus: undefined, failures: { atMost: 1, within: Duration.minutes(5) } },
      [
        "[shop/checkout] failures is given without prometheus; give its address, such as 'http://prometheus.monitoring:9090'",
      ],
    ],
    [
      'a second port for the requests',
      { container: { portNumber: 9090 } },
      [
        '[shop/checkout] port and container.portNumber contradict each other: both decide the port of the container; leave one of them out',
      ],
    ],
    [
      'one name for two templates',
      { measuring: { metadata: { name: 'mine' } }, checks: [CanaryCheck.restarts()] },
      [
        "[shop/checkout] measuring.metadata has the name 'mine', and there may be two templates, of checks and of backgroundChecks, named after the app; leave it out",
      ],
    ],
    [
      'an analysis without Prometheus',
      { prometheus: undefined },
      [
        "[shop/checkout] a step analyses the app's failures, but prometheus is not given; give its address, such as 'http://prometheus.monitoring:9090'",
      ],
    ],
    [
      'no step',
      { steps: [] },
      [
        '[shop/checkout/rollout] steps is empty, so all traffic would go to the new version at once; give at least one step',
      ],
    ],
  ])('%s', (_, props, problems) => {
    expect(refusal((scope) => new CanaryApp(scope, 'checkout', { ...SMALLEST, ...props }))).toEqual(problems);
  });

  test('an empty list of hosts is no host', () => {
    const problems = refusal((scope) => new CanaryApp(scope, 'checkout', { ...SMALLEST, hosts: [] }));
    expect(problems.join('\n')).toContain('hosts is empty; leave it out');
  });
});
