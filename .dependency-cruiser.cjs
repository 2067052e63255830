/**
 * Which room may import which. Data flows one way:
 * spec -> constructs -> manifests -> graph -> { rules, plan -> simulate } -> report.
 */
const LEAVES = ['formats', 'promql', 'expr'];
const mayImport = {
  formats: [],
  promql: [],
  expr: [],
  analysis: [],
  traffic: [],
  monitoring: ['analysis'],
  rollout: ['analysis', 'traffic'],
  openshift: ['traffic', 'monitoring'],
  gitops: ['rollout', 'traffic', 'analysis', 'monitoring'],
  graph: [],
  rules: ['graph'],
  report: ['graph', 'rules'],
  linter: ['graph', 'rules', 'report'],
  plan: ['graph'],
  simulate: ['plan', 'graph'],
  rehearse: ['simulate', 'plan', 'graph'],
  app: ['rollout', 'traffic', 'analysis', 'monitoring', 'gitops', 'openshift', 'graph', 'rules'],
  spec: ['app', 'rollout', 'traffic', 'analysis', 'monitoring', 'gitops', 'openshift', 'graph', 'rules'],
};
/** A spec is turned into constructs through the public API alone, as a user's program would. */
const mayUsePublicApi = ['spec'];
const constructs = ['analysis', 'traffic', 'monitoring', 'rollout', 'openshift', 'gitops', 'app'];

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true } },
    ...Object.entries(mayImport).map(([room, others]) => ({
      name: `${room}-imports-only-what-it-may`,
      severity: 'error',
      from: { path: `^src/${room}/` },
      to: {
        path: '^src/',
        pathNot: [
          `^src/(${[room, ...LEAVES, ...others].join('|')})/`,
          ...(mayUsePublicApi.includes(room) ? ['^src/index\\.ts$'] : []),
        ],
      },
    })),
    {
      name: 'only-constructs-know-the-typed-api-objects',
      severity: 'error',
      from: { path: '^src/', pathNot: `^src/(${constructs.join('|')})/` },
      to: { path: '^imports/.*\\.ts$' },
    },
    {
      name: 'nothing-imports-the-command-line',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/cli/' },
      to: { path: '^src/cli/' },
    },
    {
      name: 'examples-use-the-package-as-a-user-does',
      severity: 'error',
      from: { path: '^examples/' },
      to: { path: '^src/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
  },
};
