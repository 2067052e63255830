// What the definitions have and no option reaches, and why that is right. A line means a field and all below it.

const DEPRECATED = 'deprecated; what took its place is there';
const NOT_IN_ISTIO = 'in the definition, but Istio does not do it';
const TEMPLATE = 'the pods are of cdk8s-plus, whose options they have';
const FILES = 'files in the gateway’s pods, which nobody here can know of; certificates are in Secrets: credentialName';
const PROMETHEUS = 'about Prometheus as a whole rather than this app; by a JSON patch, or in its own configuration';
const NEWER = 'known from Istio 1.31 or 1.32 on; by a JSON patch';
const ROUTER = 'another traffic router: an ITrafficSplit of one’s own gives it to the Rollout';

export const EXCEPTIONS: Record<string, Record<string, string>> = {
  'argoproj.io Rollout': {
    'spec.template': TEMPLATE,
    'spec.strategy.canary.trafficRouting.alb': ROUTER,
    'spec.strategy.canary.trafficRouting.ambassador': ROUTER,
    'spec.strategy.canary.trafficRouting.apisix': ROUTER,
    'spec.strategy.canary.trafficRouting.appMesh': ROUTER,
    'spec.strategy.canary.trafficRouting.nginx': ROUTER,
    'spec.strategy.canary.trafficRouting.smi': ROUTER,
    'spec.strategy.canary.trafficRouting.traefik': ROUTER,
    'spec.strategy.canary.steps[].experiment.templates[].selector.matchExpressions':
      'the pods of an experiment have the labels that it gives them; equality is enough',
  },
  'argoproj.io AnalysisTemplate': {
    'spec.metrics[].provider.job.spec': TEMPLATE,
    'spec.args[].valueFrom.fieldRef':
      'the controller reads it of a Rollout’s arguments only (AnalysisArg.fieldRef); in a template it stays unresolved',
  },
  'networking.istio.io VirtualService': {
    'spec.http[].corsPolicy.allowOrigin': DEPRECATED,
    'spec.http[].delegate': 'Argo Rollouts does not follow delegates, so that nothing would be split',
    'spec.http[].directResponse.body.bytes': 'an answer in text is enough; let a Service give others',
    'spec.http[].fault.abort.http2Error': NOT_IN_ISTIO,
    'spec.http[].fault.delay.exponentialDelay': NOT_IN_ISTIO,
    'spec.http[].fault.delay.percent': DEPRECATED,
    'spec.http[].match[].name': 'a part of the route’s name in the proxy’s log; the route has a name',
    'spec.http[].mirror': 'one mirror; `mirrors` has several, and any share of the requests',
    'spec.http[].mirror_percent': DEPRECATED,
    'spec.http[].mirrorPercent': DEPRECATED,
    'spec.http[].mirrorPercentage': 'beside `mirror`; the mirrors have shares of their own',
    'spec.http[].redirect.prefixRewrite': NEWER,
    'spec.tcp[].match[].sourceSubnet': NOT_IN_ISTIO,
  },
  'networking.istio.io DestinationRule': {
    'spec.trafficPolicy.tunnel': 'for what is outside the mesh; the pods of a canary are inside',
    'spec.trafficPolicy.loadBalancer.consistentHash.minimumRingSize': DEPRECATED,
    'spec.trafficPolicy.loadBalancer.warmupDurationSecs': DEPRECATED,
    'spec.trafficPolicy.outlierDetection.consecutiveErrors': DEPRECATED,
    'spec.trafficPolicy.connectionPool.http.http2KeepAlive': NEWER,
    'spec.trafficPolicy.loadBalancer.backendUtilization': NEWER,
    'spec.trafficPolicy.loadBalancer.zoneAwareLbSetting': NEWER,
    'spec.trafficPolicy.outlierDetection.failurePercentageThreshold': NEWER,
    'spec.trafficPolicy.outlierDetection.outlierDetectionHttpErrorCodes': NEWER,
    'spec.trafficPolicy.retryBudget.budgetInterval': NEWER,
    'spec.trafficPolicy.tls.caCertCredentialName': NEWER,
  },
  'networking.istio.io Gateway': {
    'spec.servers[].defaultEndpoint': 'for sidecars, which no Gateway of an app is',
    'spec.servers[].port.targetPort': DEPRECATED,
    'spec.servers[].tls.alpnProtocols': NEWER,
    'spec.servers[].tls.ecdhCurves': NEWER,
    'spec.servers[].tls.insecureSkipVerify': NEWER,
    'spec.servers[].tls.caCertificates': FILES,
    'spec.servers[].tls.caCrl': FILES,
    'spec.servers[].tls.privateKey': FILES,
    'spec.servers[].tls.serverCertificate': FILES,
    'spec.servers[].tls.tlsCertificates': FILES,
  },
  'monitoring.coreos.com ServiceMonitor': monitor('endpoints'),
  'monitoring.coreos.com PodMonitor': {
    ...monitor('podMetricsEndpoints'),
    'spec.podMetricsEndpoints[].portNumber': 'ports are named, so that a Service and a monitor mean the same',
  },
  'monitoring.coreos.com PrometheusRule': {
    'spec.groups[].interval': PROMETHEUS,
    'spec.groups[].labels': 'each rule has its labels',
    'spec.groups[].limit': PROMETHEUS,
    'spec.groups[].partial_response_strategy': 'for a ruler of Thanos',
    'spec.groups[].query_offset': PROMETHEUS,
    'spec.groups[].rules[].keep_firing_for': 'the alerts are states of the rollout, which last by themselves',
  },
  'gateway.networking.k8s.io HTTPRoute': {
    ...gatewayApi(),
    'spec.rules[].filters[].cors': 'the plugin’s own types do not have it, and would take it away with each new weight',
    'spec.rules[].filters[].requestRedirect.path.replacePrefixMatch': 'a redirect names the whole path, as with Istio',
    'spec.rules[].retry': 'in the standard channel from Gateway API 1.7 on; by a JSON patch',
    'spec.rules[].timeouts.backendRequest': 'the time of one try; there are no retries, so that `timeout` is the same',
  },
  'gateway.networking.k8s.io GRPCRoute': gatewayApi(),
};

