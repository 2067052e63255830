import type { Outcome } from './outcome';
import { type RolloutState, versionText } from './state';

/** A possible action, and its command. */
export interface Advice {
  readonly text: string;
  readonly command?: string;
}

/** What can be done now, most likely first. Everything else happens by itself. */
export function adviceOf(state: RolloutState, outcome: Outcome): readonly Advice[] {
  const { resource, stable, steps, step } = state;
  const at = resource.namespace === undefined ? '' : ` -n ${resource.namespace}`;
  const plugin = (verb: string, more = ''): string => `kubectl argo rollouts ${verb} ${resource.name}${at}${more}`;
  const back = stable.revision === undefined ? '' : ` --to-revision=${stable.revision}`;
  const abort = { text: `to go back to ${versionText(stable)}`, command: plugin('abort') };
  switch (outcome) {
    case 'healthy':
      return [{ text: 'nothing is to be done; to return to the version before', command: plugin('undo') }];
    case 'progressing':
      return [{ text: 'the controller goes on by itself' }, abort];
    case 'paused': {
      const inconclusive = state.pauses.some(({ reason }) => reason === 'InconclusiveAnalysisRun');
      const pause =
        step === undefined
          ? undefined
          : resource.field('spec', 'strategy', 'canary', 'steps', step, 'pause', 'duration');
      if (!inconclusive && pause?.exists && steps > 0)
        return [
          {
            text: `the controller goes on by itself after ${String(pause.value)}; to go on now`,
            command: plugin('promote'),
          },
          abort,
        ];
      return [
        {
          text: inconclusive ? 'a manual decision is needed: if the new version is good' : 'to go on',
          command: plugin('promote'),
        },
        { text: 'to skip the remaining steps and analyses', command: plugin('promote', ' --full') },
        abort,
      ];
    }
    case 'halted':
      return [{ text: 'set spec.paused to false in Git; to go on now', command: plugin('promote') }, abort];
    case 'aborted':
      return [
        { text: 'bring Git back to the version that runs (see the patch), or fix the cause and release a new version' },
        { text: 'to try the same version once more, from the first step', command: plugin('retry rollout') },
        { text: 'without GitOps: to return the spec to the stable version', command: plugin('undo', back) },
      ];
    case 'degraded':
      return [
        { text: 'fix the cause and release a new version' },
        abort,
        { text: 'without GitOps: to return the spec to the stable version', command: plugin('undo', back) },
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
