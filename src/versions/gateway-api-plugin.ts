import type { Entry, System } from './entry';

const OF_0_17 = 'release notes of 0.17.0, and pkg/plugin/httproute.go at the commit that prepares it (9431967)';

/** What the Gateway API plugin of Argo Rollouts does, by release. */
export const GATEWAY_API_PLUGIN = {
  headerRules: {
    id: 'header-rules',
    what: 'Where rules of header steps are kept',
    changes: [
      { from: '0.8', value: 'config-map', words: 'keeps rules of header steps in a ConfigMap' },
      { from: '0.13', value: 'named', words: 'keeps rules of header steps as named rules in the route' },
    ],
    source: 'the plugin’s source, 0.12 and 0.13',
    evidence: 'read',
  } as Entry<'config-map' | 'named'>,
  severalHeaderRules: {
    id: 'several-header-rules',
    what: 'Several header steps at once',
    changes: [
      { from: '0.8', value: false, words: 'handles one rule of a header step' },
      { from: '0.15', value: true, words: 'handles several rules of header steps' },
    ],
    source: 'plugin 0.15.0',
    evidence: 'measured',
  } as Entry<boolean>,
  defaultNamespace: {
    id: 'default-namespace',
    what: 'A configuration without namespace',
    changes: [
      { from: '0.8', value: false, words: 'fails without `namespace` at every reconciliation' },
      { from: '0.11', value: true, words: 'looks for the routes in the namespace of the Rollout' },
    ],
    source: 'pkg/plugin/plugin.go, 0.8.0 to 0.15.0',
    evidence: 'read',
  } as Entry<boolean>,
  canaryAlone: {
    id: 'canary-alone',
    what: 'A rule of an HTTPRoute or GRPCRoute with the canary Service as its only backend',
    changes: [
      { from: '0.8', value: 'weighted', words: 'sets the weight of the backend, so it is 0 whenever no rollout runs' },
      {
        from: '0.13',
        value: 'own',
        words:
          'takes the rule for one of a header step: it sets no weight, and deletes the rule if the route uses header routes',
      },
      { from: '0.17', value: 'left', words: 'leaves the rule alone: it knows rules of header steps by their names' },
    ],
    source: `pkg/plugin/httproute.go and grpcroute.go, 0.8.0 to 0.15.0; ${OF_0_17}`,
    evidence: 'read',
  } as Entry<'weighted' | 'own' | 'left'>,
  weighsWholeRules: {
    id: 'stable-alone',
    what: 'A rule of an HTTPRoute or GRPCRoute with the stable Service and without the canary Service',
    changes: [
      { from: '0.8', value: false, words: 'sets the weight of the stable backend, so it is 0 at 100 %' },
      {
        from: '0.17',
        value: true,
        words:
          'leaves the rule alone; a route in which no rule has both Services gets no weights, and the update fails',
      },
    ],
    source: `pkg/plugin/httproute.go and grpcroute.go of 0.15.0; ${OF_0_17}`,
    evidence: 'read',
  } as Entry<boolean>,
  weighsPingPong: {
    id: 'ping-pong',
    what: '`pingPong`',
    changes: [
      {
        from: '0.8',
        value: false,
        words: 'sets weights for `canaryService` and `stableService`; with `pingPong` instead, every weight fails',
      },
      { from: '0.17', value: true, words: 'sets weights for the two Services of `pingPong`, in routes of all kinds' },
    ],
    source: `pkg/plugin/httproute.go, 0.8.0 to 0.15.0; ${OF_0_17}`,
    evidence: 'read',
  } as Entry<boolean>,
  countsToMaximum: {
    id: 'max-traffic-weight',
    what: '`maxTrafficWeight`',
    changes: [
      {
        from: '0.8',
        value: false,
        words:
          'counts weights up to 100 in any case: `maxTrafficWeight: 1000` with `setWeight: 500` gives the stable backend the weight −400',
      },
      {
        from: '0.17',
        value: true,
        words:
          'counts weights up to `maxTrafficWeight`: `setWeight: 10` of 1000 is 1 % of the requests, and no longer 10 %',
      },
    ],
    source: `pkg/plugin/httproute.go of 0.15.0 (run); ${OF_0_17}`,
    evidence: 'read',
  } as Entry<boolean>,
  sharesWithExperiment: {
    id: 'weighted-experiment',
    what: 'Weighted experiment while the canary has a weight',
    changes: [
      {
        from: '0.8',
        value: false,
        words:
          'gives the stable backend what the experiment leaves of 100, without the weight of the canary: both get less than their steps say',
      },
      {
        from: '0.17',
        value: true,
        words: 'gives the stable backend what the canary and the experiment leave',
      },
    ],
    source: `pkg/plugin/experiment.go of 0.15.0; ${OF_0_17.replace('httproute.go', 'experiment.go')}`,
    evidence: 'read',
  } as Entry<boolean>,
  managedRuleNames: {
    id: 'managed-rule-names',
    what: 'A rule of the manifest with the name of a managed route',
    changes: [
      { from: '0.8', value: 'any', words: 'ignores the names of rules' },
      { from: '0.13', value: 'same', words: 'takes a rule with the name of a managed route for its own' },
      {
        from: '0.15',
        value: 'numbered',
        words:
          'takes a rule with the name of a managed route, or with the name and a number (`testers-1`), for its own',
      },
      {
        from: '0.17',
        value: 'removed',
        words: 'removes such a rule as before, and sets its weights if it has both Services',
      },
    ],
    source: `pkg/plugin/httproute.go, grpcroute.go and plugin.go, 0.12.0 to 0.15.0; ${OF_0_17}`,
    evidence: 'read',
  } as Entry<'any' | 'same' | 'numbered' | 'removed'>,
};

export const GATEWAY_API_PLUGIN_SYSTEM: System = {
  name: 'gateway-api-plugin',
  title: 'Gateway API plugin',
  releases: ['0.8', '0.9', '0.10', '0.11', '0.12', '0.13', '0.14', '0.15', '0.17'],
  entries: Object.values(GATEWAY_API_PLUGIN),
};