function gatewayApi(): Record<string, string> {
  const here = 'the Services are those of the Rollout, in its own namespace';
  const share = 'a share in percent is enough';
  return {
    'spec.rules[].backendRefs[].namespace': here,
    'spec.rules[].backendRefs[].filters': 'the plugin writes the weights of backends and knows no more of them',
    'spec.rules[].filters[].extensionRef': 'each gateway’s own; by a JSON patch',
    'spec.rules[].filters[].requestMirror.backendRef.namespace': here,
    'spec.rules[].filters[].requestMirror.fraction': share,
  };
}

function monitor(endpoints: string): Record<string, string> {
  const at = (field: string) => `spec.${endpoints}[].${field}`;
  const credentials = 'a bearer token covers what pods ask for; others by a JSON patch';
  const optional = 'a Secret that may be missing makes scrapes fail in silence';
  return {
    'spec.attachMetadata': PROMETHEUS,
    'spec.bodySizeLimit': PROMETHEUS,
    'spec.convertClassicHistogramsToNHCB': PROMETHEUS,
    'spec.extraScrapeMetrics': PROMETHEUS,
    'spec.fallbackScrapeProtocol': PROMETHEUS,
    'spec.keepDroppedTargets': PROMETHEUS,
    'spec.labelLimit': PROMETHEUS,
    'spec.labelNameLengthLimit': PROMETHEUS,
    'spec.labelValueLengthLimit': PROMETHEUS,
    'spec.namespaceSelector': 'a monitor is beside its app; one of another namespace would find the pods of others',
    'spec.nativeHistogramBucketLimit': PROMETHEUS,
    'spec.nativeHistogramMinBucketFactor': PROMETHEUS,
    'spec.scrapeClass': PROMETHEUS,
    'spec.scrapeClassicHistograms': PROMETHEUS,
    'spec.scrapeProtocols': PROMETHEUS,
    'spec.selector.matchExpressions': 'one Service is chosen, by its label; or one app’s pods, by theirs',
    'spec.selectorMechanism': PROMETHEUS,
    'spec.targetLimit': PROMETHEUS,
    ...(endpoints === 'podMetricsEndpoints'
      ? { 'spec.jobLabel': 'the job is the monitor’s name' }
      : { 'spec.serviceDiscoveryRole': PROMETHEUS, [at('bearerTokenFile')]: DEPRECATED }),
    [at('authorization.credentials.optional')]: optional,
    [at('authorization.type')]: 'Bearer, which is the default',
    [at('basicAuth')]: credentials,
    [at('bearerTokenSecret')]: DEPRECATED,
    [at('enableHttp2')]: PROMETHEUS,
    [at('filterRunning')]: PROMETHEUS,
    [at('followRedirects')]: PROMETHEUS,
    [at('honorLabels')]: 'a pod could then name another’s version in its series; the linter finds it guilty',
    [at('honorTimestamps')]: PROMETHEUS,
    [at('metricRelabelings[].modulus')]: 'for sharding, which is no work of a monitor of one app',
    [at('noProxy')]: PROMETHEUS,
    [at('oauth2')]: credentials,
    [at('proxyConnectHeader')]: PROMETHEUS,
    [at('proxyFromEnvironment')]: PROMETHEUS,
    [at('proxyUrl')]: PROMETHEUS,
    [at('relabelings[].modulus')]: 'for sharding, which is no work of a monitor of one app',
    [at('targetPort')]: DEPRECATED,
    [at('tlsConfig.ca.configMap')]: 'Secrets hold certificates',
    [at('tlsConfig.ca.secret.optional')]: optional,
    [at('tlsConfig.cert.configMap')]: 'Secrets hold certificates',
    [at('tlsConfig.cert.secret.optional')]: optional,
    [at('tlsConfig.keySecret.optional')]: optional,
    [at('tlsConfig.maxVersion')]: PROMETHEUS,
    [at('tlsConfig.minVersion')]: PROMETHEUS,
    [at('trackTimestampsStaleness')]: PROMETHEUS,
  };
}
