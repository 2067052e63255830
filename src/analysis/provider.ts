import { providerProblems } from '../formats/argo-rollouts/provider-problems';
import * as argo from '../../imports/argoproj.io';
import { seconds } from '../formats/duration';
import { AnalysisTemplateArg } from './values/arg';
import { cloudWatchProblems, CloudWatchMetric, renderCloudWatch } from './providers/cloud-watch';
import { datadogProblems, DatadogMetric, NewRelicMetric, renderDatadog, WavefrontMetric } from './providers/hosted';
import { jobProblems, JobMetric, renderJob } from './providers/job';
import { kayentaProblems, KayentaMetric, renderKayenta } from './providers/kayenta';
import { refuseLazyOptions } from '../formats/lazy-options';
import { prometheusProblems, PrometheusQuery, renderPrometheus } from './providers/prometheus';
import {
  GraphiteMetric,
  InfluxdbMetric,
  queryProblems,
  renderSkywalking,
  SkywalkingMetric,
} from './providers/query-servers';
import { renderWeb, WebMetric, webProblems } from './providers/web';
import { type Found } from '../formats/option-problem';

/**
 * The provider of a metric's measurements.
 *
 * @exampleMetadata fixture=app
 * @example
 * const provider = MetricProvider.prometheus({
 *   address: 'http://prometheus.monitoring:9090',
 *   query: 'sum(increase(checkout_refunds_total{app="checkout"}[5m]))',
 * });
 */
export class MetricProvider {
  /**
   * A query to Prometheus, or to a server with its API.
   *
   * @param query The server and the query.
   * @see https://argo-rollouts.readthedocs.io/en/stable/analysis/prometheus/
   */
  public static prometheus(query: PrometheusQuery): MetricProvider {
    refuseLazyOptions('MetricProvider.prometheus', query);
    return new MetricProvider(
      renderPrometheus(query),
      prometheusProblems(query),
      query.authentication?._templateArgs ?? [],
    );
  }

  /**
   * A web request with a JSON response.
   *
   * @param metric The request, and the part of the response that is measured.
   * @see https://argo-rollouts.readthedocs.io/en/stable/analysis/web/
   */
  public static web(metric: WebMetric): MetricProvider {
    const args = metric.authentication?._templateArgs ?? [];
    return new MetricProvider({ web: renderWeb(metric) as never }, webProblems(metric), args);
  }

  /**
   * A Job, whose success is the measurement. `JobAnalysis` is a template for one.
   *
   * @param job The container and its limits.
   * @see https://argo-rollouts.readthedocs.io/en/stable/analysis/job/
   */
  public static job(job: JobMetric): MetricProvider {
    return new MetricProvider({ job: renderJob(job) }, jobProblems(job), []);
  }

  /**
   * A query to Datadog.
   *
   * @param metric The query.
   * @see https://argo-rollouts.readthedocs.io/en/stable/analysis/datadog/
   */
  public static datadog(metric: DatadogMetric): MetricProvider {
    return new MetricProvider({ datadog: renderDatadog(metric) }, datadogProblems(metric), []);
  }

  /**
   * A query to New Relic.
   *
   * @param metric The query.
   * @see https://argo-rollouts.readthedocs.io/en/stable/analysis/newrelic/
   */
  public static newRelic(metric: NewRelicMetric): MetricProvider {
    const { query, profile, timeout } = metric;
    const newRelic = { query, profile, timeout: timeout && seconds(timeout) };
    return new MetricProvider({ newRelic }, queryProblems('newRelic', newRelic), []);
  }

  /**
   * Queries to CloudWatch.
   *
   * @param metric The queries.
   * @see https://argo-rollouts.readthedocs.io/en/stable/analysis/cloudwatch/
   */
  public static cloudWatch(metric: CloudWatchMetric): MetricProvider {
    return new MetricProvider({ cloudWatch: renderCloudWatch(metric) }, cloudWatchProblems(metric), []);
  }

  /**
   * A query to Graphite.
   *
   * @param metric The query.
   * @see https://argo-rollouts.readthedocs.io/en/stable/analysis/graphite/
   */
  public static graphite(metric: GraphiteMetric): MetricProvider {
    const { address, query } = metric;
    return new MetricProvider({ graphite: { address, query } }, queryProblems('graphite', { address, query }), []);
  }

  /**
   * A query to InfluxDB.
   *
   * @param metric The query.
   * @see https://argo-rollouts.readthedocs.io/en/stable/analysis/influxdb/
   */
  public static influxdb(metric: InfluxdbMetric): MetricProvider {
    const { query, profile } = metric;
    return new MetricProvider({ influxdb: { query, profile } }, queryProblems('influxdb', { query }), []);
  }

  /**
   * A query to SkyWalking.
   *
   * @param metric The query.
   * @see https://argo-rollouts.readthedocs.io/en/stable/analysis/skywalking/
   */
  public static skywalking(metric: SkywalkingMetric): MetricProvider {
    const problems = queryProblems('skywalking', renderSkywalking(metric), metric.window);
    return new MetricProvider({ skywalking: renderSkywalking(metric) }, problems, []);
  }

  /**
   * An analysis by Kayenta, which has its own thresholds: the metric needs no condition.
   *
   * @param metric The comparison and its thresholds.
   * @see https://argo-rollouts.readthedocs.io/en/stable/analysis/kayenta/
   */
  public static kayenta(metric: KayentaMetric): MetricProvider {
    return new MetricProvider({ kayenta: renderKayenta(metric) as never }, kayentaProblems(metric), []);
  }

  /**
   * A query to Wavefront.
   *
   * @param metric The query.
   * @see https://argo-rollouts.readthedocs.io/en/stable/analysis/wavefront/
   */
  public static wavefront(metric: WavefrontMetric): MetricProvider {
    const { address, query } = metric;
    return new MetricProvider({ wavefront: { address, query } }, queryProblems('wavefront', { query }), []);
  }

  /**
   * A metric plugin of the controller.
   *
   * @param name The plugin's name, such as `argoproj-labs/sample-prometheus`.
   * @param config The configuration of the plugin, in its own format.
   * @see https://argo-rollouts.readthedocs.io/en/stable/analysis/plugins/
   */
  public static plugin(name: string, config: { [key: string]: unknown }): MetricProvider {
    const problems = providerProblems('plugin', { [name]: config }).map(({ message }) => message);
    return new MetricProvider({ plugin: { [name]: config } }, problems, []);
  }

  /** Always true. Go compares types by their members, and so tells a MetricProvider from other values. */
  public get isMetricProvider(): boolean {
    return true;
  }

  private constructor(
    private readonly provider: argo.AnalysisTemplateSpecMetricsProvider,
    /** @internal */
    public readonly _problems: readonly Found[],
    /**
     * The arguments that the provider needs from its template, such as a token.
     * @internal
     */
    public readonly _templateArgs: readonly AnalysisTemplateArg[],
  ) {}

  /** @internal */
  public _toKube(): argo.AnalysisTemplateSpecMetricsProvider {
    return this.provider;
  }
}
