import { type Graph, HASH_LABEL, type Resource, rollouts } from '../graph';
import { causeOf } from './cause';
import type { TrafficProfile } from '../traffic-model';
import { percent } from '../plan';
import { adviceOf, type Advice } from './advice';
import { expectedOf } from './expected';
import type { Outcome } from './outcome';
import { type Revert, revertOf } from './revert';
import { decidingMetrics, type Run, runsOf } from './runs';
import { type RolloutState, stateOf, versionText } from './state';
import { podProblems } from './pods';
import { decisions, type Happening, pauseText, storyOf } from './story';

/** What happened to a Rollout, why, and what to do. */
export interface Explanation {
  readonly rollout: { readonly name: string; readonly namespace?: string };
  readonly outcome: Outcome;
  /** One sentence. */
  readonly headline: string;
  readonly story: readonly Happening[];
  /** Why it is in this state. */
  readonly reasons: readonly string[];
  /** What users get and which pods run. */
  readonly now: readonly string[];
  /** How the measurements that decided compare with what the simulation expects. */
  readonly expected: readonly string[];
  readonly advice: readonly Advice[];
  /** After an abort: how Git comes back to the version that runs. */
  readonly revert?: Revert;
  /** What is not known, and the objects that would tell. */
  readonly notes: readonly string[];
}

/**
 * Explains one Rollout by the objects that the cluster keeps about it.
 *
 * @param profile traffic for the comparison with the simulation; default assumed
 */
export function explain(graph: Graph, rollout: Resource, profile?: Partial<TrafficProfile>): Explanation {
  const state = stateOf(graph, rollout);
  const runs = runsOf(graph, rollout).filter((run) => isOfUpdate(run, state));
  const outcome = outcomeOf(state);
  const reasons = reasonsOf(graph, state, runs, outcome);
  const { name, namespace } = rollout;
  return {
    rollout: namespace === undefined ? { name } : { name, namespace },
    outcome,
    headline: headlineOf(state, outcome),
    story: storyOf(graph, state, runs),
    reasons,
    now: nowOf(graph, state),
    expected: STOPPED.has(outcome) ? expectedOf(graph, rollout, runs, profile) : [],
    advice: adviceOf(state, outcome),
    revert: outcome === 'aborted' || outcome === 'degraded' ? revertOf(state, reasons) : undefined,
    notes: notesOf(graph, state, runs),
  };
}

/** Seconds by which clocks may differ. */
const SKEW_MS = 30_000;

/** Whether a run judged the newest version in its newest update: the version may have run before. */
function isOfUpdate({ hash, started }: Run, { wanted, conditions }: RolloutState): boolean {
  if (hash !== undefined && hash !== wanted.hash) return false;
  const since = conditions.find(({ type, status }) => type === 'Completed' && status === 'False')?.since;
  return since === undefined || started === undefined || started.getTime() >= since.getTime() - SKEW_MS;
}

/** How a Rollout stands. */
export function outcomeOf(state: RolloutState): Outcome {
  const is = (type: string, status: string): boolean =>
    state.conditions.some((one) => one.type === type && one.status === status);
  if (is('InvalidSpec', 'True')) return 'refused';
  if (state.aborted) return 'aborted';
  if (state.phase === 'Degraded' || (is('Progressing', 'False') && state.pauses.length === 0)) return 'degraded';
  if (state.halted) return 'halted';
  if (state.pauses.length > 0) return 'paused';
  if (!state.observed) return 'progressing';
  if (state.promoted && state.phase !== 'Progressing') return 'healthy';
  return state.phase === undefined && state.wanted.hash === '' ? 'unknown' : 'progressing';
}

