import { escapedPattern } from '../../formats/go-regexp';
import { AnalysisArg } from './arg';
import { argNamesIn, needsUpdate } from './arg-names';
import { LabelMatcher } from './label-matcher';
import { type Found } from '../../formats/option-problem';

/** How a query shows all versions of an app, without arguments from a Rollout. */
interface SideBySide {
  /** The label that tells them apart. */
  readonly label: string;
  /** The value of the label that each version has. Undefined where it changes with every version. */
  readonly versions?: { readonly canary: string; readonly stable: string };
  /** What the series of this app have, of whichever version. */
  readonly matchers: (rollout: string, namespace: string | undefined) => LabelMatcher[];
  /** Whether the series have the labels of pods. */
  readonly isOfPods?: boolean;
}

/** A label of pods in Prometheus, and its value for each version. */
export interface Roles {
  readonly label: string;
  readonly canary: string;
  readonly stable: string;
}

/** What only the series of one version have. */
export type Version = 'canary' | 'stable';

/**
 * The way in which a query distinguishes series of the canary from those of the stable version.
 */
export class CanaryIsolation {
  /**
   * By the pod-template hash, which a monitor with `podTargetLabels` adds to every series. It is the only label that is
   * always right: it identifies the version, whatever the Services select.
   *
   * @param label The label in Prometheus. Default: `rollouts_pod_template_hash`.
   */
  public static podTemplateHash(label = 'rollouts_pod_template_hash'): CanaryIsolation {
    return new CanaryIsolation(
      [NAMESPACE, LabelMatcher.equalTo(label, '{{args.canary-hash}}')],
      [NAMESPACE, LabelMatcher.equalTo(label, '{{args.stable-hash}}')],
      {
        label,
        isOfPods: true,
        matchers: (rollout, namespace) => [
          ...inNamespace('namespace', namespace),
          LabelMatcher.matching('pod', `${rollout}-[a-z0-9]+-[a-z0-9]+`),
        ],
      },
    );
  }

  /**
   * By the canary Service, if each Service has its own ServiceMonitor. Outside an update both Services select the same
   * pods, so the first minutes of a window hold requests of the old version: prefer `podTemplateHash()`.
   *
   * @param service The name of the canary Service.
   * @param label The label in Prometheus. Default: `service`.
   * @param stableService The name of the stable Service, to compare versions. Default: none.
   */
  public static service(service: string, label = 'service', stableService?: string): CanaryIsolation {
    return new CanaryIsolation(
      [NAMESPACE, LabelMatcher.equalTo(label, service)],
      stableService === undefined ? undefined : [NAMESPACE, LabelMatcher.equalTo(label, stableService)],
      stableService === undefined ? undefined : ofServices('namespace', label, service, stableService),
    );
  }

  /**
   * By the Service to which the caller's proxy sent the request: in Istio's metrics of the source and of waypoints.
   * Outside an update the canary Service receives no request, whatever it selects.
   *
   * @param canaryService The name of the canary Service.
   * @param stableService The name of the stable Service.
   */
  public static destinationService(canaryService: string, stableService: string): CanaryIsolation {
    const side = (service: string) => [
      LabelMatcher.equalTo('destination_service_namespace', '{{args.namespace}}'),
      LabelMatcher.equalTo('destination_service_name', service),
    ];
    return new CanaryIsolation(
      side(canaryService),
      side(stableService),
      ofServices('destination_service_namespace', 'destination_service_name', canaryService, stableService),
    );
  }

  /**
   * By the workload's revision in Istio's metrics, which comes from a label of the pods that every release changes:
   * `version`, or `service.istio.io/canonical-revision`. What is not the canary's is the stable version's.
   *
   * @param podLabel The label of the pods. It must not have a dot in its name. Default: `version`.
   */
  public static workloadRevision(podLabel = 'version'): CanaryIsolation {
    const app = [
      LabelMatcher.equalTo('destination_workload_namespace', '{{args.namespace}}'),
      LabelMatcher.equalTo('destination_workload', '{{args.rollout}}'),
    ];
    const label = 'destination_canonical_revision';
    return new CanaryIsolation(
      [...app, LabelMatcher.equalTo(label, '{{args.canary-revision}}')],
      [...app, LabelMatcher.notEqualTo(label, '{{args.canary-revision}}')],
      {
        label,
        matchers: (rollout, namespace) => [
          ...inNamespace('destination_workload_namespace', namespace),
          LabelMatcher.equalTo('destination_workload', rollout),
        ],
      },
      [AnalysisArg.fieldRef('canary-revision', `spec.template.metadata.labels.${podLabel}`)],
    );
  }

