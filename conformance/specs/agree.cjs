// Fields of one value that must be consistent, wherever the value is used: as the library's messages require.
// `Type` for structs, `Type#factory` for values of classes. Each takes the fields and gives them as they should be.

const omit = (value, ...names) => Object.fromEntries(Object.entries(value).filter(([name]) => !names.includes(name)));
const isEmpty = (value) => Object.keys(value).length === 0;

/** Items with a key of their own; those that repeat one are left out. */
function unique(items, keyOf) {
  const seen = new Set();
  return items.filter((item) => !seen.has(keyOf(item)) && seen.add(keyOf(item)));
}

const millis = (text) => {
  const units = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };
  return [...text.matchAll(/(\d+)(ms|h|m|s)/g)].reduce(
    (sum, [, amount, unit]) => sum + Number(amount) * units[unit],
    0,
  );
};

/** Limits that the number of measurements can reach. */
function limits(value) {
  const { interval, failureLimit = 0, inconclusiveLimit = 0, consecutiveSuccessLimit = 0 } = value;
  let { count } = value;
  const most = failureLimit + consecutiveSuccessLimit;
  if (count === undefined && interval !== undefined) {
    return failureLimit > 0 || inconclusiveLimit > 0
      ? { ...value, count: Math.max(most, failureLimit + 1, inconclusiveLimit) }
      : { ...value, count: Math.max(most, 1) };
  }
  count = Math.max(count ?? 1, most, failureLimit + 1, inconclusiveLimit);
  if (count === 1) return value;
  return { ...value, count, interval: interval ?? '1m' };
}

const template = (value) => {
  const metrics = value.metrics === undefined ? undefined : unique(value.metrics, ({ name }) => name);
  const args = value.args && unique(value.args, argName);
  return { ...value, metrics, args };
};

/** Conditions that fit the result: Prometheus gives lists, most others a number. */
function judged(value) {
  const { provider, condition } = value;
  const kind = Object.keys(provider)[0];
  if (kind === 'kayenta' || condition === undefined) return value;
  const [how, options] = Object.entries(condition)[0];
  const list = kind === 'prometheus';
  if (how === 'expression') {
    const fits = (text) => text && (list ? LISTS : NUMBERS)[text.includes('<') ? 0 : 1];
    return { ...value, condition: { expression: { success: fits(options.success), failure: fits(options.failure) } } };
  }
  return { ...value, condition: { [list ? 'threshold' : 'scalar']: options } };
}

const LISTS = ['len(result) > 0 && result[0] <= 5', 'len(result) > 0 && result[0] > 9'];
const NUMBERS = ['result < 0.9', 'result >= 0.95'];

/** The arguments that queries use, declared and passed. */
function asked(value) {
  const text = JSON.stringify(value.metrics);
  const used = ['namespace', 'canary-hash'].filter((name) => text.includes(`{{args.${name}}}`));
  const passed = {
    namespace: { fieldRef: { name: 'namespace', fieldPath: 'metadata.namespace' } },
    'canary-hash': { podTemplateHash: { name: 'canary-hash', hash: 'latest' } },
  };
  const args = [...used.map((name) => ({ required: { name } })), ...(value.args ?? [])];
  const rolloutArgs = [...used.map((name) => passed[name]), ...(value.rolloutArgs ?? [])];
  return {
    ...value,
    args: args.length > 0 ? args : undefined,
    rolloutArgs: rolloutArgs.length > 0 ? rolloutArgs : undefined,
  };
}

/** A check that counts no requests. */
const uncounted = (value) => check(omit(value, 'requests'));

const authenticated = (value) => (value.authentication ? value : omit(value, 'clusterAuthentication'));

/** Analyses of each step, or none. */
const judgedOnce = (value) => (value.analysis ? omit(value, 'analyzeEachStep') : value);

const headerName = (match) => Object.values(match)[0].header.toLowerCase();

/** Subsets of a DestinationRule that exists. */
const foreign = (value) => ({
  ...omit(value, 'labels', 'destinationRuleName'),
  ...(value.additional && { additional: value.additional.map((one) => omit(one, 'trafficPolicy')) }),
});

const subscribed = (one) => {
  const [kind, { trigger, service = kind }] = Object.entries(one)[0];
  return `${trigger} ${service}`;
};

const argName = (arg) => Object.values(arg)[0].name;

