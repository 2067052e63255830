import { App, Chart, Duration } from 'cdk8s';
import * as fc from 'fast-check';
import {
  CanaryApp,
  CanaryAppProps,
  CanaryStep,
  HttpMatch,
  HttpRoute,
  NoData,
  SidecarInjection,
  VersionLabel,
} from '../../src';
import { Manifest, only, synthesize } from '../synthesized';
import { parsePromql } from '../../src/promql/parse';
import { sampleSize } from '../sample';

const label = fc.stringMatching(/^[a-z]([a-z0-9-]{0,20}[a-z0-9])?$/);
const duration = fc.integer({ min: 1, max: 7200 }).map((seconds) => Duration.seconds(seconds));
const step = fc.oneof(
  fc.integer({ min: 0, max: 100 }).map((weight) => CanaryStep.setWeight(weight)),
  fc
    .tuple(fc.integer({ min: 0, max: 100 }), duration)
    .map(([weight, pause]) => CanaryStep.setWeight(weight, { pause })),
  fc.option(duration, { nil: undefined }).map((time) => CanaryStep.pause(time)),
  fc.constant(CanaryStep.analysis()),
);
const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const path = fc.webPath().map((text) => `/${text.replace(/^\/+/, '')}`);

/** Specs that a careful user could write. */
const validSpec: fc.Arbitrary<CanaryAppProps> = fc
  .record({
    image: fc.constantFrom('a', 'registry.example.com/shop/checkout:1.4.2', 'app@sha256:0123'),
    port: fc.integer({ min: 1, max: 65535 }),
    prometheus: fc.constantFrom('http://prometheus:9090', 'https://thanos.example.com/api'),
    name: optional(label),
    hosts: optional(
      fc.uniqueArray(
        label.map((name) => `${name}.example.com`),
        { minLength: 1, maxLength: 3 },
      ),
    ),
    steps: optional(fc.array(step, { minLength: 1, maxLength: 8 })),
    replicas: optional(fc.integer({ min: 0, max: 50 })),
    portName: optional(fc.constantFrom('http', 'http-web', 'grpc', 'http2')),
    servicePort: optional(fc.integer({ min: 1, max: 65535 })),
    sidecar: optional(fc.constantFrom(...Object.values(SidecarInjection))),
    failures: optional(
      fc.record({
        atMost: fc.nat(1000),
        within: fc.integer({ min: 120, max: 3600 }).map((seconds) => Duration.seconds(seconds)),
        noData: optional(fc.constantFrom(NoData.pause(), NoData.fail(), NoData.succeed(), NoData.error())),
        minimumRequests: optional(fc.integer({ min: 1, max: 1000 })),
      }),
    ),
    monitoring: optional(fc.record({ versionLabel: optional(fc.constantFrom(...Object.values(VersionLabel))) })),
    traffic: optional(
      fc.record({
        routes: optional(
          fc
            .uniqueArray(label, { minLength: 1, maxLength: 4 })
            .chain((names) =>
              fc.tuple(
                ...names.map((name) => path.map((at) => HttpRoute.split(name, { matches: [HttpMatch.prefix(at)] }))),
              ),
            ),
        ),
      }),
    ),
  })
  // Failures are counted by a step.
  .map((props) =>
    props.failures && props.steps ? { ...props, steps: [...props.steps, CanaryStep.analysis()] } : props,
  );

const render = (props: CanaryAppProps) => {
  const app = new App();
  new CanaryApp(new Chart(app, 'law'), 'checkout', props);
  return app.synthYaml();
};
const manifestsOf = (props: CanaryAppProps) => synthesize((chart) => new CanaryApp(chart, 'checkout', props));
const law = (check: (props: CanaryAppProps) => void) =>
  fc.assert(fc.property(validSpec, check), { numRuns: sampleSize(100, 2), seed: 20 });

describe('whatever the spec,', () => {
  test('a valid one is accepted, and gives the same bytes each time', () => {
    law((props) => expect(render(props)).toBe(render(props)));
  });

  test('the weights of every split sum to 100, and the canary begins at 0', () => {
    law((props) => {
      for (const { route } of only(manifestsOf(props), 'VirtualService').spec.http) {
        expect(route.map(({ weight }: Manifest) => weight)).toEqual([100, 0]);
      }
    });
  });

  test('every reference in the Rollout leads to an object that is there', () => {
    law((props) => {
      const manifests = manifestsOf(props);
      const there = (kind: string) =>
        manifests.filter((manifest) => manifest.kind === kind).map(({ metadata }) => metadata.name);
      const { canaryService, stableService, trafficRouting, steps } = only(manifests, 'Rollout').spec.strategy.canary;
      expect(there('Service')).toEqual(expect.arrayContaining([canaryService, stableService]));
      expect(there('VirtualService')).toEqual([trafficRouting.istio.virtualService.name]);
      for (const { analysis } of steps.filter((one: Manifest) => one.analysis)) {
        expect(there('AnalysisTemplate')).toEqual([analysis.templates[0].templateName]);
      }
    });
  });

  test('the query parses', () => {
    law((props) => {
      for (const { kind, spec } of manifestsOf(props)) {
        if (kind !== 'AnalysisTemplate') continue;
        expect(parsePromql(spec.metrics[0].provider.prometheus.query).errors).toEqual([]);
      }
    });
  });
});
