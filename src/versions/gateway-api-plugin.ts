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
};

export const GATEWAY_API_PLUGIN_SYSTEM: System = {
  name: 'gateway-api-plugin',
  title: 'Gateway API plugin',
  releases: ['0.8', '0.9', '0.10', '0.11', '0.12', '0.13', '0.14', '0.15'],
  entries: Object.values(GATEWAY_API_PLUGIN),
};
