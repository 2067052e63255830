import {
  type Field,
  type Graph,
  hasPort,
  metrics,
  readRelabelRule,
  relabel,
  relabelProblem,
  rollouts,
  scalersOf,
} from '../graph';
import { metricLabel } from '../rules';
import {
  ARGO_ROLLOUTS,
  type Entry,
  GATEWAY_API_PLUGIN,
  ISTIO,
  describeEntry,
  lookUp,
  PROMETHEUS,
  SYSTEMS,
  type SystemKey,
} from '../versions';
import { type Change, type Effect, placeOf } from './change';
import type { Step } from './releases';

/** A place in the manifests whose meaning depends on an entry of the tables that no rule and no model looks up. */
interface Touch {
  readonly field: Field;
  readonly what: string;
  readonly effect?: Effect;
}

interface Behaviour {
  readonly system: SystemKey;
  readonly entry: Entry;
  /** Default: behaviour. */
  readonly kind?: Change['kind'];
  /** The value that is better for whoever runs it; undefined: neither is. */
  readonly better?: unknown;
  readonly touches: (graph: Graph, step: Step) => readonly Touch[];
}

const ofProviders =
  (names: readonly string[]): Behaviour['touches'] =>
  (graph) =>
    metrics(graph).flatMap((metric) => {
      const provider = names.map((name) => metric.field.get('provider', name)).find(({ exists }) => exists);
      return provider ? [{ field: provider, what: metricLabel(metric) }] : [];
    });

/** A Job is named by the identifier of the run (36 characters), the metric and a number, between dots; 63 are allowed. */
const LONGEST_JOB_METRIC = 63 - '.'.length - 36 - '.1'.length;

