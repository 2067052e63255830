import { RULES } from '../../src/rules';
import {
  documents,
  exampleApplication,
  exampleOf,
  exampleRollout,
  exampleService,
} from '../../src/rules/shared/example';
import { describeRule, type RuleCase } from './describe-rule';

const route = (parent: string, backend: string): string =>
  documents(
    exampleOf(
      'gateway.networking.k8s.io/v1',
      'Gateway',
      'edge',
      'gatewayClassName: example\nlisteners: [{ name: http, protocol: HTTP, port: 80 }]',
    ),
    exampleOf(
      'gateway.networking.k8s.io/v1',
      'HTTPRoute',
      'web',
      `parentRefs: [{ name: edge${parent} }]\nrules: [{ backendRefs: [{ name: web, port: 80${backend} }] }]`,
    ),
    exampleService('web'),
  );

const scaled = (trigger: string, more = ''): string =>
  documents(
    exampleRollout('{}'),
    exampleOf(
      'keda.sh/v1alpha1',
      'ScaledObject',
      'checkout',
      `scaleTargetRef: { apiVersion: argoproj.io/v1alpha1, kind: Rollout, name: checkout }\nminReplicaCount: 2\n${more}triggers:\n  - ${trigger}`,
    ),
  );
const prometheus = (metadata: string): string => scaled(`{ type: prometheus, metadata: { ${metadata} } }`);

const options = (option: string): string => exampleApplication(`syncPolicy: { syncOptions: ['${option}'] }`);

const selecting = (selector: string, kind = 'Prometheus'): string =>
  exampleOf('monitoring.coreos.com/v1', kind, 'main', selector);

const sidecar = (hosts: string): string =>
  exampleOf('networking.istio.io/v1', 'Sidecar', 'default', `egress: [{ hosts: [${hosts}] }]`);

const kindOf = (apiVersion: string, kind: string): string => exampleOf(apiVersion, kind, 'web', '{}');

const bound = (gateway: string): string =>
  documents(
    exampleOf(
      'networking.istio.io/v1',
      'VirtualService',
      'web',
      `hosts: [web.example.com]\ngateways: [${gateway}]\nhttp: [{ route: [{ destination: { host: web } }] }]`,
    ),
    exampleOf('gateway.networking.k8s.io/v1', 'Gateway', 'edge', 'gatewayClassName: istio\nlisteners: []'),
  );

