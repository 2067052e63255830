import { Candidate } from './candidate';
import { defined } from './container';
import { Json, named } from './manifests';
import { LabelFact, QueryFacts, queryFacts } from './query-facts';
import { mergedRequests, requestFacts, requestsOption, RolloutFacts } from './requests';

/** How an app is watched: its monitors, the rules of its rollouts and its dashboard. */
export function monitoringCandidates(
  objects: readonly Json[],
  monitors: readonly Json[],
  { metadata: { name: app }, spec: { template } }: Json,
  rollout: RolloutFacts,
): Candidate[] {
  return [
    ...monitorCandidates(monitors, template.metadata?.annotations?.['prometheus.io/path']),
    ...ruleCandidates(named(objects, 'PrometheusRule', `${app}-rollout`), rollout),
    ...dashboardCandidates(named(objects, 'ConfigMap', `${app}-dashboard`), rollout),
  ];
}

function monitorCandidates(monitors: readonly Json[], annotated?: string): Candidate[] {
  if (monitors.length === 0) return [];
  const [{ metadata, spec }] = monitors;
  const [endpoint = {}] = spec.endpoints ?? spec.podMetricsEndpoints ?? [];
  const labels = Object.entries((metadata.labels ?? {}) as Record<string, string>);
  const nameLabel = labels.find(([, value]) => value === metadata.name)?.[0];
  const others = Object.fromEntries(labels.filter(([name]) => name !== nameLabel));
  const token = endpoint.authorization?.credentials;
  const relabelings: Json[] = endpoint.relabelings ?? [];
  // The first of them are those of `access`, however many.
  const own = relabelings.map((_, i) => relabelings.slice(i)).map((rest) => rest.map(relabeling));
  const options: { [option: string]: Json[] } = {
    kind: [monitors[0].kind === 'PodMonitor' ? 'pod' : undefined],
    versionLabel: [monitors.length > 1 ? 'service' : undefined],
    access: ['direct', 'excludedPort', certificates(endpoint.tlsConfig), 'merged', tls(endpoint.tlsConfig)],
    path: [annotated, endpoint.path],
    interval: [endpoint.interval],
    scheme: [endpoint.scheme],
    scrapeTimeout: [endpoint.scrapeTimeout],
    params: [endpoint.params],
    bearerToken: [token && { secret: token.name, key: token.key }],
    relabelings: own,
    metricRelabelings: [endpoint.metricRelabelings?.map(relabeling)],
    sampleLimit: [spec.sampleLimit],
    scrapeNativeHistograms: [spec.scrapeNativeHistograms],
    portName: [endpoint.port],
    nameLabel: [nameLabel],
    labels: [others],
  };
  return Object.entries(options).map(([option, values]) => ({ path: ['monitoring', option], values }));
}

function certificates(found: Json): Json {
  const folder = found?.caFile?.replace(/\/root-cert\.pem$/, '');
  return folder === undefined || folder === '/etc/prom-certs' ? 'meshCertificates' : { meshCertificates: { folder } };
}

function tls(found: Json): Json {
  if (found === undefined) return undefined;
  const secret = (one: Json) => one && { secret: one.name, key: one.key };
  return {
    tls:
      defined({
        ca: secret(found.ca?.secret),
        certificate: secret(found.cert?.secret),
        privateKey: secret(found.keySecret),
        serverName: found.serverName,
        insecureSkipVerify: found.insecureSkipVerify,
      }) ?? {},
  };
}

function relabeling({ action = 'replace', sourceLabels, targetLabel, regex, replacement, separator }: Json): Json {
  switch (action) {
    case 'keep':
    case 'drop':
      return { [action]: { sourceLabels, regex } };
    case 'labeldrop':
      return { labelDrop: regex };
    case 'labelkeep':
      return { labelKeep: regex };
    case 'labelmap':
      return { labelMap: replacement === '$1' ? regex : { regex, replacement } };
    default:
      return { replace: defined({ targetLabel, sourceLabels, separator, regex, replacement }) };
  }
}

