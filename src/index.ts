// The public API: what jsii publishes to TypeScript, Python, Java, Go and .NET.
export * from './app/canary-app';
export * from './rollout/rollout';
export * from './rollout/rollout-strategy';
export * from './rollout/canary-step';
export { PodDefaults } from './rollout/pod-defaults';
export * from './traffic/traffic-split';
export * from './traffic/istio-traffic-split';
export {
  GatewayServer,
  GatewayServerOptions,
  IIstioGateway,
  IstioApiVersion,
  IstioGateway,
  IstioGatewayProps,
  TlsVersion,
} from './traffic/istio-gateway';
export { IstioRoutes, IstioVirtualService, IstioVirtualServiceProps } from './traffic/istio-virtual-service';
export { ExistingVirtualService, TlsRouteRef } from './traffic/existing-virtual-service';
export { HttpAnswerOptions, HttpMirror, HttpRoute, HttpRouteOptions, WeightedDestination } from './traffic/http-route';
export * from './traffic/http-match';
export { StringMatch } from './traffic/string-match';
export * from './traffic/http-rewrite';
export { HttpDirectResponse, HttpRedirect } from './traffic/http-redirect';
export { HttpRetries } from './traffic/http-retries';
export { HttpAbort, HttpDelay, HttpFault } from './traffic/http-fault';
export { CorsPolicy } from './traffic/cors-policy';
export { HeaderOperations } from './traffic/header-operations';
export { TlsRoute, TlsRouteOptions } from './traffic/tls-route';
export * from './traffic/tcp-route';
export { StickyCanary } from './traffic/sticky-canary';
export * from './traffic/split-by';
export { DestinationSubset, IstioDestinationRule, IstioDestinationRuleProps } from './traffic/istio-destination-rule';
export { PortLevelSettings, PortTrafficPolicy, TrafficPolicy } from './traffic/traffic-policy';
export { ConnectionPool } from './traffic/connection-pool';
export { OutlierDetection } from './traffic/outlier-detection';
export {
  LoadBalancer,
  LoadBalancerAlgorithm,
  Locality,
  LocalityDistribution,
  LocalityFailover,
  Warmup,
} from './traffic/load-balancing';
export * from './traffic/client-tls';
export * from './traffic/destination';
export { CanaryServices, CanaryServicesProps } from './traffic/canary-services';
export * from './analysis/analysis-template';
export * from './analysis/prometheus-failure-analysis';
export { AnalysisMetric } from './analysis/metric';
export * from './analysis/provider';
export * from './analysis/condition';
export * from './analysis/isolation';
export * from './analysis/label-matcher';
export * from './analysis/arg';
export * from './monitoring/canary-monitoring';
export * from './monitoring/service-monitor';
export * from './monitoring/scrape-access';