const BEHAVIOURS: readonly Behaviour[] = [
  {
    system: 'argoRollouts',
    entry: ARGO_ROLLOUTS.abortsAfterPromotion,
    better: false,
    touches: (graph) =>
      rollouts(graph).flatMap(({ resource }) => {
        const field = resource.field('spec', 'progressDeadlineAbort');
        return field.boolean === true
          ? [{ field, what: `${resource} when its pods become unavailable after the update` }]
          : [];
      }),
  },
  {
    system: 'argoRollouts',
    entry: ARGO_ROLLOUTS.terminatingWaits,
    better: false,
    // Until 1.10, a Job is looked at whenever it changes, and has no moment at which it is resumed.
    touches: ofProviders(['kayenta', 'plugin']),
  },
  { system: 'argoRollouts', entry: ARGO_ROLLOUTS.jobWithoutImage, touches: ofProviders(['job']) },
  { system: 'argoRollouts', entry: ARGO_ROLLOUTS.terminatedJob, touches: ofProviders(['job']) },
  { system: 'argoRollouts', entry: ARGO_ROLLOUTS.looksAtJobsLater, touches: ofProviders(['job']) },
  {
    system: 'argoRollouts',
    entry: ARGO_ROLLOUTS.stablePodsForWeights,
    touches: (graph, { before, after }) =>
      rollouts(graph).flatMap(({ resource, canary }) => {
        const field = canary.get('trafficRouting', 'maxTrafficWeight');
        if ((field.integer ?? 100) === 100) return [];
        const [was, is] = [before, after].map(({ argoRollouts }) => wrongPods(argoRollouts, field.integer!));
        const effect = is === was ? 'different' : is ? 'worse' : 'better';
        return [{ field, what: `the weights of ${resource}`, effect }];
      }),
  },
  {
    system: 'argoRollouts',
    entry: ARGO_ROLLOUTS.withoutServices,
    touches: (graph) =>
      rollouts(graph).flatMap(({ resource, canary }) => {
        const field = canary.get('trafficRouting', 'istio');
        const services = ['canaryService', 'stableService'].some((name) => canary.get(name).exists);
        return field.exists && !services
          ? [{ field, what: `${resource} while pods of either version are missing` }]
          : [];
      }),
  },
  {
    system: 'argoRollouts',
    entry: ARGO_ROLLOUTS.shortensJobNames,
    better: true,
    touches: (graph) =>
      metrics(graph).flatMap((metric) => {
        const field = metric.field.get('name');
        const isLong = metric.field.get('provider', 'job').exists && (field.string ?? '').length > LONGEST_JOB_METRIC;
        return isLong ? [{ field, what: `the Jobs of ${metricLabel(metric)}` }] : [];
      }),
  },
  {
    system: 'argoRollouts',
    entry: ARGO_ROLLOUTS.autoscalerFreezesAbort,
    better: false,
    touches: (graph) =>
      rollouts(graph).flatMap(({ resource, canary }) => {
        const [scaler] = canary.get('trafficRouting').exists ? scalersOf(graph, resource) : [];
        return scaler
          ? [{ field: canary.get('trafficRouting'), what: `${resource}, which ${scaler.resource} scales` }]
          : [];
      }),
  },
  {
    system: 'argoRollouts',
    entry: ARGO_ROLLOUTS.promotesWithMorePods,
    better: true,
    touches: (graph) =>
      rollouts(graph).flatMap(({ resource, canary }) => {
        // Only a minimum of pods keeps more of them than there are replicas.
        const field = canary.get('minPodsPerReplicaSet');
        const [scaler] = field.exists ? scalersOf(graph, resource) : [];
        return scaler ? [{ field, what: `${resource}, which ${scaler.resource} scales` }] : [];
      }),
  },
  {
    system: 'argoRollouts',
    entry: ARGO_ROLLOUTS.fastTracks,
    better: 'earlier',
    touches: (graph) =>
      rollouts(graph).flatMap(({ resource }) => {
        const field = resource.field('spec', 'strategy', 'blueGreen');
        const checks = ['prePromotionAnalysis', 'postPromotionAnalysis', 'autoPromotionSeconds'];
        const waits = field.get('autoPromotionEnabled').boolean === false;
        const skippable = waits || checks.some((name) => field.get(name).exists);
        const keepsPods = field.get('abortScaleDownDelaySeconds').integer !== 0;
        return skippable && keepsPods ? [{ field, what: `a retry of ${resource}` }] : [];
      }),
  },
  {
    system: 'argoRollouts',
    entry: ARGO_ROLLOUTS.keepsCancelledRuns,
    better: false,
    touches: (graph) =>
      rollouts(graph).flatMap(({ resource, canary }) => {
        const routed = canary.get('trafficRouting').exists && canary.get('abortScaleDownDelaySeconds').integer !== 0;
        const first = canary.get('steps').items()[0]?.get('analysis');
        const field = [canary.get('analysis'), first].find((one) => one?.exists);
        return routed && field ? [{ field, what: `a retry of ${resource}` }] : [];
      }),
  },
  {
    system: 'argoRollouts',
    entry: ARGO_ROLLOUTS.traefikGroup,
    touches: (graph) =>
      rollouts(graph).flatMap(({ canary }) => traefikTouch(graph, canary.get('trafficRouting', 'traefik'))),
  },
  {
    system: 'argoRollouts',
    entry: ARGO_ROLLOUTS.namesFailedExperiment,
    kind: 'message',
    touches: (graph) =>
      rollouts(graph).flatMap(({ resource, steps }) => {
        const experiment = steps.map(({ field }) => field.get('experiment')).find(({ exists }) => exists);
        return experiment
          ? [{ field: experiment, what: `the message of ${resource} when an experiment aborts it` }]
          : [];
      }),
  },
  { system: 'argoRollouts', entry: ARGO_ROLLOUTS.controllerFlags, touches: controllerFlags },
  {
    system: 'gatewayApiPlugin',
    entry: GATEWAY_API_PLUGIN.headerRules,
    touches: (graph) => headerSteps(graph, 1),
  },
  {
    system: 'gatewayApiPlugin',
    entry: GATEWAY_API_PLUGIN.severalHeaderRules,
    better: true,
    touches: (graph) => headerSteps(graph, 2),
  },
  {
    system: 'gatewayApiPlugin',
    entry: GATEWAY_API_PLUGIN.countsToMaximum,
    touches: (graph) =>
      rollouts(graph).flatMap(({ resource, gatewayApi, canary }) => {
        const field = canary.get('trafficRouting', 'maxTrafficWeight');
        const counts = gatewayApi !== undefined && field.number !== undefined && field.number !== 100;
        return counts ? [{ field, what: `the weights of ${resource}` }] : [];
      }),
  },
  {
    system: 'gatewayApiPlugin',
    entry: GATEWAY_API_PLUGIN.sharesWithExperiment,
    better: true,
    touches: (graph) =>
      rollouts(graph).flatMap(({ resource, gatewayApi, steps }) => {
        const weighted = steps.map(({ field }) => field.get('experiment')).find(hasWeight);
        return gatewayApi !== undefined && weighted
          ? [{ field: weighted, what: `the shares of ${resource} during an experiment` }]
          : [];
      }),
  },
  { system: 'istio', entry: ISTIO.acceptsSmallAggression, better: true, touches: smallAggressions },
  {
    system: 'prometheus',
    entry: PROMETHEUS.needsContentType,
    better: false,
    touches: (graph) => {
      const without = ['ServiceMonitor', 'PodMonitor', 'ScrapeConfig']
        .flatMap((kind) => graph.ofKind(kind, 'monitoring.coreos.com'))
        .map((resource) => resource.field('spec'))
        .filter((spec) => !spec.get('fallbackScrapeProtocol').exists);
      const [first] = without;
      const count =
        without.length === 1 ? String(first.resource) : `${without.length} monitors without fallbackScrapeProtocol`;
      return first
        ? [{ field: first, what: `a target of ${count} that sends no Content-Type`, effect: 'different' }]
        : [];
    },
  },
  { system: 'prometheus', entry: PROMETHEUS.addsScrapePort, touches: portlessTargets },
  { system: 'prometheus', entry: PROMETHEUS.histogramLabels, touches: histogramLabels },
  {
    system: 'prometheus',
    entry: PROMETHEUS.nativeHistograms,
    touches: (graph) => featureFlag(graph, 'native-histograms'),
  },
  {
    system: 'prometheus',
    entry: PROMETHEUS.startTimestamps,
    touches: (graph) => featureFlag(graph, 'use-start-timestamps'),
  },
];