function trafficPolicy(value) {
  let { locality, outlierDetection } = value;
  if (locality?.failover || locality?.failoverPriority) outlierDetection ??= { consecutive5xxErrors: 5 };
  if (isEmpty(omit(value, 'port', 'portLevelSettings'))) return { ...value, connectionPool: { maxConnections: 100 } };
  return { ...value, locality, outlierDetection };
}

const ASKED_OF_CLIENTS = ['caCertCredentialName', 'subjectAltNames', 'verifyCertificateHash', 'verifyCertificateSpki'];

/** Servers at which TLS ends and clients show no certificate. */
const oneSided = (value) => ordered(omit(value, ...ASKED_OF_CLIENTS));

/** Versions of TLS of which the newest is not the oldest but one. */
const ordered = (value) => (value.minProtocolVersion === 'v13' ? omit(value, 'maxProtocolVersion') : value);

/** Servers at which no TLS ends. */
const noTls = (value) =>
  omit(
    value,
    'minProtocolVersion',
    'maxProtocolVersion',
    'cipherSuites',
    'furtherCredentialNames',
    ...ASKED_OF_CLIENTS,
  );

/** Limits of a check, which hold whatever those of its analysis are. */
function check(value) {
  if (
    !['count', 'interval', 'failureLimit', 'inconclusiveLimit', 'consecutiveSuccessLimit'].some((name) => name in value)
  )
    return value;
  const { count = 1, failureLimit = 0, inconclusiveLimit = 0, interval = '1m' } = limits(value);
  return { ...value, count, interval, failureLimit, inconclusiveLimit };
}

/** Parents that are not the same object. */
const parents = (value) => ({
  ...value,
  parents: unique(value.parents, (one) =>
    JSON.stringify([Object.keys(one)[0], Object.values(one)[0].name, Object.values(one)[0].namespace]),
  ),
});

const NO_PROBES = ['liveness', 'readiness', 'startup', 'lifecycle'];

/** Containers that run before the others are not probed. */
function pods(value) {
  const named = (all, prefix) => all?.map((one, i) => ({ ...one, name: `${prefix}-${i}` }));
  const initContainers = named(value.initContainers, 'init')?.map((one) => omit(one, ...NO_PROBES));
  const hostAliases = value.hostAliases && unique(value.hostAliases, ({ ip }) => ip);
  // A Rollout that is paused from its first deployment on never has weights, from which an argument may be taken.
  const paused = value.paused === undefined ? undefined : false;
  const notifications = value.notifications && unique(value.notifications, subscribed);
  return { ...value, paused, initContainers, hostAliases, notifications, containers: named(value.containers, 'side') };
}

const valued = (how) => (how && 'present' in how ? { exact: { value: 'yes' } } : how);

