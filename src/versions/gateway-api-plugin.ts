import type { Entry, System } from './entry';

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
    ],
    source: 'pkg/plugin/httproute.go and grpcroute.go, 0.8.0 to 0.15.0',
    evidence: 'read',
  } as Entry<'weighted' | 'own'>,
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
    ],
    source: 'pkg/plugin/httproute.go, grpcroute.go and plugin.go, 0.12.0 to 0.15.0',
    evidence: 'read',
  } as Entry<'any' | 'same' | 'numbered'>,
};

export const GATEWAY_API_PLUGIN_SYSTEM: System = {
  name: 'gateway-api-plugin',
  title: 'Gateway API plugin',
  releases: ['0.8', '0.9', '0.10', '0.11', '0.12', '0.13', '0.14', '0.15'],
  entries: Object.values(GATEWAY_API_PLUGIN),
};
