import type { Field, Resource } from '../graph';
import { Candidate } from './candidate';
import { fieldOf, named } from './manifests';
import { LabelFact, QueryFacts, queryFacts } from './query-facts';
import { mergedRequests, requestFacts, requestsOption, RolloutFacts } from './requests';
import { defined, mapped, type Options, picked, renamed } from './values';

/** The options of an app's monitoring: its monitors, the rules of its rollouts and its dashboard. */
export function monitoringCandidates(
  objects: readonly Resource[],
  monitors: readonly Resource[],
  workload: Resource,
  rollout: RolloutFacts,
): Candidate[] {
  const annotated = workload.field('spec', 'template', 'metadata', 'annotations', 'prometheus.io/path').string;
  return [
    ...monitorCandidates(monitors, annotated),
    ...ruleCandidates(named(objects, 'PrometheusRule', `${workload.name}-rollout`), rollout),
    ...dashboardCandidates(named(objects, 'ConfigMap', `${workload.name}-dashboard`), rollout),
  ];
}

function monitorCandidates(monitors: readonly Resource[], annotated: string | undefined): Candidate[] {
  if (monitors.length === 0) return [];
  const [monitor] = monitors;
  const spec = monitor.field('spec');
  const endpoints = spec.get(spec.get('endpoints').exists ? 'endpoints' : 'podMetricsEndpoints');
  const endpoint = endpoints.items()[0] ?? endpoints.get(0);
  const get = (name: string) => endpoint.get(name);
  const labels = monitor.field('metadata', 'labels').entries();
  const nameLabel = labels.find(([, { value }]) => value === monitor.name)?.[0];
  const others = labels.filter(([name]) => name !== nameLabel).map(([name, { value }]) => [name, value] as const);
  const token = get('authorization').get('credentials');
  const relabelings = get('relabelings').items();
  // The first of them are those of `access`; their number is not known.
  const own = relabelings.map((_, i) => relabelings.slice(i)).map((rest) => rest.map(relabeling));
  const tlsConfig = get('tlsConfig');
  const options: { readonly [option: string]: readonly unknown[] } = {
    kind: [monitor.kind === 'PodMonitor' ? 'pod' : 'service'],
    versionLabel: [monitors.length > 1 ? 'service' : undefined],
    access: ['direct', 'excludedPort', certificates(tlsConfig), 'merged', tls(tlsConfig)],
    path: [annotated, get('path').value],
    interval: [get('interval').value],
    scheme: [get('scheme').value],
    scrapeTimeout: [get('scrapeTimeout').value],
    params: [get('params').value],
    bearerToken: [token.exists ? renamed(token, { secret: 'name', key: 'key' }) : undefined],
    relabelings: own,
    metricRelabelings: [mapped(get('metricRelabelings'), relabeling)],
    sampleLimit: [spec.get('sampleLimit').value],
    podTargetLabels: [podTargetLabels(spec.get('podTargetLabels'))],
    scrapeNativeHistograms: [spec.get('scrapeNativeHistograms').value],
    portName: [get('port').value],
    nameLabel: [nameLabel],
    labels: [Object.fromEntries(others)],
  };
  return Object.entries(options).map(([option, values]) => ({ path: ['monitoring', option], values }));
}

/** Without the pod-template hash, which the monitor of an app has anyway. */
function podTargetLabels(found: Field): unknown {
  const labels = found.items().map(({ value }) => value);
  const others = labels.filter((label) => label !== 'rollouts-pod-template-hash');
  return others.length > 0 ? others : undefined;
}

function certificates(found: Field): Options | string {
  const folder = found.get('caFile').string?.replace(/\/root-cert\.pem$/, '');
  return folder === undefined || folder === '/etc/prom-certs' ? 'meshCertificates' : { meshCertificates: { folder } };
}

function tls(found: Field): Options | undefined {
  if (!found.exists) return undefined;
  const secret = (one: Field) => (one.exists ? renamed(one, { secret: 'name', key: 'key' }) : undefined);
  return {
    tls:
      defined({
        ca: secret(found.get('ca', 'secret')),
        certificate: secret(found.get('cert', 'secret')),
        privateKey: secret(found.get('keySecret')),
        ...picked(found, 'serverName', 'insecureSkipVerify'),
      }) ?? {},
  };
}

function relabeling(found: Field): Options {
  const {
    action = 'replace',
    regex,
    replacement,
    ...more
  } = picked(found, ...['action', 'targetLabel', 'sourceLabels', 'separator', 'regex', 'replacement']);
  switch (action) {
    case 'keep':
    case 'drop':
      return { [action]: { sourceLabels: more.sourceLabels, regex } };
    case 'labeldrop':
      return { labelDrop: regex };
    case 'labelkeep':
      return { labelKeep: regex };
    case 'labelmap':
      return { labelMap: replacement === '$1' ? regex : { regex, replacement } };
    default:
      return { replace: defined({ ...more, regex, replacement }) };
  }
}

