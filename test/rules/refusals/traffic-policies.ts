import { exampleRouted } from '../../../src/rules/shared/example';
import { badOf, destinationRule, policy, route } from './frames';
import type { Refusals } from './refusal';

const balancer = (one: string): string => policy(`{ loadBalancer: ${one} }`);
const locality = (one: string, outliers = ', outlierDetection: { consecutive5xxErrors: 5 }'): string =>
  policy(`{ loadBalancer: { simple: ROUND_ROBIN, localityLbSetting: ${one} }${outliers} }`);
const pool = (one: string): string => policy(`{ connectionPool: ${one} }`);
const bothVersions =
  '{ destination: { host: checkout-stable }, weight: 100 }, { destination: { host: checkout-canary }, weight: 0 }';

/** The refusals of DestinationRules. */
export const POLICY_REFUSALS: Refusals = {
  'formats/istio-values.ts': [
    [
      'distribute is given together with failover',
      'TRF031',
      locality('{ distribute: [{ from: a/*, to: { a/*: 100 } }], failover: [{ from: a, to: b }] }'),
    ],
    ['are spread as', 'TRF031', locality('{ distribute: [{ from: a/*, to: { a/*: 60, b/*: 30 } }] }')],
    [
      'failover is given together with the region',
      'TRF031',
      locality('{ failover: [{ from: a, to: b }], failoverPriority: [topology.kubernetes.io/region] }'),
    ],
    ['fails over to itself', 'TRF031', locality('{ failover: [{ from: a, to: a }] }')],
    ['failover without outlierDetection never happens', 'TRF031', locality('{ failover: [{ from: a, to: b }] }', '')],
    ['has an empty regex', 'TRF029', route("match: [{ uri: { regex: '' } }]")],
    ['with …, which RE2 does not know', 'TRF044', route("match: [{ uri: { regex: '/a(?!b)' } }]")],
    ['which RE2 refuses: …', 'TRF044', route("match: [{ uri: { regex: '/a[' } }]")],
  ],
  'traffic/client-tls.ts': [
    [
      'credentialName is given together with files',
      'TRF031',
      policy('{ tls: { mode: MUTUAL, credentialName: a, clientCertificate: /c, privateKey: /k } }'),
    ],
    [
      'insecureSkipVerify is given together',
      'TRF031',
      policy('{ tls: { mode: SIMPLE, insecureSkipVerify: true, caCertificates: /ca } }'),
    ],
    ['mutual TLS has no client certificate', 'TRF031', policy('{ tls: { mode: MUTUAL } }')],
  ],
  'traffic/connection-pool.ts': [
    ['the time of tcpKeepalive', 'TRF031', pool('{ tcp: { tcpKeepalive: { time: 1500us } } }')],
    ['the interval of tcpKeepalive', 'SCH006', pool('{ tcp: { tcpKeepalive: { interval: 100us } } }')],
    ['… is …; use a whole number of 0 or more', 'TRF031', pool('{ tcp: { maxConnections: -1 } }')],
    ['… is empty; leave it out, or set a limit', 'TRF031', pool('{}')],
    ['tcpKeepalive is empty', 'valid'],
    ['the probes of tcpKeepalive', 'SCH006', pool('{ tcp: { tcpKeepalive: { probes: -1 } } }')],
    [
      'useClientProtocol is given together with h2Upgrade',
      'TRF031',
      pool('{ http: { useClientProtocol: true, h2UpgradePolicy: UPGRADE } }'),
    ],
  ],
  'traffic/istio-destination-rule.ts': [
    [
      'the name of the DestinationRule',
      'SCH006',
      destinationRule('subsets: []').replace('name: checkout', "name: 'A B'"),
    ],
    [
      'two subsets are called',
      'TRF028',
      destinationRule('subsets: [{ name: a, labels: { v: a } }, { name: a, labels: { v: b } }]'),
    ],
    [
      'workloadSelector is given together with an exportTo',
      'TRF045',
      destinationRule("workloadSelector: { matchLabels: { app: a } }\nexportTo: ['*']"),
    ],
    ["label '…' of workloadSelector", 'valid'],
    ['the name of a subset', 'TRF028', destinationRule("subsets: [{ name: 'a b', labels: { v: a } }]")],
    ["label '…' of subset '…'", 'TRF028', destinationRule("subsets: [{ name: a, labels: { v: 'a b' } }]")],
    ['a namespace of exportTo', 'TRF045', destinationRule("exportTo: ['A B']")],
    ["exportTo has '…' together with other namespaces", 'TRF045', destinationRule("exportTo: ['*', shop]")],
    ["exportTo has '…' twice", 'TRF045', destinationRule('exportTo: [shop, shop]')],
  ],
  'traffic/load-balancing.ts': [
    ['the cookie has an empty name', 'TRF031', balancer("{ consistentHash: { httpCookie: { name: '', ttl: 0s } } }")],
    [
      'an attribute of the cookie',
      'TRF031',
      balancer("{ consistentHash: { httpCookie: { name: a, attributes: [{ name: '' }] } } }"),
    ],
    ['the query parameter has an empty name', 'TRF031', balancer("{ consistentHash: { httpQueryParameterName: '' } }")],
    [
      'minimumRingSize is given together with',
      'TRF031',
      balancer('{ consistentHash: { useSourceIp: true, minimumRingSize: 10, maglev: { tableSize: 65537 } } }'),
    ],
    ['minimumRingSize is …', 'SCH006', balancer('{ consistentHash: { useSourceIp: true, minimumRingSize: -1 } }')],
    [
      'maglevTableSize is',
      'TRF031',
      balancer('{ consistentHash: { useSourceIp: true, maglev: { tableSize: 65536 } } }'),
    ],
    ["the warm-up's duration", 'SCH006', balancer('{ simple: ROUND_ROBIN, warmup: { duration: 100us } }')],
    [
      'minimumPercent is',
      'SCH006',
      balancer('{ simple: ROUND_ROBIN, warmup: { duration: 10s, minimumPercent: 120 } }'),
    ],
    ['aggression is', 'SCH006', balancer('{ simple: ROUND_ROBIN, warmup: { duration: 10s, aggression: -1 } }')],
  ],
  'traffic/outlier-detection.ts': [
    ['… is …; use a whole number of 0 or more', 'SCH006', policy('{ outlierDetection: { consecutive5xxErrors: -1 } }')],
    [
      'consecutiveLocalOriginFailures does nothing',
      'TRF031',
      policy('{ outlierDetection: { consecutiveLocalOriginFailures: 3 } }'),
    ],
    ['maxEjectionPercent is', 'TRF031', policy('{ outlierDetection: { maxEjectionPercent: 120 } }')],
    ['minHealthPercent is', 'MSH006', badOf('MSH006')],
  ],
  'traffic/split-by.ts': [
    ['because the DestinationRule exists and states it', 'exclusive'],
    ['… of subset …', 'title'],
    ["the stable subset's name", 'TRF028', destinationRule("subsets: [{ name: 'a b', labels: { v: a } }]")],
    ["the canary subset's name", 'TRF028', destinationRule("subsets: [{ name: 'a b', labels: { v: a } }]")],
    [
      'the name of the DestinationRule',
      'SCH006',
      destinationRule('subsets: []').replace('name: checkout', "name: 'A B'"),
    ],
    [
      'the stable and the canary subset are both',
      'TRF046',
      exampleRouted(
        `- name: primary\n  route: [${bothVersions}]`,
        'virtualService: { name: checkout }\ndestinationRule: { name: checkout, canarySubsetName: same, stableSubsetName: same }',
      ),
    ],
    ['as one of the versions is', 'exclusive'],
    [
      'the weight of subset',
      'TRF007',
      exampleRouted(
        '- name: primary\n  route:\n    - { destination: { host: checkout-stable }, weight: -1 }\n    - { destination: { host: checkout-canary }, weight: 0 }',
      ),
    ],
    ['the additional subsets have', 'valid'],
  ],
  'traffic/traffic-policy.ts': [
    ['trafficPolicy of port …', 'title'],
    ['… is empty; leave it out, or set something', 'TRF031', policy('{}')],
    [
      'a port of portLevelSettings',
      'TRF031',
      policy('{ portLevelSettings: [{ port: { number: 70000 }, tls: { mode: DISABLE } }] }'),
    ],
    [
      'twice in portLevelSettings',
      'TRF031',
      policy(
        '{ portLevelSettings: [{ port: { number: 80 }, tls: { mode: DISABLE } }, { port: { number: 80 }, tls: { mode: SIMPLE } }] }',
      ),
    ],
    ['the percent of retryBudget', 'TRF031', policy('{ retryBudget: { percent: { value: 120 } } }')],
    ['the minRetryConcurrency of retryBudget', 'SCH006', policy('{ retryBudget: { minRetryConcurrency: -1 } }')],
  ],
};
