import { Chart, Duration, Testing } from 'cdk8s';
import {
  CanaryApp,
  CanaryCheck,
  CanaryStep,
  IstioReporter,
  LabelMatcher,
  RequestMetrics,
  SaturatedResource,
  Threshold,
} from '../../src';
import { graphOf, type Graph } from '../../src/graph';
import type { Truth } from './cross-check';

/** A check of the catalogue, and truths clearly within and clearly beyond its limit. */
export interface CatalogueCase {
  readonly name: string;
  readonly check: (beyond: boolean) => CanaryCheck;
  readonly within: Truth;
  readonly beyond: Truth;
  /** It counts no requests, so that one source is enough. */
  readonly withoutRequests?: boolean;
  /** It compares buckets, so that a native histogram is refused. */
  readonly ofBuckets?: boolean;
}

const good = (profile: Truth['profile']): Truth => ({ profile, outcome: 'promoted' });
const bad = (profile: Truth['profile'], behaviour?: Truth['behaviour']): Truth => ({
  profile,
  behaviour,
  outcome: 'aborted',
});
const FEW = good({ errorRate: 0.005 });
const MANY = bad({ errorRate: 0.2 });
const FAST = { p50: 0.05, p99: 0.4 };
const SLOW = { p50: 2, p99: 8 };

export const CHECKS: readonly CatalogueCase[] = [
  { name: 'failureCount', check: () => CanaryCheck.failureCount({ atMost: 300 }), within: FEW, beyond: MANY },
  { name: 'successRate', check: () => CanaryCheck.successRate({ atLeast: 0.95 }), within: FEW, beyond: MANY },
  { name: 'errorRate', check: () => CanaryCheck.errorRate({ atMost: 0.05 }), within: FEW, beyond: MANY },
  {
    name: 'errorsAgainstStable',
    check: () => CanaryCheck.errorsAgainstStable({ atMost: 3 }),
    within: good({ errorRate: 0.01 }),
    beyond: MANY,
  },
  {
    name: 'latency',
    check: () => CanaryCheck.latency({ quantile: 0.95, atMost: Duration.seconds(1) }),
    within: good({ errorRate: 0.01, latency: FAST }),
    beyond: bad({ errorRate: 0.01, latency: SLOW }),
  },
  {
    name: 'latencyAgainstStable',
    check: () => CanaryCheck.latencyAgainstStable({ quantile: 0.95, atMost: 2 }),
    within: good({ errorRate: 0.01, latency: FAST }),
    beyond: bad({ errorRate: 0.01, latency: SLOW }),
  },
  {
    name: 'trafficShare',
    check: (beyond) => CanaryCheck.trafficShare(beyond ? { weight: 90 } : {}),
    within: FEW,
    beyond: bad({ errorRate: 0.005 }),
  },
  {
    name: 'restarts',
    check: () => CanaryCheck.restarts(),
    within: FEW,
    // Three pods restart some 18 times in ten minutes.
    beyond: bad({ errorRate: 0.005, restarts: 36 }),
    withoutRequests: true,
  },
  {
    name: 'outOfMemoryKills',
    check: () => CanaryCheck.outOfMemoryKills(),
    within: FEW,
    beyond: bad({ errorRate: 0.005, restarts: 36, restartReason: 'OOMKilled' }),
    withoutRequests: true,
  },
  ...(
    [
      ['saturation', SaturatedResource.MEMORY],
      ['saturation, CPU', SaturatedResource.CPU],
      ['saturation, CPU throttling', SaturatedResource.CPU_THROTTLING],
    ] as const
  ).map(([name, resource]) => ({
    name,
    check: () => CanaryCheck.saturation({ resource, atMost: 0.9 }),
    within: good({ errorRate: 0.005, saturation: 0.7 }),
    beyond: bad({ errorRate: 0.005, saturation: 0.99 }),
    withoutRequests: true,
  })),
  {
    name: 'burnRate',
    check: () => CanaryCheck.burnRate({ objective: 0.99, atMost: 5, shortWindow: Duration.minutes(2) }),
    within: FEW,
    beyond: MANY,
  },
  {
    name: 'sequentialTest',
    check: () => CanaryCheck.sequentialTest(),
    within: good({ errorRate: 0.01 }),
    beyond: MANY,
  },
  {
    name: 'sequentialLatencyTest',
    check: () => CanaryCheck.sequentialLatencyTest(),
    ofBuckets: true,
    within: good({ errorRate: 0.01, latency: FAST }),
    beyond: bad({ errorRate: 0.01, latency: SLOW }),
  },
  {
    name: 'query',
    check: () =>
      CanaryCheck.query({
        query:
          'sum(increase(http_requests_total{namespace="{{args.namespace}}",rollouts_pod_template_hash="{{args.canary-hash}}",code=~"5.."}[5m])) or vector(0)',
        threshold: Threshold.atMost(300),
      }),
    within: FEW,
    beyond: MANY,
    withoutRequests: true,
  },
];

/** Where requests are counted. */
export const SOURCES: Readonly<
  Record<string, (name: string) => { readonly requests: RequestMetrics; readonly grpc?: boolean }>
> = {
  application: () => ({ requests: RequestMetrics.application() }),
  'application, words': () => ({
    requests: RequestMetrics.application({
      counter: 'shop_requests_total',
      failureMatchers: [LabelMatcher.equalTo('outcome', 'error')],
    }),
  }),
  'application, native histogram': () => ({ requests: RequestMetrics.application({ nativeHistogram: true }) }),
  'gRPC server': () => ({ requests: RequestMetrics.grpcServer(), grpc: true }),
  'Istio source': (name) => ({ requests: istio(name, IstioReporter.SOURCE) }),
  'Istio source, gRPC': (name) => ({ requests: istio(name, IstioReporter.SOURCE), grpc: true }),
  'Istio destination': (name) => ({ requests: istio(name, IstioReporter.DESTINATION) }),
  'Istio destination, gRPC': (name) => ({ requests: istio(name, IstioReporter.DESTINATION), grpc: true }),
  'Istio waypoint': (name) => ({ requests: istio(name, IstioReporter.WAYPOINT) }),
};

const istio = (name: string, reporter: IstioReporter): RequestMetrics =>
  RequestMetrics.istio({ reporter, canaryService: `${name}-canary`, stableService: `${name}-stable` });

/** An app that is measured by one check of one source. */
export function appWith(check: CanaryCheck, source: string, name: string, namespace: string): Graph {
  const app = Testing.app();
  const chart = new Chart(app, 'chart', { namespace });
  const { requests, grpc } = SOURCES[source](name);
  new CanaryApp(chart, 'app', {
    name,
    image: 'registry.example.com/app:2.0.0',
    port: 8080,
    portName: grpc ? 'grpc' : 'http',
    prometheus: 'http://prometheus.monitoring:9090',
    measuring: { requests },
    checks: [check],
    steps: [CanaryStep.setWeight(50), CanaryStep.analysis()],
    replicas: 3,
  });
  return graphOf((Testing.synth(chart) as object[]).map((manifest) => ({ origin: name, manifest })));
}