function ruleCandidates(rule: Resource | undefined, rollout: RolloutFacts): Candidate[] {
  if (rule === undefined) return [];
  const rules = rule
    .field('spec', 'groups')
    .items()
    .flatMap((group) => group.get('rules').items());
  const pause = (name: string) => rules.find((one) => one.get('alert').string === name)?.get('for').value;
  const recorded = rules.filter((one) => one.get('record').exists);
  const options: Options = {
    pausedFor: pause('RolloutPaused'),
    stuckFor: pause('RolloutStuck'),
    alertLabels: rules[0]?.get('labels').value,
    runbookUrl: rules[0]?.get('annotations', 'runbook_url').value,
    ruleLabels: rule.field('metadata', 'labels').value,
    ...sideBySide(recorded.map(exprOf), rollout, 'application'),
  };
  return optionsOf(['monitoring', 'rules'], options);
}

const exprOf = (rule: Field): string => String(rule.get('expr').value);

function dashboardCandidates(map: Resource | undefined, rollout: RolloutFacts): Candidate[] {
  if (map === undefined) return [];
  const [[, data] = []] = map.field('data').entries();
  const dashboard = data && fieldOf(parsed(data.string), data);
  if (dashboard === undefined) return [];
  // The last two panels show pods and the rollout, the first ones requests.
  const panels = dashboard.get('panels').items().slice(0, -2);
  const own = panels.filter((panel) => !OF_REQUESTS.test(panel.get('title').string ?? ''));
  const ofRequests = panels.filter((panel) => !own.includes(panel));
  const queries = ofRequests.flatMap((panel) => panel.get('targets').items().map(exprOf));
  return optionsOf(['monitoring', 'dashboard'], {
    title: dashboard.get('title').value,
    uid: dashboard.get('uid').value,
    dashboardLabels: map.field('metadata', 'labels').value,
    folder: map.field('metadata', 'annotations', 'grafana_folder').value,
    limits: limitsOf(ofRequests),
    legend: ofRequests[0]?.get('targets', 0, 'legendFormat').value,
    queries: own.length > 0 ? own.map(ownPanel) : undefined,
    ...sideBySide(queries.map(withoutNames), rollout),
  });
}

/** The titles of the panels that count requests. */
const OF_REQUESTS = /^(Requests a second|Share of requests that failed|Latency, .*)$/;

const limitOf = (panel: Field): number | undefined =>
  panel.get('fieldConfig', 'defaults', 'thresholds', 'steps', 1, 'value').number;

/** A panel with a query of its own, as an option. */
function ownPanel(panel: Field): Options {
  const target = panel.get('targets', 0);
  const legend = target.get('legendFormat').value;
  return {
    title: panel.get('title').value,
    query: exprOf(target),
    ...defined({ legend: legend === 'canary' ? undefined : legend, limit: limitOf(panel) }),
  };
}

/** The limits that panels of requests draw. Undefined if they draw none. */
function limitsOf(panels: readonly Field[]): Options | undefined {
  const drawn = panels.flatMap((panel) => {
    const limit = limitOf(panel);
    return limit === undefined ? [] : [{ panel, unit: panel.get('fieldConfig', 'defaults', 'unit').value, limit }];
  });
  const latencies = drawn.flatMap(({ panel, unit, limit }) => {
    const quantile = queryFacts(withoutNames(exprOf(panel.get('targets', 0))))?.quantile;
    if (quantile === undefined) return [];
    return [{ quantile, atMost: `${unit === 's' ? Number((limit * 1000).toPrecision(12)) : limit}ms` }];
  });
  const failureRatio = drawn.find(({ unit }) => unit === 'percentunit')?.limit;
  return defined({ failureRatio, latencies: latencies.length > 0 ? latencies : undefined });
}

/** A query without the names that it gives to the versions. */
function withoutNames(query: string): string {
  const inner = /^label_replace\((.*), "version"(?:, "[^"]*"){3}\)$/s.exec(query)?.[1];
  return inner === undefined ? query : withoutNames(inner);
}

/** Where requests of all versions are counted, and over which window. */
function sideBySide(queries: readonly string[], rollout: RolloutFacts, usual?: string): Options {
  const all = queries.flatMap((query) => queryFacts(query) ?? []);
  const merged = mergedRequests(all.flatMap((facts) => requestFacts(facts) ?? []));
  if (merged === undefined) return {};
  const canary = asOfCanary(merged.canary, all[0]);
  const stated = requestsOption({ ...merged, canary, stable: undefined }, rollout);
  return { requests: stated ?? usual, window: all[0].selectors[0]?.window };
}

/** The matchers of all versions, turned into those that an analysis has for the canary. */
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

function parsed(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** First all together, because they render one object or none; then each by itself, so that needless ones are dropped. */
function optionsOf(path: readonly string[], options: Options): Candidate[] {
  return [
    { path, values: [defined(options)] },
    ...Object.entries(options).map(([option, value]) => ({ path: [...path, option], values: [value] })),
  ];
}
