import { lengthOfTime } from '../formats/go-duration';
import { plural } from '../formats/plural';
import { scalersOf, type Graph } from '../graph';
import type { PlannedRollout } from '../controller';
import { fullName } from './wording';

/** A Rollout that is synced for the first time: alone, or over a Deployment whose pods it takes over. */
export type FirstEvent = 'first-sync' | 'migration';

/** The pods at a time of the first deployment. */
export interface FirstMoment {
  readonly seconds: number;
  /** Pods of the Rollout that serve. */
  readonly rollout: number;
  /** Pods of the Deployment that serve; undefined without one. */
  readonly workload?: number;
  readonly what: string;
}

/** What the first sync of a Rollout does. No step and no analysis takes part. */
export interface FirstDeployment {
  readonly event: FirstEvent;
  /** With its namespace. */
  readonly rollout: string;
  readonly podStart: number;
  /** The Deployment that the Rollout refers to, and its pods over time. */
  readonly workload?: { readonly name: string; readonly pods: number; readonly scaleDown: string };
  readonly moments: readonly FirstMoment[];
  /** Where pods are lost, and what to do. */
  readonly warnings: readonly string[];
  /** What was assumed. */
  readonly notes: readonly string[];
}

/** An autoscaler looks at its target this often, in seconds. */
const AUTOSCALER_SECONDS = 15;

/**
 * Plans the first sync of a Rollout as the controller carries it out: the first version is stable at once, and `scaleDown`
 * of its `workloadRef` takes the Deployment's pods away.
 *
 * @see https://argo-rollouts.readthedocs.io/en/stable/migrating/#reference-deployment-from-rollout
 */
export function planFirstDeployment(
  { rollout, model, assumed }: PlannedRollout,
  graph: Graph,
  podStart: number,
): FirstDeployment | undefined {
  if (model === undefined) return undefined;
  const { resource, workload } = rollout;
  const stated = resource.field('spec', 'replicas').integer;
  const own = stated ?? 1;
  const ready = podStart + model.minReadySeconds;
  const reference = resource.field('spec', 'workloadRef');
  const scaler = scalersOf(graph, resource).find(({ most }) => most.exists);
  const later = Math.max(own, scaler?.least.integer ?? own);
  const notes = [...assumed];
  const base = { rollout: fullName(model), podStart, notes };
  if (!reference.exists) {
    const moments: FirstMoment[] = [
      { seconds: 0, rollout: 0, what: `${pods(own)} start at once, without steps and analyses` },
      { seconds: ready, rollout: own, what: 'stable: all traffic' },
    ];
    if (later > own) moments.push(scaledUp(ready, later, scaler!.resource.toString()));
    return { ...base, event: 'first-sync', moments, warnings: [] };
  }
  const name = reference.get('name').string ?? '';
  const scaleDown = (reference.get('scaleDown').string ?? 'never').toLowerCase();
  const target = workload.workloadRef?.target;
  const most = scaler?.most.integer;
  const written = target?.field('spec', 'replicas').integer;
  const before = Math.max(written ?? 0, most ?? 0) || 1;
  if (most !== undefined && before === most) {
    notes.push(
      `${pods(before)} of the Deployment are assumed, the most that ${scaler!.resource.toString()} allows: how many it has now only the cluster knows`,
    );
  } else if (written === undefined) {
    notes.push(
      `how many pods the Deployment '${name}' has is not stated in these manifests: ${pods(before)} is assumed`,
    );
  }
  const left = scaleDown === 'never' ? before : 0;
  const moments: FirstMoment[] = [
    {
      seconds: 0,
      rollout: 0,
      workload: before,
      what: `${pods(own)} of the Rollout ${own === 1 ? 'starts' : 'start'}${stated === undefined ? ': it states no replicas, so the controller writes 1' : ''}`,
    },
    { seconds: ready, rollout: own, workload: left, what: afterReady(scaleDown) },
  ];
  if (later > own) moments.push({ ...scaledUp(ready, later, scaler!.resource.toString()), workload: left });
  return {
    ...base,
    event: 'migration',
    workload: { name, pods: before, scaleDown },
    moments,
    warnings: warningsOf(before, own, later, scaleDown, scaler !== undefined),
  };
}

const pods = (count: number): string => plural(count, 'pod');

function scaledUp(ready: number, pods: number, scaler: string): FirstMoment {
  return {
    seconds: AUTOSCALER_SECONDS + ready,
    rollout: pods,
    what: `the least number of pods that ${scaler} asks for`,
  };
}

function afterReady(scaleDown: string): string {
  if (scaleDown === 'never') return 'the Deployment keeps its pods as well, until it is scaled down manually';
  if (scaleDown === 'onsuccess') return 'the first version is healthy, and the controller scales the Deployment to 0';
  return 'the controller takes a pod of the Deployment away for each that is ready, and all once the Rollout is healthy';
}

function warningsOf(before: number, own: number, later: number, scaleDown: string, scaled: boolean): string[] {
  if (scaleDown === 'never' || own >= before) return [];
  const then = later > own ? `, ${later} once the autoscaler has looked` : '';
  const how = scaled
    ? `set spec.replicas of the Rollout to ${before} for the first sync and remove it afterwards, or use scaleDown: never and scale the Deployment down once the Rollout has as many pods`
    : `set spec.replicas of the Rollout to ${before}`;
  return [`${pods(before)} become ${own}${then}: ${how}`];
}

/** The first deployment for a terminal. */
export function firstDeploymentText(plan: FirstDeployment): string {
  const { moments, workload, warnings, notes } = plan;
  const title =
    workload === undefined
      ? `${plan.rollout}  first sync`
      : `${plan.rollout}  takes the pods of Deployment ${workload.name} over (scaleDown: ${workload.scaleDown})`;
  const lines = [title, ''];
  for (const row of rowsOf(moments))
    lines.push(`  ${row.map((cell, i) => (i < 2 ? cell.padStart(i === 0 ? 6 : 8) : cell)).join('  ')}`);
  if (warnings.length > 0) lines.push('', 'Warnings', ...warnings.map((warning) => `  ${warning}`));
  if (notes.length > 0) lines.push('', 'Assumptions', ...notes.map((note) => `  ${note}`));
  return `${lines.join('\n')}\n`;
}

/** The first deployment for a pull request. */
export function firstDeploymentMarkdown(plan: FirstDeployment): string {
  const { event, moments, warnings, notes } = plan;
  const lines = [
    `## ${event === 'migration' ? 'Migration to' : 'First sync of'} ${plan.rollout}`,
    '',
    event === 'migration' ? '| when | pods (Rollout + Deployment) | what happens |' : '| when | pods | what happens |',
    '| --- | --- | --- |',
    ...rowsOf(moments).map((row) => `| ${row.join(' | ')} |`),
  ];
  if (warnings.length > 0) lines.push('', '**Warnings**', '', ...warnings.map((warning) => `- ${warning}`));
  if (notes.length > 0) lines.push('', '**Assumptions**', '', ...notes.map((note) => `- ${note}`));
  return `${lines.join('\n')}\n`;
}

const rowsOf = (moments: readonly FirstMoment[]): string[][] =>
  moments.map(({ seconds, rollout, workload, what }) => [
    lengthOfTime(seconds),
    workload === undefined ? `${rollout}` : `${rollout} + ${workload}`,
    what,
  ]);
