import { createHash } from 'node:crypto';
import { Chart, Duration } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { RequestMetrics, SideBySideQueries } from '../analysis/values/request-metrics';
import { positiveDurationProblem, writeDuration } from '../formats/duration';
import { dnsLabelProblem, quoted } from '../formats/names';
import { quotePromql } from '../promql/matcher';
import { parsePromql } from '../promql/parse';
import { ofController, rolloutInfo, sideBySideProblem } from './rollout-rules';
import { addCheck, at, type Found } from '../formats/option-problem';

/**
 * Options of a dashboard.
 *
 * @see https://argo-rollouts.readthedocs.io/en/stable/features/controller-metrics/
 */
export interface RolloutDashboardOptions {
  /**
   * The metrics that count requests.
   * @default RequestMetrics.application()
   */
  readonly requests?: RequestMetrics;

  /**
   * The title.
   * @default - `<rollout>: canary beside stable`
   */
  readonly title?: string;

  /**
   * The identifier of the dashboard in Grafana, at most 40 letters, digits, `-` and `_`. One Grafana for several clusters
   * needs one for each.
   * @default - the namespace and the name of the ConfigMap
   */
  readonly uid?: string;

  /**
   * The window of the rates.
   * @default Duration.minutes(5)
   */
  readonly window?: Duration;

  /**
   * The limits that the panels show as lines.
   * @default - in a `CanaryApp` those of its checks and background checks, otherwise none
   */
  readonly limits?: DashboardLimits;

  /**
   * The legend of the panels of requests, in which Grafana replaces `{{label}}`: `version {{rollouts_pod_template_hash}}`.
   * @default - `canary` and `stable` where a label says which is which: the called Service, labels of both versions, or
   * in a `CanaryApp` a label of `canaryMetadata` and `stableMetadata`. Otherwise what tells versions apart, the
   * pod-template hash
   */
  readonly legend?: string;

  /**
   * Additional panels, each with a query of its own.
   * @default - in a `CanaryApp` one for each check with a query of its own, unless it needs the hash of a version;
   * otherwise none
   */
  readonly queries?: DashboardQuery[];

  /**
   * Labels of the ConfigMap that Grafana's sidecar selects by.
   * @default - `grafana_dashboard: '1'`
   */
  readonly dashboardLabels?: { [key: string]: string };

  /**
   * The folder in Grafana, if its sidecar reads the annotation `grafana_folder`.
   * @default - the default folder
   */
  readonly folder?: string;
}

/**
 * Limits of the canary that a dashboard shows.
 */
export interface DashboardLimits {
  /**
   * The maximum share of failed requests, from 0 to 1.
   * @default - none
   */
  readonly failureRatio?: number;

  /**
   * Limits of the latency. Each quantile has a panel.
   * @default - none
   */
  readonly latencies?: DashboardLatencyLimit[];
}

/**
 * A panel with a query of its own.
 */
export interface DashboardQuery {
  /**
   * The title of the panel.
   */
  readonly title: string;

  /**
   * The query in PromQL.
   */
  readonly query: string;

  /**
   * The legend, in which Grafana replaces `{{label}}`.
   * @default 'canary'
   */
  readonly legend?: string;

  /**
   * The limit that the panel shows as a line: a number in the unit of the query.
   * @default - none
   */
  readonly limit?: number;
}

/**
 * The limit of the latency at a quantile.
 */
export interface DashboardLatencyLimit {
  /**
   * The quantile, above 0 and below 1, such as `0.99`.
   */
  readonly quantile: number;

  /**
   * The maximum latency.
   */
  readonly atMost: Duration;
}

/**
 * Options for a `RolloutDashboard`.
 */
export interface RolloutDashboardProps extends RolloutDashboardOptions, kplus.ResourceProps {
  /**
   * The name of the Rollout.
   */
  readonly rollout: string;
}

/**
 * A Grafana dashboard, as a ConfigMap for Grafana's sidecar: requests, failures, latency and restarts of the canary and
 * the stable version, their limits, and the state of the rollout. Events of the rollout, such as a completed step or an
 * abort, are annotations of all panels; they come from the metric `rollout_events_total` of the controller.
 *
 * @see https://github.com/grafana/helm-charts/tree/main/charts/grafana#sidecar-for-dashboards
 */
export class RolloutDashboard extends Construct {
  /** The ConfigMap. */
  public readonly configMap: kplus.ConfigMap;

