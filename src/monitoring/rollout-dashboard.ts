import { Chart, Duration } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { RequestMetrics } from '../analysis/values/request-metrics';
import { writeDuration } from '../formats/duration';
import { dnsLabelProblem } from '../formats/names';
import { quotePromql } from '../promql/matcher';
import { rolloutInfo, sideBySideProblem } from './rollout-rules';
import { addCheck } from '../formats/option-problem';

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
   * The window of the rates.
   * @default Duration.minutes(5)
   */
  readonly window?: Duration;

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
 * the stable version, and the state of the rollout.
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
      data: { [`${name}.json`]: `${JSON.stringify(dashboard(name, namespace, props), undefined, 2)}\n` },
    });
    addCheck(this, () =>
      [
        dnsLabelProblem('the name of the ConfigMap', name),
        dnsLabelProblem('the name of the Rollout', props.rollout),
        ...(props.requests?._problems() ?? []),
        sideBySideProblem(props.requests),
      ].filter((problem) => problem !== undefined),
    );
  }
}

/** A query of a panel, and how its series are called. */
type Target = readonly [query: string, legend: string];

function dashboard(uid: string, namespace: string | undefined, props: RolloutDashboardProps): object {
  const { rollout } = props;
  const requests = props.requests ?? RequestMetrics.application();
  const queries = requests._sideBySide(rollout, namespace, writeDuration(props.window ?? Duration.minutes(5)));
  const version = `{{${queries?.label}}}`;
  const within = namespace === undefined ? '' : `,namespace=${quotePromql(namespace)}`;
  const pods = `pod=~${quotePromql(`${rollout}-[a-z0-9]+-[a-z0-9]+`)}${within}`;
  const ofRequests: [string, string, Target[]][] = queries
    ? [
        ['Requests a second', 'reqps', [[queries.requests, version]]],
        ['Share of requests that failed', 'percentunit', [[queries.failureRatio, version]]],
        ['Latency, half of the requests', unit(queries), [[queries.quantile(0.5), version]]],
        ['Latency, 99 % of the requests', unit(queries), [[queries.quantile(0.99), version]]],
      ]
    : [];
  const panels: [string, string, Target[]][] = [
    ...ofRequests,
    ['Restarts', 'short', [[`sum by (pod) (kube_pod_container_status_restarts_total{${pods}})`, '{{pod}}']]],
    ['What the rollout is doing', 'short', [[`max by (phase) (${rolloutInfo(rollout, namespace)})`, '{{phase}}']]],
  ];
  return {
    uid: uid.slice(0, 40),
    title: props.title ?? `${rollout}: canary beside stable`,
    tags: ['argo-rollouts', 'canary'],
    schemaVersion: 39,
    editable: true,
    refresh: '30s',
    time: { from: 'now-1h', to: 'now' },
    templating: { list: [{ name: 'datasource', label: 'Prometheus', type: 'datasource', query: 'prometheus' }] },
    panels: panels.map(([title, shownAs, targets], i) => panel(i, title, shownAs, targets)),
  };
}

function unit({ milliseconds }: { readonly milliseconds: boolean }): string {
  return milliseconds ? 'ms' : 's';
}

function panel(i: number, title: string, shownAs: string, targets: readonly Target[]): object {
  const datasource = { type: 'prometheus', uid: '${datasource}' };
  return {
    id: i + 1,
    type: 'timeseries',
    title,
    datasource,
    gridPos: { x: (i % 2) * 12, y: Math.floor(i / 2) * 8, w: 12, h: 8 },
    fieldConfig: { defaults: { unit: shownAs, min: 0 }, overrides: [] },
    options: { legend: { displayMode: 'list', placement: 'bottom' }, tooltip: { mode: 'multi' } },
    targets: targets.map(([expr, legendFormat], j) => ({
      refId: String.fromCharCode(65 + j),
      datasource,
      expr,
      legendFormat,
    })),
  };
}