const agree = {
  // Routes
  HttpMatchOptions: (value) => ({ ...value, method: valued(value.method), authority: valued(value.authority) }),
  CorsPolicy: (value) => ({ ...value, allowOrigins: value.allowOrigins.map(valued) }),
  GrpcMatch: (value) => (isEmpty(value) ? { service: 'shop.Checkout' } : value),
  'HttpMatch#request': (value) => (isEmpty(value) ? { method: { exact: { value: 'GET' } } } : value),
  'HttpRoute#redirect': (value) =>
    ['uri', 'authority', 'scheme', 'port'].some((name) => name in value) ? value : { ...value, uri: '/' },
  HttpRedirect: (value) => (value.derivePort ? omit(value, 'port') : value),
  StickyCanary: (value) => (value.sameSite === 'none' || value.partitioned ? { ...value, secure: true } : value),
  VersionHeaders: (value) => (isEmpty(value) ? { request: { set: { 'x-version': 'yes' } } } : value),
  JobAnalysisProps: (value) =>
    value.values
      ? {
          ...value,
          args: [...(value.args ?? []), ...Object.keys(value.values).map((name) => `--${name}={{args.${name}}}`)],
        }
      : value,
  HttpAbort: (value) => {
    if (value.httpStatus === undefined && value.grpcStatus === undefined) return { ...value, httpStatus: 503 };
    return value.httpStatus === undefined ? value : omit(value, 'grpcStatus');
  },
  HttpFault: (value) => (isEmpty(value) ? { abort: { httpStatus: 503 } } : value),
  HttpRetries: (value) => (value.attempts === 0 ? { attempts: 0 } : value),
  HeaderOperations: (value) => (isEmpty(value) ? { remove: ['x-internal'] } : value),
  MirrorMatch: (value) =>
    isEmpty(value)
      ? { path: { prefix: { value: '/' } } }
      : {
          ...value,
          method: valued(value.method),
          path: valued(value.path),
          ...(value.headers && { headers: unique(value.headers, headerName) }),
        },
  'GatewayServer#http': noTls,
  'GatewayServer#httpsRedirect': noTls,
  'GatewayServer#tlsPassthrough': noTls,
  'GatewayServer#tcp': (value) => omit(noTls(value), 'port'),
  'GatewayServer#grpc': noTls,
  'GatewayServer#https': oneSided,
  'GatewayServer#tls': oneSided,
  'GatewayServer#mutualTls': ordered,
  'GatewayServer#optionalMutualTls': ordered,
  'GatewayServer#istioMutual': (value) => omit(ordered(value), 'furtherCredentialNames', ...ASKED_OF_CLIENTS),
  'SplitBy#existingSubsets': foreign,
  SubsetOptions: (value) => {
    const { canaryName, additional } = value;
    const stableName = value.stableName === (canaryName ?? 'canary') ? undefined : value.stableName;
    const taken = [canaryName ?? 'canary', stableName ?? 'stable'];
    const clash = canaryName === 'stable' ? undefined : canaryName;
    const others = additional && unique(additional, ({ name }) => name).filter(({ name }) => !taken.includes(name));
    return { ...value, canaryName: clash, stableName, additional: others?.length ? others : undefined };
  },
  // Of a Service that others ask for without a port, the systems know one port alone.
  'Destination#host': (value) => omit(value, 'port'),
  // Policies
  OutlierDetection: (value) =>
    value.consecutiveLocalOriginFailures === undefined ? value : { ...value, splitExternalLocalOriginErrors: true },
  TcpKeepalive: (value) => ({ time: '1m', ...value }),
  ConnectionPool: (value) =>
    isEmpty(value) ? { maxConnections: 100 } : value.useClientProtocol ? omit(value, 'h2Upgrade') : value,
  Locality: (value) => {
    const { distribute } = value;
    if (distribute === undefined) return value.failover ? omit(value, 'failoverPriority') : value;
    return { ...omit(value, 'failover', 'failoverPriority'), distribute: unique(distribute, ({ from }) => from) };
  },
  LocalityDistribution: ({ from, to }) => {
    const places = Object.keys(to);
    const rest = 100 - (places.length - 1) * 10;
    return { from, to: Object.fromEntries(places.map((place, i) => [place, i === 0 ? rest : 10])) };
  },
  TrafficPolicy: (value) => {
    const { portLevelSettings } = value;
    const whole = isEmpty(value) ? { connectionPool: { maxConnections: 100 } } : value;
    return {
      ...trafficPolicy(whole),
      portLevelSettings: portLevelSettings && unique(portLevelSettings, ({ port }) => port),
    };
  },
  PortLevelSettings: trafficPolicy,
  ScrapeTlsOptions: (value) =>
    value.certificate || value.privateKey
      ? {
          ...value,
          certificate: value.certificate ?? value.privateKey,
          privateKey: value.privateKey ?? value.certificate,
        }
      : value,
  IstioDestinationRuleProps: (value) => (value.workloadSelector ? omit(value, 'exportTo') : value),
  ConsistentHashOptions: (value) => (value.maglevTableSize ? omit(value, 'minimumRingSize') : value),
  ConsistentHashCookieOptions: (value) => (value.maglevTableSize ? omit(value, 'minimumRingSize') : value),
  ClientTlsOptions: (value) =>
    value.insecureSkipVerify
      ? omit(value, 'caCertificates', 'caCrl', 'subjectAltNames', 'credentialName')
      : value.credentialName
        ? omit(value, 'caCrl')
        : value,
  'ClientTls#mutual': (value) =>
    value.credentialName !== undefined
      ? omit(value, 'clientCertificate', 'privateKey', 'caCertificates')
      : { ...value, clientCertificate: '/etc/certs/cert.pem', privateKey: '/etc/certs/key.pem' },
  'ClientTls#simple': (value) => {
    const files = omit(value, 'clientCertificate', 'privateKey');
    return value.credentialName === undefined ? files : omit(files, 'caCertificates');
  },
  // Analyses
  'Condition#expression': (value) => (isEmpty(value) ? { success: 'len(result) > 0 && result[0] <= 5' } : value),
  IstioMetricsOptions: (value) => {
    const {
      reporter = 'source',
      isolation,
      canaryService = 'checkout-canary',
      stableService = 'checkout-stable',
    } = value;
    return reporter === 'destination' || isolation ? value : { ...value, canaryService, stableService };
  },
  SigV4Options: (value) => (isEmpty(value) ? { region: 'eu-west-1' } : value),
  PrometheusQuery: (value) => signed(value, 'address', value.authentication),
  AnalysisMetric: (value) => limits(judged(value)),
  BurnRateOptions: (value) => {
    const { shortWindow, window } = value;
    const fits = shortWindow === undefined || millis(shortWindow) < millis(window ?? '1h');
    return check(fits ? value : omit(value, 'shortWindow'));
  },
  ErrorRateOptions: check,
  ErrorsAgainstStableOptions: check,
  FailureCountOptions: check,
  LatencyOptions: check,
  LatencyAgainstStableOptions: check,
  QueryCheckOptions: uncounted,
  RestartsOptions: uncounted,
  SaturationOptions: uncounted,
  SequentialTestOptions: (value) => check(value.slot || value.window ? { ...value, slot: '2m', window: '1h' } : value),
  SuccessRateOptions: check,
  TrafficShareOptions: check,
  RolloutRulesOptions: (value) => (value.requests ? value : omit(value, 'window')),
  RolloutRulesProps: (value) => (value.requests ? value : omit(value, 'window')),
  CanaryAppFailures: (value) => failures(value),
  PrometheusFailureAnalysisProps: (value) => signed(failures(value), 'prometheus', value.access?.authentication),
  PrometheusAnalysisOptions: (value) => template(limits(value)),
  PrometheusAnalysisProps: (value) => signed(template(limits(value)), 'prometheus', value.access?.authentication),
  AnalysisTemplateProps: (value) => asked(template(value)),
  AnalysisTemplateOptions: template,
  WebMetric: (value) => {
    const { method, body } = value;
    if (method !== 'post' && method !== 'put') return omit(value, 'body', 'jsonBody');
    return body === undefined ? value : omit(value, 'jsonBody');
  },
  DatadogMetric: (value) => {
    const secret = value.secretName === undefined ? omit(value, 'namespacedSecret') : value;
    if (value.queries === undefined) {
      const { apiVersion, query = 'avg:requests.error.rate{service:checkout}' } = secret;
      const one = { ...omit(secret, 'formula'), query };
      return apiVersion === 'v2' ? one : omit(one, 'aggregator');
    }
    const names = Object.keys(value.queries);
    const formula = names.length > 1 ? names.join(' / ') : value.formula && names[0];
    return { ...omit(secret, 'query'), apiVersion: 'v2', formula };
  },
  CloudWatchQuery: (value) => {
    if (value.expression !== undefined) return omit(value, 'statistic');
    value = omit(value, 'period');
    const statistic = { namespace: 'Shop', metricName: 'errors', stat: 'Sum', period: '1m' };
    return { statistic, ...value };
  },
  CloudWatchMetric: (value) => ({ ...value, queries: unique(value.queries, ({ id }) => id) }),
  KayentaMetric: (value) => ({ ...value, scopes: unique(value.scopes, ({ name }) => name) }),
  // Steps
  ExperimentOptions: (value) => {
    const templates = unique(value.templates, ({ name }) => name);
    const analyses = value.analyses && unique(value.analyses, ({ name }) => name);
    const ends = value.duration !== undefined || analyses?.some((analysis) => analysis.requiredForCompletion);
    return { ...value, templates, analyses, duration: ends ? value.duration : '5m' };
  },
  CanaryStrategyFields: (value) => strategy(value),
  CanaryStrategyOptions: (value) => strategy(value),
  BlueGreenStrategyOptions: (value) =>
    value.previewService === value.activeService ? omit(value, 'previewService') : value,
  // Pods
  ApiObjectMetadata: (value) => ({ ...value, ownerReferences: value.ownerReferences?.slice(0, 1) }),
  'EnvValue#resource': (value) =>
    value.resource.startsWith('cpu') && value.divisor ? { ...value, divisor: '1' } : value,
  'EnvValue#fieldRef': (value) =>
    ['podLabel', 'podAnnotation'].includes(value.fieldPath) ? { key: 'tier', ...value } : omit(value, 'key'),
  RolloutOptions: pods,
  RolloutProps: pods,
  ContainerOpts: (value) => container(value),
  ContainerProps: (value) => container(value),
  ContainerSecurityContextProps: (value) =>
    value.privileged || value.capabilities?.add?.includes('sysAdmin')
      ? { ...value, allowPrivilegeEscalation: true }
      : value,
  CpuResources: (value) => bounded(value, cores),
  MemoryResources: (value) => bounded(value, bytes),
  EphemeralStorageResources: (value) => bounded(value, bytes),
  EnvFrom: (value) => (value.configMap ? omit(value, 'sec') : { sec: { secretName: { name: 'settings' } }, ...value }),
  PodSecurityContextProps: (value) => ({
    ...value,
    sysctls: value.sysctls && unique(value.sysctls, ({ name }) => name),
  }),
  'Volume#azureDisk': (value) => ({
    ...value,
    diskUri: value.kind === 'managed' ? value.diskUri : 'https://shop.blob.core.windows.net/vhds/data.vhd',
  }),
  VolumeMount: (value) => (value.subPath === undefined ? value : omit(value, 'subPathExpr')),
  PodDnsProps: (value) =>
    value.policy === 'none' && !value.nameservers ? { ...value, nameservers: ['8.8.8.8'] } : value,
  // Scaling and GitOps
  ServiceMeshMemberRollProps: (value) =>
    value.members || value.memberLabels ? value : { ...value, members: ['shop'] },
  GuardedPrometheusProps: (value) =>
    value.allowedIpBlocks || value.allowedRequestPrincipals ? value : { ...value, allowedIpBlocks: ['10.0.0.0/8'] },
  GatewayApiOptions: parents,
  GatewayApiTrafficSplitProps: parents,
  'RouteTermination#edge': (value) => omit(value, 'destinationCaCertificate'),
  PodDisruptionBudgetProps: (value) => {
    if (value.maxUnavailable === undefined && value.minAvailable === undefined) {
      return { ...value, maxUnavailable: { absolute: { num: 1 } } };
    }
    return value.maxUnavailable === undefined ? value : omit(value, 'minAvailable');
  },
  CanaryAppAuthorizationPolicy: denying,
  IstioAuthorizationPolicyProps: denying,
  CanaryAppDisruptionBudget: (value) => (value.maxUnavailable === undefined ? value : omit(value, 'minAvailable')),
  KedaTriggerOptions: authenticated,
  'KedaTrigger#of': authenticated,
  'KedaTrigger#prometheus': authenticated,
  CanaryPlanOptions: judgedOnce,
  'StepPlan#linear': judgedOnce,
  'StepPlan#canary': judgedOnce,
  'StepPlan#exponential': judgedOnce,
  'StepPlan#weights': (value) => judgedOnce({ ...value, weights: [...value.weights].sort((a, b) => a - b) }),
  ArgoCdApplicationProps: (value) => automation(value.clusterName === undefined ? value : omit(value, 'server')),
  ArgoCdApplicationSetProps: (value) =>
    automation({ ...value, environments: unique(value.environments, ({ name }) => name) }),
  ArgoCdIgnoredDifference: (value) =>
    value.jsonPointers || value.jqPathExpressions ? value : { ...value, jsonPointers: ['/data'] },
};