const CASES: Readonly<Record<string, readonly RuleCase[]>> = {
  TRF036: [
    {
      name: 'a parent of a misspelt kind',
      manifest: route(', kind: Gatway', ''),
      finds: [
        {
          path: 'spec.parentRefs[0].kind',
          message: "HTTPRoute web is attached to kind 'Gatway' of gateway.networking.k8s.io, which does not exist",
          hint: "did you mean 'Gateway'?",
        },
      ],
    },
    {
      name: "a Gateway of Istio's own group",
      manifest: route(', group: networking.istio.io', ''),
      finds: [{ path: 'spec.parentRefs[0].group', hint: 'leave out the group' }],
    },
    {
      name: 'a Service without the group of Services, as in a mesh',
      manifest: route(', kind: Service', ''),
      finds: [{ path: 'spec.parentRefs[0].kind', hint: "write group: ''" }],
    },
    {
      name: 'a Service of the core group by its name, as Linkerd has it',
      manifest: route(', kind: Service, group: core', ''),
    },
    {
      name: 'a Service of a version',
      manifest: route(', kind: Service, group: v1', ''),
      finds: [{ path: 'spec.parentRefs[0].group', hint: "write group: ''" }],
    },
    { name: 'a Service of the core group', manifest: route(", kind: Service, group: ''", '') },
    { name: 'a set of listeners', manifest: route(', kind: ListenerSet', '') },
    { name: 'a ServiceEntry of Istio', manifest: route(', kind: ServiceEntry, group: networking.istio.io', '') },
    { name: 'a kind of an implementation', manifest: route(', kind: Edge, group: example.com', '') },
  ],
  TRF021: [
    {
      name: 'a backend of a misspelt kind',
      manifest: route('', ', kind: Servce'),
      finds: [
        {
          path: 'spec.rules[0].backendRefs[0].kind',
          message: "rule 1 of HTTPRoute web sends requests to kind 'Servce' of the core group, which does not exist",
          hint: "did you mean 'Service'?",
        },
      ],
    },
    {
      name: 'a version instead of a group',
      manifest: route('', ', group: v1, kind: Service'),
      finds: [{ path: 'spec.rules[0].backendRefs[0].group', hint: 'leave out the group' }],
    },
    {
      name: 'the core group by its name',
      manifest: route('', ', group: core'),
      finds: [
        {
          message: "rule 1 of HTTPRoute web sends requests to kind 'Service' of the group 'core', which does not exist",
        },
      ],
    },
    {
      name: 'a kind of another group without it',
      manifest: route('', ', kind: ServiceImport'),
      finds: [{ hint: 'give the group of ServiceImport' }],
    },
    { name: 'a kind of another group', manifest: route('', ', group: multicluster.x-k8s.io, kind: ServiceImport') },
    {
      name: 'the core group by its name, where Linkerd reads the route',
      manifest: route(', kind: Service, group: core', ', group: core').replace('name: edge,', 'name: web,'),
    },
    { name: 'the core group as it is written', manifest: route('', ", group: ''") },
  ],
  SCL011: [
    {
      name: 'settings of Prometheus that are misspelt',
      manifest: prometheus('serverAdress: http://prometheus, query: sum(up), treshold: "5"'),
      finds: [
        {
          path: 'spec.triggers[0].metadata.serverAdress',
          message: 'the prometheus trigger of ScaledObject checkout has no serverAddress, which KEDA refuses',
          hint: "did you mean 'serverAddress'?",
        },
        { path: 'spec.triggers[0].metadata.treshold' },
      ],
    },
    {
      name: 'no threshold at all',
      manifest: prometheus('serverAddress: http://prometheus, query: sum(up), activationThreshold: "1"'),
      finds: [{ path: 'spec.triggers[0].metadata' }],
    },
    {
      name: 'a threshold of 0, which no autoscaler takes',
      manifest: prometheus('serverAddress: http://prometheus, query: sum(up), threshold: "0"'),
      finds: [{ path: 'spec.triggers[0].metadata.threshold' }],
    },
    {
      name: 'a threshold with a unit',
      manifest: prometheus('serverAddress: http://prometheus, query: sum(up), threshold: 10%'),
      finds: [{ path: 'spec.triggers[0].metadata.threshold' }],
    },
    {
      name: 'a threshold of 0 beside a formula, which has a target of its own',
      manifest: scaled(
        '{ type: prometheus, name: a, metadata: { serverAddress: http://p, query: up, threshold: "0" } }',
        'advanced: { scalingModifiers: { formula: a * 2, target: "5" } }\n',
      ),
    },
    {
      name: 'a threshold that is filled in later',
      manifest: prometheus('serverAddress: http://prometheus, query: sum(up), threshold: "${THRESHOLD}"'),
    },
    {
      name: 'a type that is misspelt',
      manifest: scaled('{ type: promethues, metadata: {} }'),
      finds: [{ path: 'spec.triggers[0].type', hint: "did you mean 'prometheus'?" }],
    },
    { name: 'a type of another release', manifest: scaled('{ type: quantum-queue, metadata: {} }') },
    {
      name: 'all that the trigger needs',
      manifest: prometheus('serverAddress: http://prometheus, query: sum(up), threshold: "0.5"'),
    },
  ],
  GIT017: [
    {
      name: 'a sync option that is misspelt',
      manifest: options('RespectIgnoreDiffrences=true'),
      finds: [
        {
          severity: 'warning',
          message: "Application shop has the sync option 'RespectIgnoreDiffrences=true', which Argo CD passes over",
          hint: "did you mean 'RespectIgnoreDifferences=true'?",
        },
      ],
    },
    {
      name: 'a value in another case',
      manifest: options('ServerSideApply=True'),
      finds: [{ hint: "did you mean 'ServerSideApply=true'?" }],
    },
    { name: 'a confirmation', manifest: options('Prune=confirm') },
    { name: 'a policy of pruning', manifest: options('PrunePropagationPolicy=orphan') },
    { name: 'an option of a later release', manifest: options('WaitForEverything=true') },
  ],
  SCH003: [
    {
      name: 'labels in a selector of a Prometheus without matchLabels',
      manifest: selecting('podMonitorSelector: { release: monitoring }'),
      finds: [{ path: 'spec.podMonitorSelector.release', hint: expect.stringContaining("'matchLabels'") as string }],
    },
    {
      name: 'a misspelt matchLabels',
      manifest: selecting('ruleSelector: { matchLables: { release: monitoring } }', 'ThanosRuler'),
      finds: [{ path: 'spec.ruleSelector.matchLables', hint: "did you mean 'matchLabels'?" }],
    },
    {
      name: 'a misspelt field of a Sidecar',
      manifest: sidecar("'./*'").replace('egress:', 'egres:'),
      finds: [{ path: 'spec.egres', hint: "did you mean 'egress'?" }],
    },
    {
      name: 'selectors of a Prometheus as they should be',
      manifest: selecting(
        'podMonitorSelector: { matchLabels: { a: b } }\nruleSelector: {}\nprobeSelector: { matchExpressions: [{ key: a, operator: Exists }] }',
      ),
    },
  ],
  SCH008: [
    {
      name: 'two letters of a group that changed places',
      manifest: kindOf('networking.istio.oi/v1', 'VirtualService'),
      finds: [{ message: "no group is called 'networking.istio.oi'", hint: "did you mean 'networking.istio.io'?" }],
    },
    {
      name: 'two letters of another group that changed places',
      manifest: kindOf('gateway.netwroking.k8s.io/v1', 'HTTPRoute'),
      finds: [{ hint: "did you mean 'gateway.networking.k8s.io'?" }],
    },
    {
      name: 'a group of another project with a kind of that name',
      manifest: kindOf('policy.linkerd.io/v1', 'HTTPRoute'),
    },
  ],
  TRF028: [
    {
      name: 'hosts of a Sidecar that have no namespace, a short name, or neither',
      manifest: sidecar("'web.shop.svc.cluster.local', 'shop/web', '-x/*', 'shop/a b.c', 'shop/'"),
      finds: [
        {
          path: 'spec.egress[0].hosts[0]',
          message:
            "spec.egress[0].hosts[0] is 'web.shop.svc.cluster.local', and the host of a Sidecar begins with a namespace",
          hint: "such as './web.shop.svc.cluster.local'",
        },
        { path: 'spec.egress[0].hosts[1]' },
        { path: 'spec.egress[0].hosts[2]' },
        { path: 'spec.egress[0].hosts[3]' },
        { path: 'spec.egress[0].hosts[4]' },
      ],
    },
    { name: 'a Sidecar with no host', manifest: sidecar(''), finds: [{ path: 'spec.egress[0].hosts' }] },
    {
      name: 'hosts of a Sidecar as Istio reads them',
      manifest: sidecar("'./*', 'istio-system/*', '~/*', '*/*.example.com', 'shop/web.shop.svc.cluster.local'"),
    },
  ],
  REF021: [
    {
      name: 'a Gateway of the Gateway API',
      manifest: bound('edge'),
      finds: [
        {
          severity: 'error',
          message: 'VirtualService web is bound to Gateway edge, which is a Gateway of the Gateway API',
        },
      ],
    },
    { name: 'the mesh', manifest: bound('mesh') },
  ],
};

for (const [code, cases] of Object.entries(CASES))
  describeRule(
    RULES.find((one) => one.code === code)!,
    cases,
  );
