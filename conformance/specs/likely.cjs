// How likely optional fields are given where that matters, how long lists are, and fields of which only a part can be said.
const fc = require('fast-check');

const likely = {
  CanaryAppProps: 0.3,
  // Both ask for somebody to be told.
  'NotificationSubscription#of.recipients': 1,
  'NotificationSubscription#slack.channels': 1,
  'CanaryIsolation#labels.matchers': 1,
  // Argo Rollouts refuses every one (NEVER_VALID in the harness).
  'Volume#azureDisk': 0,
};

const lists = {
  dryRun: { max: 1 },
  measurementRetention: { max: 1 },
  furtherCredentialNames: { max: 1 },
  steps: { max: 7 },
};

const exactly = (...values) => fc.constantFrom(...values.map((value) => ({ exact: { value } })));

const places = {
  'HttpMatchOptions.method': exactly('GET', 'POST'),
  'HttpMatchOptions.scheme': exactly('http', 'https'),
  'MirrorMatch.method': exactly('GET', 'HEAD'),
  // Only this one suits pods that are kept running.
  restartPolicy: fc.constant('always'),
  // For all, or for some; each once.
  exportTo: fc.constantFrom(['.'], ['*'], ['monitoring'], ['.', 'monitoring']),
};

module.exports = { likely, lists, places };