/** Whoever denies says what. */
function denying(value) {
  return value.action === 'deny' && !value.rules ? { ...value, rules: [{}] } : value;
}

/** Amazon's own address, where requests are signed as it asks. */
function signed(value, field, authentication) {
  if (!authentication || !('sigv4' in authentication)) return value;
  return { ...value, [field]: 'https://aps-workspaces.eu-west-1.amazonaws.com/workspaces/ws-1' };
}

const automation = (value) => (value.autoSync === false ? omit(value, 'automated') : value);

function failures(value) {
  const bounded = limits(value);
  if (value.query === undefined) return bounded;
  return omit(bounded, 'counter', 'failureMatchers', 'matchers', 'isolation', 'minimumRequests');
}

function strategy(value) {
  return value.dynamicStableScale ? omit(value, 'scaleDownDelay') : value;
}

function container(value) {
  const ports =
    value.ports &&
    unique(
      unique(value.ports, ({ number }) => number),
      ({ name }) => name,
    );
  const mounts =
    value.volumeMounts &&
    unique(value.volumeMounts, ({ path }) => path).map((one) =>
      one.propagation === 'bidirectional' ? omit(one, 'propagation') : one,
    );
  return { ...value, ports, volumeMounts: mounts };
}

const cores = (text) => (text.endsWith('m') ? Number(text.slice(0, -1)) / 1000 : Number(text));
const bytes = (text) => Number.parseInt(text, 10) * { Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30 }[text.slice(-2)];

/** A request that is within its limit. */
function bounded(value, amount) {
  const { request, limit } = value;
  return request !== undefined && limit !== undefined && amount(request) > amount(limit)
    ? { request: limit, limit: request }
    : value;
}

module.exports = { agree, omit, signed, unique };
