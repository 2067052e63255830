// Parts of a set that must be consistent: unique names, arguments that are passed, checks that can be
// asked together.
const { omit } = require('./agree.cjs');
const strategy = require('./strategy.cjs');
const { only, servers } = require('./traffic.cjs');
const { rewritten } = require('./written.cjs');

const HASH = { podTemplateHash: {} };
const COMPARING = [
  'errorsAgainstStable',
  'latencyAgainstStable',
  'sequentialLatencyTest',
  'sequentialTest',
  'trafficShare',
];

/** Isolations that know the canary alone. */
const knowsCanaryOnly = (isolation) =>
  isolation !== undefined &&
  ('labels' in isolation || (isolation.service && isolation.service.stableService === undefined));

/** Isolations by which versions can be shown beside each other. */
const showsBoth = (requests) => {
  const isolation = requests && only(requests)[1].isolation;
  return isolation === undefined || !(knowsCanaryOnly(isolation) || 'labelsOfBoth' in isolation);
};

const isolated = (requests, fits) => {
  if (requests === undefined) return undefined;
  const [kind, options] = only(requests);
  return fits(requests) ? requests : { [kind]: { ...options, isolation: HASH } };
};

const comparable = (requests) => !knowsCanaryOnly(requests && only(requests)[1].isolation);

/** A native histogram has no buckets to compare. */
function withBuckets(requests = { application: {} }) {
  const [kind, { nativeHistogram: _, ...options }] = only(requests);
  return { [kind]: options };
}

/** Checks that can be asked together. */
function checks(all) {
  return all.map((stated) => {
    const one =
      'sequentialLatencyTest' in stated
        ? {
            sequentialLatencyTest: {
              ...stated.sequentialLatencyTest,
              requests: withBuckets(stated.sequentialLatencyTest.requests),
            },
          }
        : stated;
    const [kind, options] = only(one);
    return COMPARING.includes(kind) && options.requests
      ? { [kind]: { ...options, requests: isolated(options.requests, comparable) } }
      : one;
  });
}

/** The objects that are made within a spec have names of their own, and so have metrics and arguments. */
function namer() {
  const used = new Set(['failures', 'smoke']);
  const fresh = (wanted) => {
    let name = wanted;
    for (let i = 2; used.has(name); i++) name = `${wanted.slice(0, 40).replace(/-+$/, '')}-${i}`;
    used.add(name);
    return name;
  };
  return fresh;
}

/** Templates with what their Rollouts pass for the arguments that are required. */
function passing(one) {
  const required = (one.args ?? []).filter((arg) => 'required' in arg).map((arg) => arg.required.name);
  const generated = (one.rolloutArgs ?? []).filter((arg) => !KNOWN_ARGS.includes(only(arg)[1].name));
  const rest = required.filter((name) => !KNOWN_ARGS.includes(name));
  const rolloutArgs = [
    ...(one.rolloutArgs ?? []).filter((arg) => KNOWN_ARGS.includes(only(arg)[1].name)),
    ...rest.map((name, i) => {
      const [kind, args] = only(generated[i] ?? { value: { value: 'yes' } });
      return { [kind]: { ...args, name } };
    }),
  ];
  return rolloutArgs.length > 0 ? { ...one, rolloutArgs } : omit(one, 'rolloutArgs');
}

/** What ready-made queries use. */
const KNOWN_ARGS = ['namespace', 'canary-hash'];

/** Of the metadata of a template, pods have labels and annotations. */
function podMetadata(one) {
  const { labels, annotations } = one.podMetadata ?? {};
  return labels || annotations ? { ...one, podMetadata: stated({ labels, annotations }) } : omit(one, 'podMetadata');
}