/** What a system does differently with a field, where neither a rule nor the controller model shows it. */
export function changedBehaviours(graph: Graph, step: Step): readonly Change[] {
  const { system, before, after } = step;
  const [old, now] = [before[system], after[system]];
  const { title } = SYSTEMS[system];
  return BEHAVIOURS.filter((one) => one.system === system && lookUp(one.entry, old) !== lookUp(one.entry, now)).flatMap(
    ({ entry, kind = 'behaviour', better, touches }) =>
      touches(graph, step).map(({ field, what, effect }): Change => {
        const graded = better === undefined ? 'different' : lookUp(entry, now) === better ? 'better' : 'worse';
        return {
          effect: effect ?? graded,
          kind,
          system,
          id: entry.id,
          ...placeOf(field),
          what,
          before: `${title} ${old} ${describeEntry(entry, old)}`,
          after: `${title} ${now} ${describeEntry(entry, now)}`,
        };
      }),
  );
}

/** Whether a release demands more pods of the stable version than the traffic needs that a maximum of weights leaves it. */
const wrongPods = (release: string, maximum: number): boolean =>
  maximum > 100 && lookUp(ARGO_ROLLOUTS.stablePodsForWeights, release) === 'of-100';

/** The group in which the controller looks for a TraefikService, and whether one is there. */
function traefikTouch(graph: Graph, traefik: Field): readonly Touch[] {
  const name = traefik.get('weightedTraefikServiceName').string;
  if (name === undefined) return [];
  const groups = graph
    .ofKind('TraefikService')
    .filter((one) => one.name === name)
    .map(({ group }) => group);
  const where = groups.length === 0 ? 'which is not among these manifests' : `which is in ${groups.join(' and ')}`;
  return [{ field: traefik, what: `the lookup of TraefikService '${name}', ${where}` }];
}

/** Warm-ups with an aggression below 1, in all policies of DestinationRules. */
function smallAggressions(graph: Graph): readonly Touch[] {
  const withPorts = (policy: Field): readonly Field[] => [policy, ...policy.get('portLevelSettings').items()];
  return graph.ofKind('DestinationRule', 'networking.istio.io').flatMap((resource) => {
    const spec = resource.field('spec');
    const policies = [spec, ...spec.get('subsets').items()].flatMap((one) => withPorts(one.get('trafficPolicy')));
    return policies.flatMap((policy) => {
      const field = policy.get('loadBalancer', 'warmup', 'aggression');
      const { number } = field;
      return number !== undefined && number > 0 && number < 1 ? [{ field, what: `${resource}` }] : [];
    });
  });
}

/** The endpoints of all monitors. */
function endpointsOf(graph: Graph): readonly Field[] {
  const fields = Object.entries({ ServiceMonitor: 'endpoints', PodMonitor: 'podMetricsEndpoints' }).flatMap(
    ([kind, list]) => graph.ofKind(kind, 'monitoring.coreos.com').map((resource) => resource.field('spec', list)),
  );
  return fields.flatMap((field) => field.items());
}

const HISTOGRAM_LABELS = [
  '__scrape_native_histograms__',
  '__always_scrape_classic_histograms__',
  '__convert_classic_histograms_to_nhcb__',
];

