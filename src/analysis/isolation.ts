import { LabelMatcher } from './label-matcher';
import { AnalysisArg, AnalysisTemplateArg, PodTemplateHash } from './arg';

/**
 * How a query tells the canary's series from those of the stable version.
 */
export class CanaryIsolation {
  /**
   * By the pod-template hash, which a monitor with `podTargetLabels` puts on every series. The only label that is right
   * at every moment: it names the version, whatever the Services select.
   *
   * @param label The label in Prometheus. Default: `rollouts_pod_template_hash`.
   */
  public static podTemplateHash(label = 'rollouts_pod_template_hash'): CanaryIsolation {
    return new CanaryIsolation(
      [LabelMatcher.equalTo('namespace', '{{args.namespace}}'), LabelMatcher.equalTo(label, '{{args.canary-hash}}')],
      [AnalysisTemplateArg.required('namespace'), AnalysisTemplateArg.required('canary-hash')],
      [
        AnalysisArg.fieldRef('namespace', 'metadata.namespace'),
        AnalysisArg.podTemplateHash('canary-hash', PodTemplateHash.LATEST),
      ],
    );
  }

  /**
   * By the canary Service, where each Service has a ServiceMonitor of its own. When no rollout is under way both
   * Services select the same pods, so that the first minutes of a window hold the old version's requests: prefer
   * `podTemplateHash()`.
   *
   * @param service The canary Service's name.
   * @param label The label in Prometheus. Default: `service`.
   */
  public static service(service: string, label = 'service'): CanaryIsolation {
    return new CanaryIsolation(
      [LabelMatcher.equalTo('namespace', '{{args.namespace}}'), LabelMatcher.equalTo(label, service)],
      [AnalysisTemplateArg.required('namespace')],
      [AnalysisArg.fieldRef('namespace', 'metadata.namespace')],
    );
  }

  /**
   * By labels of one's own.
   *
   * @param matchers What only the canary's series have.
   */
  public static labels(...matchers: LabelMatcher[]): CanaryIsolation {
    return new CanaryIsolation(matchers, [], []);
  }

  private constructor(
    /** @internal */
    public readonly _matchers: LabelMatcher[],
    /** @internal */
    public readonly _templateArgs: AnalysisTemplateArg[],
    /** @internal */
    public readonly _rolloutArgs: AnalysisArg[],
  ) {}
}