  /**
   * By custom labels.
   *
   * @param matchers The matchers of the canary's series.
   */
  public static labels(...matchers: LabelMatcher[]): CanaryIsolation {
    return new CanaryIsolation(matchers, undefined);
  }

  /**
   * By custom labels of both versions.
   *
   * @param canary The matchers of the canary's series.
   * @param stable The matchers of the stable version's series.
   */
  public static labelsOfBoth(canary: LabelMatcher[], stable: LabelMatcher[]): CanaryIsolation {
    return new CanaryIsolation(canary, stable, ofOneLabel(canary, stable));
  }

  /**
   * By a label that the controller gives to the pods of each version, for people who look: `canaryMetadata` and
   * `stableMetadata` of a Rollout. Analyses use the pod-template hash.
   * @internal
   */
  public _withRoles({ label, canary, stable }: Roles): CanaryIsolation {
    const shown = this._sideBySide;
    if (shown?.isOfPods !== true) return this;
    const role = LabelMatcher.matching(label, [canary, stable].map(escapedPattern).join('|'));
    return new CanaryIsolation(this.canary, this.stable, {
      label,
      versions: { canary, stable },
      matchers: (rollout, namespace) => [...shown.matchers(rollout, namespace), role],
    });
  }

  /** Always true. Go compares types by their members, and so tells a CanaryIsolation from other values. */
  public get isCanaryIsolation(): boolean {
    return true;
  }

  private constructor(
    private readonly canary: LabelMatcher[],
    private readonly stable: LabelMatcher[] | undefined,
    /**
     * How all versions are shown, where that is known.
     * @internal
     */
    public readonly _sideBySide?: SideBySide,
    /**
     * Arguments that no other isolation uses.
     * @internal
     */
    public readonly _ownArgs: readonly AnalysisArg[] = [],
  ) {}

  /** @internal */
  public _matchers(version: Version): LabelMatcher[] {
    return version === 'canary' ? this.canary : (this.stable ?? []);
  }

  /** @internal */
  public get _knowsStable(): boolean {
    return this.stable !== undefined;
  }

  /** @internal */
  public _problems(): Found[] {
    const all = [...this.canary, ...(this.stable ?? [])];
    const problems = all.map((matcher) => matcher._problem());
    if (this.canary.length === 0) {
      problems.push(
        'the isolation has no matcher, so that all versions would be the canary; give one that only it has',
      );
    }
    return problems;
  }
}

const NAMESPACE = LabelMatcher.equalTo('namespace', '{{args.namespace}}');

function inNamespace(label: string, namespace: string | undefined): LabelMatcher[] {
  return namespace === undefined ? [] : [LabelMatcher.equalTo(label, namespace)];
}

function ofServices(namespaceLabel: string, label: string, canary: string, stable: string): SideBySide {
  return {
    label,
    versions: { canary, stable },
    matchers: (_rollout, namespace) => [
      ...inNamespace(namespaceLabel, namespace),
      LabelMatcher.matching(label, [canary, stable].join('|')),
    ],
  };
}

/**
 * How versions are shown that one label tells apart. Undefined if more than that differs between their matchers, or if a
 * value is known only during an update.
 */
function ofOneLabel(canary: readonly LabelMatcher[], stable: readonly LabelMatcher[]): SideBySide | undefined {
  const without = (some: readonly LabelMatcher[], others: readonly LabelMatcher[]) => {
    const texts = others.map((one) => one._toPromql());
    return some.filter((one) => !texts.includes(one._toPromql()));
  };
  const [own, others] = [without(canary, stable), without(stable, canary)];
  const [one, other] = [own[0]?._equality, others[0]?._equality];
  if (own.length !== 1 || others.length !== 1 || one === undefined || one.label !== other?.label) return undefined;
  const common = without(canary, own);
  const isLasting = [...own, ...others].every((matcher) => !argNamesIn(matcher._toPromql()).length);
  if (!isLasting || common.some((matcher) => needsUpdate(matcher._toPromql()))) return undefined;
  const { label } = one;
  const versions = { canary: one.value, stable: other.value };
  return {
    label,
    versions,
    matchers: (rollout, namespace) => [
      // Without a namespace, those of the app are not told from others.
      ...common.flatMap((matcher) => matcher._filledIn({ rollout, namespace }) ?? []),
      LabelMatcher.matching(label, Object.values(versions).map(escapedPattern).join('|')),
    ],
  };
}