function headlineOf(state: RolloutState, outcome: Outcome): string {
  const { resource, wanted, stable, step, steps, pauses } = state;
  const at = step !== undefined && steps > 0 && step < steps ? ` at step ${step + 1} of ${steps}` : '';
  const to = versionText(wanted);
  const isFirst = stable.hash === '';
  switch (outcome) {
    case 'healthy':
      return `${resource} is healthy: ${versionText(stable)} serves all users`;
    case 'aborted':
      return isFirst
        ? `${resource}: the first version, ${to}, was aborted; there is no stable version to go back to`
        : `${resource}: the update to ${to} was aborted; ${versionText(stable)} serves the users`;
    case 'degraded':
      return `${resource} is degraded${state.message ? `: ${state.message}` : ''}`;
    case 'refused':
      return `${resource}: the controller refuses the spec and does nothing`;
    case 'halted':
      if (state.promoted)
        return `${resource}: spec.paused is true, so an update would stand still; ${to} serves all users`;
      return `${resource}: the update to ${to} stands still${at}, because spec.paused is true`;
    case 'paused':
      return `${resource}: the update to ${to} is paused${at}: ${pauses.map(({ reason }) => pauseText(reason)).join(', ')}`;
    case 'progressing':
      if (!state.observed) return `${resource}: the controller has not looked at the newest spec yet`;
      // Pods restart, or come back after they were lost: the controller calls this progressing, too.
      if (state.promoted)
        return `${resource}: no update is under way; ${to} is the stable version, and not all of its pods are ready${state.message ? `: ${state.message}` : ''}`;
      return isFirst
        ? `${resource}: the first version, ${to}, is being deployed`
        : `${resource}: the update to ${to} is under way${at}`;
    case 'unknown':
      return `${resource} has no status: no controller has looked at it`;
  }
}

const STOPPED: ReadonlySet<Outcome> = new Set(['aborted', 'degraded', 'paused']);

function reasonsOf(graph: Graph, state: RolloutState, runs: readonly Run[], outcome: Outcome): string[] {
  const found: string[] = [];
  for (const { type, status, reason, message } of state.conditions) {
    if (type === 'InvalidSpec' && status === 'True') found.push(message, ...templateOf(state.resource, message));
    if (type === 'ReplicaFailure' && status === 'True') found.push(`pods cannot be created: ${message}`);
    if (type === 'Progressing' && status === 'False' && reason !== 'RolloutPaused' && message) found.push(message);
  }
  if (STOPPED.has(outcome)) {
    for (const run of runs.filter(({ phase }) => ['Failed', 'Error', 'Inconclusive'].includes(phase))) {
      const metrics = decidingMetrics(run);
      found.push(...decisions(metrics).map((one) => `AnalysisRun ${run.resource.name}, ${one}`));
      if (metrics.length === 0 && run.message) found.push(`AnalysisRun ${run.resource.name}: ${run.message}`);
      for (const metric of metrics.filter(({ phase }) => phase === 'Error')) {
        const errors = metric.measurements.filter(({ phase }) => phase === 'Error');
        const cause = causeOf(errors[errors.length - 1]?.message ?? metric.message);
        if (cause)
          found.push(`likely cause: ${cause.cause}${metric.address ? ` (${metric.address})` : ''}; ${cause.remedy}`);
      }
    }
  }
  found.push(...podProblems(graph, state, outcome === 'degraded'));
  if (outcome === 'aborted' && found.length === 0)
    found.push(
      state.message ?? 'no analysis of this version failed: it was aborted manually (kubectl argo rollouts abort)',
    );
  return [...new Set(found)];
}

/**
 * Argo Rollouts 1.8 compares the Services with the pod template before it says that the workload of the template is not
 * there; later releases say the latter.
 *
 * @see rollout/controller.go of Argo Rollouts 1.8.5 and 1.9.1, `syncHandler` and `newRolloutContext`
 */
function templateOf(rollout: Resource, message: string): string[] {
  const name = rollout.field('spec', 'workloadRef', 'name').string;
  const kind = rollout.field('spec', 'workloadRef', 'kind').string ?? 'Deployment';
  if (name === undefined || !/has unmatch label/.test(message)) return [];
  return [
    `likely cause: ${kind} '${name}', of which the pods are taken, is not there (Argo Rollouts 1.8 then compares Services with an empty template), or its pods lack this label; look with kubectl get ${kind.toLowerCase()} ${name} --show-labels`,
  ];
}

function nowOf(graph: Graph, state: RolloutState): string[] {
  const { wanted, stable, promoted, weight } = state;
  const found: string[] = [];
  if (state.blueGreen !== undefined) found.push(...servedBlueGreen(state));
  else if (promoted) found.push(`all requests go to ${versionText(stable)}`);
  else if (weight !== undefined)
    found.push(
      `the controller sends ${percent(weight)} of the requests to ${versionText(wanted)}, the rest to ${versionText(stable)}`,
    );
  else if (wanted.available !== undefined && stable.available !== undefined && state.strategy === 'canary') {
    const all = wanted.available + stable.available;
    const share = all === 0 ? 0 : Math.round((100 * wanted.available) / all);
    found.push(
      all === 0
        ? 'no pod is available: requests fail'
        : `about ${share} % of the requests go to ${versionText(wanted)}: ${wanted.available} of ${all} pods`,
    );
  }
  found.push(...routeWeights(graph, state));
  for (const version of promoted || stable.hash === '' ? [wanted] : [stable, wanted]) {
    if (version.available === undefined) continue;
    const of = version.wanted === undefined ? '' : ` of ${version.wanted}`;
    found.push(`${versionText(version)}: ${version.available}${of} pods available`);
  }
  return found;
}