  constructor(scope: Construct, id: string, props: RolloutDashboardProps) {
    super(scope, id);
    const namespace = props.metadata?.namespace ?? Chart.of(this).namespace;
    const name = props.metadata?.name ?? id;
    this.configMap = new kplus.ConfigMap(this, 'Dashboard', {
      metadata: {
        ...props.metadata,
        name,
        labels: { ...props.metadata?.labels, ...(props.dashboardLabels ?? { grafana_dashboard: '1' }) },
        annotations: {
          ...props.metadata?.annotations,
          ...(props.folder === undefined ? {} : { grafana_folder: props.folder }),
        },
      },
      data: {
        [`${name}.json`]: `${JSON.stringify(dashboard(props.uid ?? uidOf(name, namespace), namespace, props), undefined, 2)}\n`,
      },
    });
    addCheck(this, () =>
      [
        dnsLabelProblem('the name of the ConfigMap', name),
        dnsLabelProblem('the name of the Rollout', props.rollout),
        ...(props.requests?._problems() ?? []),
        props.uid === undefined || /^[\w-]{1,40}$/.test(props.uid)
          ? undefined
          : at('uid', `uid is ${quoted(props.uid)}, which Grafana refuses; use 1 to 40 letters, digits, '-' and '_'`),
        sideBySideProblem(props.requests),
        ...limitProblems(props.limits),
        ...(props.queries ?? []).map(({ query }, i) => at(`queries[${i}].query`, queryProblem(query))),
      ].filter((problem) => problem !== undefined),
    );
  }
}

function limitProblems({ failureRatio, latencies = [] }: DashboardLimits = {}): Found[] {
  const isShare = failureRatio === undefined || (failureRatio >= 0 && failureRatio <= 1);
  return [
    isShare ? undefined : at('limits.failureRatio', `limits.failureRatio is ${failureRatio}; use a share from 0 to 1`),
    ...latencies.flatMap(({ quantile, atMost }, i) => [
      quantile > 0 && quantile < 1
        ? undefined
        : at(`limits.latencies[${i}].quantile`, `quantile is ${quantile}; use a number between 0 and 1, such as 0.99`),
      at(`limits.latencies[${i}].atMost`, positiveDurationProblem('atMost', atMost)),
    ]),
  ];
}

function queryProblem(query: string): string | undefined {
  const [error] = parsePromql(query).errors;
  return error && `the query is no PromQL: ${error.message}`;
}

/** Names may repeat from namespace to namespace; Grafana takes two dashboards of one identifier for one. */
function uidOf(name: string, namespace: string | undefined): string {
  const whole = namespace === undefined ? name : `${namespace}-${name}`;
  if (whole.length <= LONGEST_UID) return whole;
  const hash = createHash('sha256').update(whole).digest('hex').slice(0, 8);
  return `${whole.slice(0, LONGEST_UID - 9)}-${hash}`;
}

const LONGEST_UID = 40;

/** A panel: its queries with the names of their series, and the line that it draws. */
interface Panel {
  readonly title: string;
  readonly unit: string;
  readonly targets: readonly (readonly [query: string, legend: string])[];
  readonly limit?: number;
}

function dashboard(uid: string, namespace: string | undefined, props: RolloutDashboardProps): object {
  const { rollout } = props;
  const within = namespace === undefined ? '' : `,namespace=${quotePromql(namespace)}`;
  const pods = `pod=~${quotePromql(`${rollout}-[a-z0-9]+-[a-z0-9]+`)}${within}`;
  const restarts = `sum by (pod) (kube_pod_container_status_restarts_total{${pods}})`;
  const panels: Panel[] = [
    ...panelsOfRequests(namespace, props),
    ...(props.queries ?? []).map(({ title, query, legend = 'canary', limit }): Panel => {
      return { title, unit: 'short', targets: [[query, legend]], limit };
    }),
    { title: 'Restarts', unit: 'short', targets: [[restarts, '{{pod}}']] },
    {
      title: 'What the rollout is doing',
      unit: 'short',
      targets: [[`max by (phase) (${rolloutInfo(rollout, namespace)})`, '{{phase}}']],
    },
  ];
  return {
    uid,
    title: props.title ?? `${rollout}: canary beside stable`,
    tags: ['argo-rollouts', 'canary'],
    schemaVersion: 39,
    editable: true,
    refresh: '30s',
    time: { from: 'now-1h', to: 'now' },
    templating: { list: [{ name: 'datasource', label: 'Prometheus', type: 'datasource', query: 'prometheus' }] },
    annotations: { list: [eventsOf(rollout, namespace)] },
    panels: panels.map(panel),
  };
}

