/**
 * Which module may import which. Data flows one way:
 * canary file -> constructs -> manifests -> graph -> { rules, controller -> plan -> simulate / rehearse } -> report.
 */
const LEAVES = ['formats', 'promql', 'expr', 'versions'];
const mayImport = {
  formats: [],
  versions: [],
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
  lint: ['graph', 'rules'],
  'lint-cache': ['graph', 'lint'],
  'as-deployments': ['graph'],
  rendering: ['graph'],
  controller: ['graph'],
  charts: [],
  design: ['canaryfile', 'graph', 'controller', 'plan', 'traffic-model', 'simulate', 'charts'],
  plan: ['graph', 'controller', 'charts'],
  upgrade: ['graph', 'rules', 'lint', 'controller', 'plan'],
  'traffic-model': ['graph', 'controller'],
  calibrate: ['graph', 'controller', 'plan', 'traffic-model'],
  cluster: [],
  explain: ['graph', 'controller', 'plan', 'traffic-model', 'simulate', 'charts'],
  follow: ['graph', 'controller', 'plan', 'explain'],
  simulate: ['graph', 'controller', 'plan', 'traffic-model', 'charts'],
  rehearse: ['graph', 'controller', 'plan', 'traffic-model', 'simulate', 'calibrate', 'charts'],
  app: ['rollout', 'traffic', 'analysis', 'monitoring', 'gitops', 'openshift', 'graph', 'rules', 'lint'],
  canaryfile: ['app', 'rollout', 'traffic', 'analysis', 'monitoring', 'gitops', 'openshift', 'graph'],
  synth: ['canaryfile', 'graph'],
  drift: ['graph'],
  adopt: ['canaryfile', 'synth', 'analysis', 'graph', 'controller', 'plan'],
  mcp: ['formats'],
  lsp: ['canaryfile', 'graph', 'rules', 'lint', 'controller', 'plan', 'traffic-model', 'simulate'],
};

/** The folders inside a module, and which of their siblings each may import. Files beside them are leaves or the index. */
const inside = {
  analysis: { values: [], catalogue: ['values'], providers: ['values'] },
  controller: { argo: [], reading: ['argo'], flagger: ['argo', 'reading'], updates: ['argo', 'flagger', 'reading'] },
  graph: { scrape: [] },
  lint: { engine: [], report: ['engine'], library: ['engine', 'report'] },
  rehearse: {
    prometheus: [],
    metrics: [],
    world: ['metrics', 'prometheus'],
    replay: ['world', 'metrics', 'prometheus'],
    run: ['world', 'metrics', 'prometheus', 'replay'],
    simulated: ['run', 'world', 'metrics', 'prometheus'],
    report: ['run', 'world', 'metrics', 'prometheus', 'replay', 'simulated'],
    scenario: ['report', 'run', 'world', 'metrics', 'prometheus', 'replay', 'simulated'],
  },
  design: { host: [], engine: [], browser: ['engine', 'host'] },
  'traffic-model': { sources: [], query: ['sources'], counters: ['query', 'sources'], world: ['query', 'sources'] },
  rules: Object.fromEntries(
    [
      ...[
        'analysis',
        'conditions',
        'flagger',
        'gitops',
        'mesh',
        'monitoring',
        'promql',
        'references',
        'rollout',
        'scaling',
      ],
      ...['schema', 'security', 'suppressions', 'traffic'],
    ]
      .map((group) => [group, ['shared']])
      .concat([['shared', []]]),
  ),
};
/** A canary file is turned into constructs through the public API alone, as a user's program would. */
const mayUsePublicApi = ['canaryfile'];
const constructs = ['analysis', 'traffic', 'monitoring', 'rollout', 'openshift', 'gitops', 'app'];
/** Modules with an index: nobody reaches past it. Constructs have none: the public API is src/index.ts. */
const withIndex = [
  'expr',
  'graph',
  'rules',
  'lint',
  'lint-cache',
  'as-deployments',
  'charts',
  'design',
  'rendering',
  'rendering',
  'controller',
  'plan',
  'upgrade',
  'calibrate',
  'cluster',
  'drift',
  'explain',
  'follow',
  'traffic-model',
  'simulate',
  'rehearse',
  'lsp',
  'mcp',
];

/** The commands of the command line, each a file. What several use is in files beside them. */
const COMMANDS =
  'adopt|calibrate|completion|design|diff|explain|init|krm|lint|lsp|man|mcp|plan|rehearse|schema|show|simulate|synth|test|upgrade';

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    ...Object.entries(mayImport).map(([module, others]) => ({
      name: `${module}-imports-only-what-it-may`,
      severity: 'error',
      from: { path: `^src/${module}/` },
      to: {
        path: '^src/',
        pathNot: [
          `^src/(${[module, ...LEAVES, ...others].join('|')})/`,
          ...(mayUsePublicApi.includes(module) ? ['^src/index\\.ts$'] : []),
        ],
      },
    })),
    ...Object.entries(inside).flatMap(([module, folders]) =>
      Object.entries(folders).map(([folder, others]) => ({
        name: `${module}/${folder}-imports-only-what-it-may`,
        severity: 'error',
        from: { path: `^src/${module}/${folder}/` },
        to: { path: `^src/${module}/[^/]+/`, pathNot: `^src/${module}/(${[folder, ...others].join('|')})/` },
      })),
    ),
    ...withIndex.map((module) => ({
      name: `nobody-reaches-past-the-index-of-${module}`,
      severity: 'error',
      from: { path: '^src/', pathNot: [`^src/${module}/`, '^src/index\\.ts$'] },
      // Constructs need the engine alone: they must not load what reads configuration and writes reports.
      to: { path: `^src/${module}/`, pathNot: [`^src/${module}/index\\.ts$`, '^src/lint/engine/index\\.ts$'] },
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
      name: 'commands-do-not-import-commands',
      severity: 'error',
      from: { path: '^src/cli/', pathNot: '^src/cli/commands\\.ts$' },
      to: { path: `^src/cli/(${COMMANDS})\\.ts$` },
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