/** The versions that a blue-green Rollout serves: its Services select one each. */
function servedBlueGreen({ resource, wanted, stable }: RolloutState): string[] {
  const status = resource.field('status', 'blueGreen');
  const nameOf = (selector: string): string | undefined => {
    const hash = status.get(selector).string || undefined;
    return hash && versionText([wanted, stable].find((one) => one.hash === hash) ?? { hash, images: [] });
  };
  const active = nameOf('activeSelector');
  const preview = resource.field('spec', 'strategy', 'blueGreen', 'previewService').string && nameOf('previewSelector');
  return [
    active === undefined ? 'the active Service does not select a version yet' : `all requests go to ${active}`,
    ...(preview === undefined || preview === active ? [] : [`the preview Service selects ${preview}`]),
  ];
}

/** The weights of routes to the canary Service that are not those of the controller. */
function routeWeights(graph: Graph, { resource, weight, wanted }: RolloutState): string[] {
  const canary = resource.field('spec', 'strategy', 'canary', 'canaryService').string;
  if (canary === undefined || weight === undefined) return [];
  const found: string[] = [];
  const routed = rollouts(graph).find((one) => one.resource === resource)?.virtualServices ?? [];
  for (const { virtualService, routes } of routed) {
    for (const { field, name, protocol } of routes) {
      const to = field
        .get('route')
        .items()
        .find((one) => one.get('destination', 'host').string?.split('.')[0] === canary);
      const actual = to?.get('weight').integer;
      if (to === undefined || actual === undefined || actual === weight) continue;
      found.push(
        `${virtualService!.resource} sends ${actual} % to ${canary} in ${name === undefined ? `its ${protocol} routes` : `the route '${name}'`}, though the controller says ${percent(weight)}: something else wrote it`,
      );
    }
  }
  const selector = graph
    .findAll({ group: '', kind: 'Service', name: canary, namespace: resource.namespace })[0]
    ?.field('spec', 'selector').strings;
  if (selector && Object.keys(selector).length === 0) found.push(`Service ${canary} selects no pods`);
  else if (selector && weight > 0 && wanted.hash !== '' && selector[HASH_LABEL] !== wanted.hash)
    found.push(
      selector[HASH_LABEL] === undefined
        ? `Service ${canary} selects the pods of every version: its selector lacks ${HASH_LABEL}, which something removed`
        : `Service ${canary} selects the pods of another version (${selector[HASH_LABEL]})`,
    );
  return found;
}

/** The fields of the status that name the AnalysisRuns of the update. */
const RUNS_IN_STATUS = [
  ['canary', 'currentStepAnalysisRunStatus'],
  ['canary', 'currentBackgroundAnalysisRunStatus'],
  ['blueGreen', 'prePromotionAnalysisRunStatus'],
  ['blueGreen', 'postPromotionAnalysisRunStatus'],
] as const;

function notesOf(graph: Graph, state: RolloutState, runs: readonly Run[]): string[] {
  const notes: string[] = [];
  if (state.wanted.hash !== '' && state.wanted.replicaSet === undefined)
    notes.push('the ReplicaSets are not in the input: revisions, images and the patch for Git are not known');
  const names = RUNS_IN_STATUS.map((path) => state.resource.field('status', ...path, 'name').string).filter(
    (name) => name !== undefined,
  );
  const missing = names.filter((name) => !runs.some(({ resource }) => resource.name === name));
  if (missing.length > 0)
    notes.push(`AnalysisRun ${missing.join(', ')} is not in the input: its measurements are not known`);
  if (graph.ofKind('Event').length === 0)
    notes.push('no events are in the input; the cluster keeps them for an hour only');
  const created = state.wanted.created;
  const early = created && runs.some(({ started }) => started && started.getTime() < created.getTime() - 1000);
  if (early)
    notes.push(
      'an analysis of this version began before its ReplicaSet was created: clocks differ, or the version had run before',
    );
  return notes;
}
