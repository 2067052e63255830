import { hookOfNoPhase } from '../../src/rules/gitops/git020-hook-of-no-phase';
import { describeRule } from './describe-rule';

const hook = (annotations: string, kind = 'batch/v1\nkind: Job'): string => `
apiVersion: ${kind}
metadata: { name: smoke, annotations: { ${annotations} } }
`;

describeRule(hookOfNoPhase, [
  {
    name: 'a phase in another case',
    manifest: hook('argocd.argoproj.io/hook: Postsync'),
    finds: [
      {
        message: "Job smoke is a hook of phase 'Postsync', which Argo CD does not know, and never applied",
        hint: "did you mean 'PostSync'?",
      },
    ],
  },
  {
    name: 'the name of a hook of Helm',
    manifest: hook('argocd.argoproj.io/hook: post-install', 'argoproj.io/v1alpha1\nkind: AnalysisTemplate'),
    finds: [{ hint: 'use one of PreSync, Sync, PostSync, SyncFail, PreDelete, PostDelete, Skip' }],
  },
  { name: 'two phases', manifest: hook("argocd.argoproj.io/hook: 'PreSync, PostSync'") },
  { name: 'one phase of two, in which it is applied', manifest: hook("argocd.argoproj.io/hook: 'presync,PostSync'") },
  { name: 'a hook of Helm too', manifest: hook('argocd.argoproj.io/hook: x, helm.sh/hook: post-install') },
  { name: 'a placeholder', manifest: hook("argocd.argoproj.io/hook: '{{ .Values.phase }}'") },
  { name: 'no hook', manifest: hook('app: smoke') },
]);
