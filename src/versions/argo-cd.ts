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
    source: "Argo CD's own code, 3.1.9, 3.4.4, 3.4.5 and 3.5.7; tags searched for the change",
    evidence: 'measured',
  } as Entry<boolean>,
};

export const ARGO_CD_SYSTEM: System = {
  name: 'argo-cd',
  title: 'Argo CD',
  releases: ['3.0', '3.1', '3.2', '3.3', '3.4', '3.5'],
  entries: Object.values(ARGO_CD),
};