function panelsOfRequests(namespace: string | undefined, props: RolloutDashboardProps): Panel[] {
  const requests = props.requests ?? RequestMetrics.application();
  const queries = requests._sideBySide(props.rollout, namespace, writeDuration(props.window ?? Duration.minutes(5)));
  if (queries === undefined) return [];
  const legend = props.legend ?? `{{${queries.versions ? 'version' : queries.label}}}`;
  const of = (query: string): Panel['targets'] => [[namedVersions(query, queries), legend]];
  const { failureRatio, latencies = [] } = props.limits ?? {};
  const quantiles = [...new Set([0.5, 0.99, ...latencies.map(({ quantile }) => quantile)])].sort((a, b) => a - b);
  const [least, unit] = queries.milliseconds ? [1, 'ms'] : [1000, 's'];
  return [
    { title: 'Requests a second', unit: 'reqps', targets: of(queries.requests) },
    {
      title: 'Share of requests that failed',
      unit: 'percentunit',
      targets: of(queries.failureRatio),
      limit: failureRatio,
    },
    ...quantiles.map((quantile): Panel => {
      const limits = latencies.filter((one) => one.quantile === quantile).map(({ atMost }) => atMost.toMilliseconds());
      return {
        title: `Latency, ${quantile === 0.5 ? 'median' : `p${Number((100 * quantile).toPrecision(10))}`}`,
        unit,
        targets: of(queries.quantile(quantile)),
        limit: limits.length > 0 ? Math.min(...limits) / least : undefined,
      };
    }),
  ];
}

/** Events that tell how an update goes on. */
const EVENTS = [
  ...['RolloutUpdated', 'RolloutStepCompleted', 'RolloutPaused', 'RolloutResumed'],
  ...['AnalysisRunFailed', 'ExperimentFailed', 'RolloutAborted', 'RolloutCompleted'],
];

/** Annotations where an event was counted within a minute. The first event of its kind has no counter before it. */
function eventsOf(rollout: string, namespace: string | undefined): object {
  const counted = (offset = ''): string => {
    const events = ofController(
      'rollout_events_total',
      rollout,
      namespace,
      [`reason=~${quotePromql(EVENTS.join('|'))}`],
      offset,
    );
    return `sum by (reason) (${events})`;
  };
  return {
    name: 'Events of the rollout',
    datasource: DATASOURCE,
    enable: true,
    iconColor: 'blue',
    expr: `(${counted()} - (${counted(' offset 1m')} or ${counted()} * 0)) > 0`,
    step: '60s',
    titleFormat: '{{reason}}',
  };
}

const DATASOURCE = { type: 'prometheus', uid: '${datasource}' };

/** A query whose series are called `canary` and `stable`, where a label of theirs tells. */
function namedVersions(query: string, queries: SideBySideQueries | undefined): string {
  const { label, versions } = queries ?? {};
  return Object.entries(versions ?? {}).reduce(
    (inner, [version, value]) =>
      `label_replace(${inner}, "version", ${quotePromql(version)}, ${quotePromql(label!)}, ${quotePromql(value)})`,
    query,
  );
}

function panel({ title, unit, targets, limit }: Panel, i: number): object {
  const line = limit !== undefined && {
    custom: { thresholdsStyle: { mode: 'dashed' } },
    thresholds: {
      mode: 'absolute',
      steps: [
        { color: 'green', value: null },
        { color: 'red', value: limit },
      ],
    },
  };
  return {
    id: i + 1,
    type: 'timeseries',
    title,
    datasource: DATASOURCE,
    gridPos: { x: (i % 2) * 12, y: Math.floor(i / 2) * 8, w: 12, h: 8 },
    fieldConfig: { defaults: { unit, min: 0, ...line }, overrides: [] },
    options: {
      legend: { showLegend: true, displayMode: 'list', placement: 'bottom', calcs: [] },
      tooltip: { mode: 'multi', sort: 'none' },
    },
    targets: targets.map(([expr, legendFormat], j) => ({
      refId: String.fromCharCode(65 + j),
      datasource: DATASOURCE,
      expr,
      legendFormat,
    })),
  };
}