function ruleCandidates(rule: Json, rollout: RolloutFacts): Candidate[] {
  if (rule === undefined) return [];
  const rules: Json[] = (rule.spec?.groups ?? []).flatMap((group: Json) => group.rules ?? []);
  const alert = (name: string) => rules.find((one) => one.alert === name);
  const recorded = rules.filter(({ record }) => record !== undefined);
  const options: { [option: string]: Json } = {
    pausedFor: alert('RolloutPaused')?.for,
    stuckFor: alert('RolloutStuck')?.for,
    alertLabels: rules[0]?.labels,
    runbookUrl: rules[0]?.annotations?.runbook_url,
    ruleLabels: rule.metadata.labels,
    ...sideBySide(
      recorded.map(({ expr }) => String(expr)),
      rollout,
      'application',
    ),
  };
  return optionsOf(['monitoring', 'rules'], options);
}

function dashboardCandidates(map: Json, rollout: RolloutFacts): Candidate[] {
  if (map === undefined) return [];
  const [text] = Object.values((map.data ?? {}) as Record<string, string>);
  const { title, uid, panels = [] } = parsed(text);
  // The last two panels look at pods and at the rollout, the first four at requests.
  const queries = panels
    .slice(0, -2)
    .flatMap((panel: Json) => panel.targets?.map(({ expr }: Json) => withoutNames(String(expr))) ?? []);
  return optionsOf(['monitoring', 'dashboard'], {
    title,
    uid,
    dashboardLabels: map.metadata.labels,
    folder: map.metadata.annotations?.grafana_folder,
    ...sideBySide(queries, rollout),
  });
}

/** A query without the names that it gives to the versions. */
function withoutNames(query: string): string {
  const inner = /^label_replace\((.*), "version"(?:, "[^"]*"){3}\)$/s.exec(query)?.[1];
  return inner === undefined ? query : withoutNames(inner);
}

/** Where requests are counted that are shown for all versions beside each other, and over which window. */
function sideBySide(queries: readonly string[], rollout: RolloutFacts, usual?: string): { [option: string]: Json } {
  const all = queries.flatMap((query) => queryFacts(query) ?? []);
  const merged = mergedRequests(all.flatMap((facts) => requestFacts(facts) ?? []));
  if (merged === undefined) return {};
  const canary = asOfCanary(merged.canary, all[0]);
  const stated = requestsOption({ ...merged, canary, stable: undefined }, rollout);
  return { requests: stated ?? usual, window: all[0].selectors[0]?.window };
}

/** The matchers of all versions, as an analysis would have them of the canary. */
function asOfCanary(matchers: readonly LabelFact[], { by: [version] }: QueryFacts): LabelFact[] {
  const of = (label: string, value: string): LabelFact => ({ label, operator: '=', value });
  const at = matchers.findIndex(({ label, operator }) => operator === '=~' || label === 'destination_workload');
  const left = matchers.slice(at + 1);
  const { label, value } = matchers[at] ?? { label: '', value: '' };
  switch (label) {
    case 'pod':
      return [of('namespace', '{{args.namespace}}'), of(version, '{{args.canary-hash}}'), ...left];
    case 'destination_workload':
      return [
        of('destination_workload_namespace', '{{args.namespace}}'),
        of(label, '{{args.rollout}}'),
        of('destination_canonical_revision', '{{args.canary-revision}}'),
        ...left,
      ];
    default: {
      const namespace = label === 'destination_service_name' ? 'destination_service_namespace' : 'namespace';
      return [of(namespace, '{{args.namespace}}'), of(label, value.split('|')[0]), ...left];
    }
  }
}

function parsed(text: string | undefined): Json {
  try {
    return (text !== undefined && JSON.parse(text)) || {};
  } catch {
    return {};
  }
}

/** All together, since what comes out is one object or none; the needless ones go again. */
function optionsOf(path: readonly string[], options: { readonly [option: string]: Json }): Candidate[] {
  return [
    { path, values: [defined(options)] },
    ...Object.entries(options).map(([option, value]) => ({ path: [...path, option], values: [value] })),
  ];
}
