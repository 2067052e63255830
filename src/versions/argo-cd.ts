import type { Entry, System } from './entry';

/** What Argo CD does, by release. */
export const ARGO_CD = {
  respectsWholeLists: {
    id: 'respect-ignore-differences',
    what: '`RespectIgnoreDifferences` over something inside a list that Git does not have (hash labels, managed routes)',
    changes: [
      { from: '3.0', value: true, words: 'applies the whole live list, so that edits in Git never arrive' },
      { from: '3.3.13', value: false, words: "applies Git's list, so that what the controller wrote is removed" },
      { from: '3.4', value: true, words: 'applies the whole live list, so that edits in Git never arrive' },
      { from: '3.4.5', value: false, words: "applies Git's list, so that what the controller wrote is removed" },
    ],
    source: "Argo CD's own code, 3.1.9, 3.4.4, 3.4.5, 3.5.7 and 3.6.1; tags searched for the change",
    evidence: 'measured',
  } as Entry<boolean>,
  readsOwnIgnores: {
    id: 'ignore-differences-annotation',
    what: 'The annotation `argocd.argoproj.io/ignore-differences` of an object',
    changes: [
      { from: '3.0', value: false, words: 'does not know the annotation' },
      {
        from: '3.6',
        value: true,
        words: 'ignores the `jsonPointers` that the annotation lists, and nothing else in it',
      },
    ],
    source: 'util/argo/diff/ignore.go of 3.5.7 (read) and 3.6.1',
    evidence: 'measured',
  } as Entry<boolean>,
  knowsTlsRoutes: {
    id: 'tls-route-health',
    what: 'Health of a TLSRoute',
    changes: [
      { from: '3.0', value: false, words: 'knows no health of TLSRoutes: they count as healthy at once' },
      {
        from: '3.6',
        value: true,
        words: 'takes a TLSRoute for Degraded without its Services, as it does HTTPRoutes and GRPCRoutes',
      },
    ],
    source: 'resource_customizations/gateway.networking.k8s.io of 3.5.7 (read) and 3.6.1',
    evidence: 'measured',
  } as Entry<boolean>,
  obeysNoServerSideDiff: {
    id: 'server-side-apply-comparison',
    what: '`ServerSideApply=true` of an Application with `ServerSideDiff=false`',
    changes: [
      {
        from: '3.0',
        value: false,
        words:
          'compares as a server-side apply would, by a structured merge of its own, in spite of `ServerSideDiff=false`',
      },
      {
        from: '3.6',
        value: true,
        words:
          'asks the API server for a dry run where the Application has `ServerSideApply=true`, and compares as for a client-side apply with `ServerSideDiff=false`',
      },
    ],
    source:
      'controller/state.go (`shouldUseServerSideDiff`) and gitops-engine/pkg/diff of 3.5.7 and 3.6.1; upgrade notes of 3.6',
    evidence: 'read',
  } as Entry<boolean>,
};

export const ARGO_CD_SYSTEM: System = {
  name: 'argo-cd',
  title: 'Argo CD',
  releases: ['3.0', '3.1', '3.2', '3.3', '3.4', '3.5', '3.6'],
  entries: Object.values(ARGO_CD),
};
