import type { Outcome } from './outcome';
import { type RolloutState, versionText } from './state';

/** A possible action, and its command. */
export interface Advice {
  readonly text: string;
  readonly command?: string;
}

/** What can be done now, most likely first. Everything else happens by itself. */
export function adviceOf(state: RolloutState, outcome: Outcome): readonly Advice[] {
  const { resource, stable } = state;
  const at = resource.namespace === undefined ? '' : ` -n ${resource.namespace}`;
  const plugin: Plugin = (verb, more = '') => `kubectl argo rollouts ${verb} ${resource.name}${at}${more}`;
  const abort = isAbortable(state) ? [{ text: `to go back to ${versionText(stable)}`, command: plugin('abort') }] : [];
  switch (outcome) {
    case 'healthy':
      return [{ text: 'nothing is to be done' }, ...versionBefore(state, plugin)];
    case 'progressing':
      return [{ text: 'the controller goes on by itself' }, ...abort];
    case 'paused':
      return [...pausedAdvice(state, plugin), ...abort];
    case 'halted':
      return [{ text: 'set spec.paused to false in Git; to go on now', command: plugin('promote') }, ...abort];
    case 'aborted':
      return [
        {
          text: hasStable(state)
            ? 'bring Git back to the version that runs (see the patch), or fix the cause and release a new version'
            : 'fix the cause and release a new version',
        },
        { text: 'to try the same version once more, from the beginning', command: plugin('retry rollout') },
        ...stableVersion(state, plugin),
      ];
    case 'degraded':
      return [
        { text: 'fix the cause and release a new version' },
        ...abort,
        ...(state.promoted ? versionBefore(state, plugin) : stableVersion(state, plugin)),
      ];
    case 'refused':
      return [
        { text: 'correct the spec in Git; cdk8s-canary lint says what else is wrong', command: 'cdk8s-canary lint' },
      ];
    case 'unknown':
      return [
        {
          text: 'check that the controller runs and watches this namespace',
          command: 'kubectl get deployment --all-namespaces -l app.kubernetes.io/name=argo-rollouts',
        },
      ];
  }
}

/** A command of the plugin of Argo Rollouts for kubectl. */
type Plugin = (verb: string, more?: string) => string;

/** Whether a version has been stable before. The first one has nothing to go back to. */
const hasStable = ({ stable }: RolloutState): boolean => stable.hash !== '';

/** Whether there is an update that an abort would end. */
const isAbortable = (state: RolloutState): boolean => hasStable(state) && !state.promoted;

/** Back to the stable version, where it is another one than that of the spec. */
function stableVersion(state: RolloutState, plugin: Plugin): readonly Advice[] {
  if (!isAbortable(state)) return [];
  const { revision } = state.stable;
  const to = revision === undefined ? '' : ` --to-revision=${revision}`;
  return [{ text: 'without GitOps: to return the spec to the stable version', command: plugin('undo', to) }];
}

/** Back to the version before the stable one, where there may be one. */
const versionBefore = ({ stable }: RolloutState, plugin: Plugin): readonly Advice[] =>
  stable.revision === 1 ? [] : [{ text: 'to return to the version before', command: plugin('undo') }];

/** How a paused update goes on. */
function pausedAdvice(state: RolloutState, plugin: Plugin): readonly Advice[] {
  const skip = { text: 'to skip the remaining steps and analyses', command: plugin('promote', ' --full') };
  const paused = (reason: string): boolean => state.pauses.some((one) => one.reason === reason);
  // The controller asks the same Experiment again, and pauses again, as long as the step is the current one.
  if (paused('InconclusiveExperiment'))
    return [
      {
        text: 'promote alone does not go on, since the experiment stays inconclusive; if the new version is good, skip the experiment with the remaining steps and analyses',
        command: skip.command,
      },
    ];
  if (paused('InconclusiveAnalysisRun')) {
    const isStep =
      state.resource.field('status', 'canary', 'currentStepAnalysisRunStatus', 'status').string === 'Inconclusive';
    const text = isStep
      ? 'a manual decision is needed: if the new version is good'
      : 'a manual decision is needed: to go on, with the analysis once more';
    return [{ text, command: plugin('promote') }, skip];
  }
  const duration = pauseDuration(state);
  if (duration !== undefined)
    return [{ text: `the controller goes on by itself after ${duration}; to go on now`, command: plugin('promote') }];
  return [{ text: 'to go on', command: plugin('promote') }, skip];
}

/** How long the pause lasts; undefined where it waits for a decision. */
function pauseDuration({ resource, strategy, steps, step }: RolloutState): string | undefined {
  if (strategy === 'blueGreen') {
    const seconds = resource.field('spec', 'strategy', 'blueGreen', 'autoPromotionSeconds').integer ?? 0;
    return seconds > 0 ? `${seconds}s` : undefined;
  }
  if (step === undefined || steps === 0) return undefined;
  const duration = resource.field('spec', 'strategy', 'canary', 'steps', step, 'pause', 'duration');
  return duration.exists ? String(duration.value) : undefined;
}
