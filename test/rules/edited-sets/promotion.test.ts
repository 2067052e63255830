import { describeSet } from './edited-set';

describeSet('promotion.yaml', [
  { name: 'without an edit', edits: {} },
  // Kargo.
  {
    name: 'a Stage verifies with a template that does not exist',
    edits: { 'analysisTemplates: [{ name: smoke }]': 'analysisTemplates: [{ name: smok }]' },
    finds: ['error REF004'],
    says: "Stage guestbook/dev verifies with AnalysisTemplate 'smok', which nothing here defines; did you mean 'smoke'",
  },
  {
    name: 'a Stage verifies with a template of the cluster that does not exist',
    edits: {
      'analysisTemplates: [{ name: smoke }]': 'analysisTemplates: [{ name: smoke, kind: ClusterAnalysisTemplate }]',
    },
    finds: ['error REF004'],
  },
  { name: 'Freight from nowhere', edits: { 'stages: [dev]': 'stages: [test]' }, finds: ['warning GIT015'] },
  {
    name: 'production gets Freight directly',
    edits: { 'stages: [staging], requiredSoakTime: 1h': 'direct: true' },
    finds: ['warning GIT016'],
  },
  // Notifications.
  {
    name: 'a subscription to a trigger that does not exist',
    edits: { 'subscribe.on-done.slack': 'subscribe.on-finished.slack' },
    finds: ['warning REF027'],
  },
  {
    name: 'a subscription to an installed trigger',
    edits: { 'subscribe.on-done.slack': 'subscribe.on-rollout-aborted.slack' },
  },
  {
    name: 'a trigger sends a template that does not exist',
    edits: { 'send: [my-rollout-done]': 'send: [my-rollout-dne]' },
    finds: ['warning REF027'],
    says: "did you mean 'my-rollout-done'",
  },
  { name: 'a trigger sends an installed template', edits: { 'send: [my-rollout-done]': 'send: [rollout-completed]' } },
  // Plugins.
  {
    name: 'a step of a plugin that the controller does not load',
    edits: { 'plugin: { name: argoproj-labs/step-exec': 'plugin: { name: argoproj-labs/step-exce' },
    finds: ['error REF029'],
    says: "did you mean 'argoproj-labs/step-exec'",
  },
  {
    name: 'a router that the controller does not load',
    edits: {
      '      steps:\n':
        '      canaryService: a\n      stableService: b\n      trafficRouting: { plugins: { acme/edge: {} } }\n      steps:\n',
    },
    finds: ['error REF001', 'error REF001', 'error REF029'],
  },
  {
    name: 'a configuration without a list of step plugins',
    edits: {
      '  stepPlugins: |-\n    - name: "argoproj-labs/step-exec"\n      location: "file:///plugins/step-exec"\n': '',
    },
  },
]);