/** Rules that read or write one of the labels, by its name or by a pattern. */
function histogramLabels(graph: Graph): readonly Touch[] {
  const rules = endpointsOf(graph).flatMap((endpoint) => endpoint.get('relabelings').items());
  return rules.flatMap((field): Touch[] => {
    const rule = readRelabelRule(field);
    if (relabelProblem(field) !== undefined) return [];
    const named = [...(rule.sourceLabels ?? []), rule.targetLabel].find(
      (name) => name !== undefined && HISTOGRAM_LABELS.includes(name),
    );
    const mapped = HISTOGRAM_LABELS.find((name) => {
      const labels = new Map([[name, 'true']]);
      return rule.action === 'labelmap' && relabel(labels, [rule]) && labels.size > 1;
    });
    const label = named ?? mapped;
    return label === undefined ? [] : [{ field, what: `the relabeling with ${label} in ${field.resource}` }];
  });
}

/** Rules that take the port from an address. What other labels hold, such as annotations of pods, is not known here. */
function portlessTargets(graph: Graph): readonly Touch[] {
  return endpointsOf(graph).flatMap((endpoint): Touch[] => {
    const labels = new Map([['__address__', '10.0.0.1:8080']]);
    let last: Field | undefined;
    for (const field of endpoint.get('relabelings').items()) {
      const rule = readRelabelRule(field);
      if (rule.targetLabel !== '__address__' || relabelProblem(field) !== undefined) continue;
      if ((rule.sourceLabels ?? []).some((name) => name !== '__address__')) return [];
      relabel(labels, [rule]);
      last = field;
    }
    const address = labels.get('__address__') ?? '';
    if (last === undefined || address === '' || hasPort(address)) return [];
    return [{ field: last, what: `the address '${address}' that ${last.resource} scrapes` }];
  });
}

/** Image of the controller, by any registry; that of the kubectl plugin is another. */
const CONTROLLER_IMAGE = /(^|\/)argo-rollouts([:@]|$)/;

/** Flags of the controller that only one of both releases knows, or that become deprecated. */
function controllerFlags(graph: Graph, { before, after }: Step): readonly Touch[] {
  const [old, now] = [before, after].map(({ argoRollouts }) => lookUp(ARGO_ROLLOUTS.controllerFlags, argoRollouts));
  const containers = graph
    .ofKind('Deployment', 'apps')
    .flatMap((resource) => resource.field('spec', 'template', 'spec', 'containers').items())
    .filter((container) => CONTROLLER_IMAGE.test(container.get('image').string ?? ''));
  return containers.flatMap((container) =>
    ['command', 'args'].flatMap((list) =>
      container
        .get(list)
        .items()
        .flatMap((field): Touch[] => {
          const flag = /^--([^=]+)/.exec(field.string ?? '')?.[1];
          if (flag === undefined) return [];
          const what = `the flag --${flag} of the controller in ${field.resource}`;
          const [knew, knows] = [old, now].map(({ unknown }) => !unknown.includes(flag));
          if (knew !== knows) return [{ field, what, effect: knows ? 'better' : 'worse' }];
          const changes = old.deprecated.includes(flag) !== now.deprecated.includes(flag);
          return changes ? [{ field, what, effect: 'different' }] : [];
        }),
    ),
  );
}

/** Rollouts over the Gateway API plugin with at least so many different header routes. */
function headerSteps(graph: Graph, least: number): readonly Touch[] {
  return rollouts(graph).flatMap(({ resource, gatewayApi, steps }) => {
    const fields = steps.map(({ field }) => field.get('setHeaderRoute', 'name'));
    const names = new Set(fields.flatMap(({ string }) => string ?? []));
    if (gatewayApi === undefined || names.size < least) return [];
    const [first] = fields.filter(({ exists }) => exists);
    return [{ field: first, what: `the header routes of ${resource} (${[...names].join(', ')})` }];
  });
}

/** Whether the templates of an experiment get requests. */
const hasWeight = (experiment: Field): boolean =>
  experiment
    .get('templates')
    .items()
    .some((template) => template.get('weight').exists);

/** Prometheus objects of the operator that set a feature flag. */
function featureFlag(graph: Graph, flag: string): readonly Touch[] {
  return graph.ofKind('Prometheus', 'monitoring.coreos.com').flatMap((resource) => {
    const field = resource
      .field('spec', 'enableFeatures')
      .items()
      .find(({ string }) => string === flag);
    return field ? [{ field, what: `the feature flag ${flag} of ${resource}` }] : [];
  });
}