const kebab = (word) => word.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** Parts, the innermost first. */
function parts(model, type, value) {
  const fresh = namer();
  const named = (kind) => (fields) => ({
    ...fields,
    metadata: { ...omit(fields.metadata ?? {}, 'namespace'), name: fresh(fields.metadata?.name ?? kebab(kind)) },
  });
  let rules = 0;
  // All metrics, and each time in other words: no rule may be there twice.
  const rule = () => (rules++ === 0 ? '.*' : `.*|${rules}`);
  const ruled = (one) => (one.dryRun ? { ...one, dryRun: [rule()] } : one);
  const change = {
    MeasurementRetention: (one) => ({ ...one, metrics: rule() }),
    AnalysisTemplateOptions: ruled,
    AnalysisTemplateProps: (one) => passing(ruled(one)),
    PrometheusAnalysisOptions: (one) => passing(ruled(one)),
    PrometheusAnalysisProps: (one) => passing(ruled(one)),
    ExperimentOptions: ruled,
    RolloutOptions: podMetadata,
    RolloutProps: podMetadata,
    'Volume#emptyDir': (one) => ({ ...one, name: fresh(one.name) }),
    'Volume#hostPath': (one) => ({ ...one, name: fresh(one.name) }),
    'Volume#nfs': (one) => ({ ...one, name: fresh(one.name) }),
    'ProviderAuthentication#bearer': (one) => {
      const argName = fresh(one.argName ?? 'metrics-token');
      return argName === 'metrics-token' ? omit(one, 'argName') : { ...one, argName };
    },
    AnalysisMetric: (one) => ({ ...one, name: fresh(one.name) }),
    'IAnalysisTemplate#analysisTemplate': (one) => nested(named('analysisTemplate')(one)),
    'IAnalysisTemplate#clusterAnalysisTemplate': (one) =>
      nested({ ...named('clusterAnalysisTemplate')(one), clusterScope: true }),
    'IAnalysisTemplate#prometheusAnalysis': (one) => nested(named('prometheusAnalysis')(one)),
    'IAnalysisTemplate#prometheusFailureAnalysis': (one) => ({
      ...named('prometheusFailureAnalysis')(one),
      metricName: fresh(one.metricName ?? 'failures'),
    }),
    'IAnalysisTemplate#jobAnalysis': (one) =>
      job({ ...one, template: named('jobAnalysis')(one.template ?? {}), metricName: fresh(one.metricName ?? 'job') }),
    'IIstioGateway#istioGateway': (one) => {
      const made = named('gateway')(one);
      // Two gateways of the same pods cannot listen at one port.
      return {
        ...made,
        selector: { ...made.selector, istio: made.metadata.name },
        servers: servers({ servers: one.servers }, []),
      };
    },
    RolloutAnalysis: (one) => strategy.analysis(ruled(one), true),
    BackgroundAnalysis: (one) => strategy.analysis(ruled(one), false),
    ExperimentAnalysis: (one) => {
      const { args } = strategy.analysis({ templates: [one.template], args: one.args }, false);
      return args === undefined ? omit(one, 'args') : { ...one, args };
    },
    RolloutRulesOptions: shown,
    RolloutRulesProps: shown,
    RolloutDashboardOptions: shown,
    RolloutDashboardProps: shown,
  };
  for (const name of ['required', 'withDefault', 'secret']) {
    change[`AnalysisTemplateArg#${name}`] = (one) =>
      KNOWN_ARGS.includes(one.name) ? one : { ...one, name: fresh(one.name) };
  }
  for (const volume of [
    'AwsElasticBlockStore',
    'AzureDisk',
    'ConfigMap',
    'Csi',
    'GCEPersistentDisk',
    'PersistentVolumeClaim',
    'Secret',
  ]) {
    change[`${volume}VolumeOptions`] = (one) => ({ ...one, name: fresh(one.name ?? 'data') });
  }
  const all = rewritten(model, type, value, (name, fields) => change[name]?.(fields) ?? fields);
  return rewritten(model, type, all, (name, fields) => (isChecks(fields) ? namedChecks(fields, fresh) : fields));
}

const isChecks = (fields) => Array.isArray(fields.checks) || Array.isArray(fields.backgroundChecks);

/** Checks whose names differ. */
function namedChecks(fields, fresh) {
  const all = { ...fields };
  for (const list of ['checks', 'backgroundChecks']) {
    if (!all[list]) continue;
    all[list] = checks(all[list]).map((one) => {
      const [kind, options] = only(one);
      const name = fresh(options.name ?? kebab(kind));
      return options.name === undefined && name === kebab(kind) ? one : { [kind]: { ...options, name } };
    });
    const compares = all[list].some((one) => COMPARING.includes(only(one)[0]));
    if (compares && all.requests) all.requests = isolated(all.requests, comparable);
    if (compares && all.measuring?.requests) {
      all.measuring = { ...all.measuring, requests: isolated(all.measuring.requests, comparable) };
    }
  }
  return all;
}

const shown = (one) => (one.requests ? { ...one, requests: isolated(one.requests, showsBoth) } : one);

/** Templates of one cluster hold no templates of one namespace. */
function nested(one) {
  if (!one.clusterScope || !one.templates) return one;
  const templates = one.templates.filter((reference) => {
    const [kind, args] = only(reference);
    return (
      kind === 'clusterName' || kind === 'clusterAnalysisTemplate' || args.clusterScope || args.template?.clusterScope
    );
  });
  return templates.length > 0 ? { ...one, templates } : omit(one, 'templates');
}

const job = (one) => ({ ...one, template: nested(one.template) });

/** A value without the fields that are undefined. */
const stated = (value) => JSON.parse(JSON.stringify(value));

module.exports = { job, nested, parts, stated };
