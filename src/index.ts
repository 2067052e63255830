// The public API: what jsii publishes to TypeScript, Python, Java, Go and .NET.
export * from './app/canary-app';
export * from './app/canary-app-props';
export * from './app/cluster-versions';
export * from './app/companion-options';
export * from './app/manifest-patch';
export * from './app/step-plan';
export * from './rollout/rollout';
export { RolloutOptions } from './rollout/rollout-options';
export * from './rollout/workload-ref';
export * from './rollout/notification';
export * from './rollout/pod-disruption-budget';
export * from './rollout/scaled-object';
export * from './app/mesh-membership';
export * from './rollout/rollout-strategy';
export { BackgroundAnalysis, CanaryStrategyFields, CanaryStrategyOptions } from './rollout/canary-strategy';
export { BlueGreenStrategyFields, BlueGreenStrategyOptions } from './rollout/blue-green';
export * from './rollout/strategy-values';
export { CanaryStep, SetWeightOptions } from './rollout/canary-step';
export * from './rollout/canary-plan';
export * from './rollout/canary-scale';
export { HeaderMatch, MirrorMatch, MirrorRouteOptions } from './rollout/managed-route';
export { ExperimentAnalysis, ExperimentOptions, ExperimentSpecRef, ExperimentTemplate } from './rollout/experiment';
export { RolloutAnalysis } from './rollout/rollout-analysis';
export { PodDefaults } from './rollout/pod-defaults';
export * from './traffic/traffic-split';
export { TrafficRouter } from './traffic/traffic-router';
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
export * from './traffic/authorization-policy';
export { ExistingVirtualService, TlsRouteRef } from './traffic/existing-virtual-service';
export {
  HttpAnswerOptions,
  HttpDelegate,
  HttpMirror,
  HttpRoute,
  HttpRouteOptions,
  HttpSplitRouteOptions,
  VersionHeaders,
  WeightedDestination,
} from './traffic/http-route';
export * from './traffic/http-match';
export { StringMatch } from './traffic/string-match';
export * from './traffic/http-rewrite';
export { HttpDirectResponse, HttpRedirect, RedirectPort } from './traffic/http-redirect';
export { HttpRetries } from './traffic/http-retries';
export { HttpAbort, HttpDelay, HttpFault } from './traffic/http-fault';
export { CorsPolicy, UnmatchedPreflights } from './traffic/cors-policy';
export { HeaderOperations } from './traffic/header-operations';
export { TlsRoute, TlsRouteOptions } from './traffic/tls-route';
export * from './traffic/tcp-route';
export {
  GatewayApiOptions,
  GatewayApiTrafficSplit,
  GatewayApiTrafficSplitProps,
} from './traffic/gateway-api-traffic-split';
export * from './traffic/gateway-parent';
export { GrpcMatch, GrpcRoute, GrpcRouteOptions } from './traffic/grpc-route';
export { SameSite, StickyCanary } from './traffic/sticky-canary';
export * from './traffic/split-by';
export { DestinationSubset, IstioDestinationRule, IstioDestinationRuleProps } from './traffic/istio-destination-rule';
export {
  PortLevelSettings,
  PortTrafficPolicy,
  ProxyProtocol,
  RetryBudget,
  TrafficPolicy,
} from './traffic/traffic-policy';
export { ConnectionPool, TcpKeepalive } from './traffic/connection-pool';
export { OutlierDetection } from './traffic/outlier-detection';
export {
  ConsistentHashCookieOptions,
  ConsistentHashOptions,
  LoadBalancer,
  LoadBalancerAlgorithm,
  Locality,
  LocalityDistribution,
  LocalityFailover,
  Warmup,
} from './traffic/load-balancing';
export * from './traffic/client-tls';
export * from './traffic/destination';
export { CanaryServices, CanaryServicesProps, ServicePortName } from './traffic/canary-services';
export * from './analysis/analysis-template';
export * from './analysis/prometheus-failure-analysis';
export * from './analysis/prometheus-analysis';
export * from './analysis/canary-check';
export * from './analysis/job-analysis';
export { CheckOptions, RequestCheckOptions } from './analysis/catalogue/check';
export {
  ErrorRateOptions,
  ErrorsAgainstStableOptions,
  FailureCountOptions,
  SuccessRateOptions,
} from './analysis/catalogue/failures';
export { LatencyAgainstStableOptions, LatencyOptions } from './analysis/catalogue/latency';
export { TrafficShareOptions } from './analysis/catalogue/traffic-share';
export { RestartsOptions, SaturatedResource, SaturationOptions } from './analysis/catalogue/pods';
export { BurnRateOptions } from './analysis/catalogue/burn-rate';
export { SequentialTestOptions } from './analysis/catalogue/sequential-test';
export { QueryCheckOptions } from './analysis/catalogue/custom';
export {
  ApplicationMetricsOptions,
  IstioMetricsOptions,
  IstioReporter,
  RequestMetrics,
} from './analysis/values/request-metrics';
export { AnalysisMetric } from './analysis/metric';
export { MeasurementRetention } from './analysis/metric-rules';
export * from './analysis/provider';
export * from './analysis/providers/authentication';
export { PrometheusAccess, PrometheusQuery, PrometheusRange } from './analysis/providers/prometheus';
export { WebMethod, WebMetric } from './analysis/providers/web';
export { JobMetric } from './analysis/providers/job';
export {
  DatadogAggregator,
  DatadogApiVersion,
  DatadogMetric,
  NewRelicMetric,
  WavefrontMetric,
} from './analysis/providers/hosted';
export { CloudWatchMetric, CloudWatchQuery, CloudWatchStatistic } from './analysis/providers/cloud-watch';
export { KayentaMetric, KayentaScope, KayentaScopeSide } from './analysis/providers/kayenta';
export { GraphiteMetric, InfluxdbMetric, SkywalkingMetric } from './analysis/providers/query-servers';
export * from './analysis/values/condition';
export { CanaryIsolation } from './analysis/values/isolation';
export * from './analysis/values/label-matcher';
export * from './analysis/values/arg';
export * from './monitoring/canary-monitoring';
export { ScrapeOptions, ServiceMonitor, ServiceMonitorProps } from './monitoring/service-monitor';
export * from './monitoring/scrape-access';
export { ReplaceLabelOptions, ScrapeRelabeling } from './monitoring/scrape-relabeling';
export { ArgoCdAutomation, ArgoCdIgnoredDifference, ArgoCdOptions } from './gitops/application-spec';
export * from './gitops/argo-cd-application';
export * from './gitops/argo-cd-application-set';
export * from './openshift/openshift-route';
export * from './openshift/mesh-membership';
export * from './openshift/monitoring-access';
export * from './openshift/guarded-prometheus';
export { PodMonitor, PodMonitorProps } from './monitoring/pod-monitor';
export { RolloutRules, RolloutRulesOptions, RolloutRulesProps } from './monitoring/rollout-rules';
export {
  DashboardLatencyLimit,
  DashboardLimits,
  DashboardQuery,
  RolloutDashboard,
  RolloutDashboardOptions,
  RolloutDashboardProps,
} from './monitoring/rollout-dashboard';
export * from './lint/library/lint-report';
export * from './lint/library/manifest-linter';
export { CanaryValidation } from './lint/library/canary-validation';
