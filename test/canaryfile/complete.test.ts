import { parseAllDocuments } from 'yaml';
import { NUMBERS_WITH_UNIT, readPercentage } from '../../src/canaryfile/units';
import { specModel } from '../../src/canaryfile/model';
import { render, spec } from './load';

interface Obj {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly annotations?: Readonly<Record<string, string>> };
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly spec: any;
  readonly data?: object;
}

/** What a spec with some lines more renders, by kind and name. */
function made(lines: string): Record<string, Obj> {
  const { text, problems } = render(spec(lines));
  expect(problems).toEqual([]);
  const objects = parseAllDocuments(text).map((document) => document.toJS() as Obj);
  return Object.fromEntries(objects.map((object) => [`${object.kind} ${object.metadata.name}`, object]));
}

/** The routes of a VirtualService: what they match, and the ports of their destinations. */
function splitsOf({ spec: { http } }: Obj): object[] {
  return http.map(({ name, match, route }: { name: string; match?: object; route: Destination[] }) => ({
    name,
    ...(match ? { match } : {}),
    ports: route.map(({ destination }) => destination.port.number),
  }));
}

interface Destination {
  readonly destination: { readonly port: { readonly number: number } };
}

const app = /name: ([a-z]+)/.exec(spec(''))![1];

describe('a spec says', () => {
  test('how many pods an autoscaler may make, and then no number of its own', () => {
    const { [`HorizontalPodAutoscaler ${app}`]: scaler, [`Rollout ${app}`]: rollout } = made(
      "  autoscaling: { minReplicas: 3, maxReplicas: 30, cpu: 65% }\n  container: { resources: { cpu: { request: '1' } } }\n",
    );
    expect(scaler.spec).toEqual({
      scaleTargetRef: { apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', name: app },
      minReplicas: 3,
      maxReplicas: 30,
      metrics: [
        { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 65 } } },
      ],
    });
    expect(rollout.spec.replicas).toBeUndefined();
  });

  test('that KEDA scales', () => {
    const { [`ScaledObject ${app}`]: scaler, [`Rollout ${app}`]: rollout } = made(
      '  autoscaling: { maxReplicas: 9, triggers: [{ of: { type: kafka, metadata: { topic: a } } }] }\n',
    );
    expect(scaler.spec).toMatchObject({ maxReplicaCount: 9, triggers: [{ type: 'kafka', metadata: { topic: 'a' } }] });
    expect(rollout.spec.replicas).toBeUndefined();
  });

  test('each option of KEDA', () => {
    const { [`ScaledObject ${app}`]: scaler } = made(`  autoscaling:
    minReplicas: 2
    maxReplicas: 9
    triggers:
      - of: { type: kafka, metadata: { topic: a }, name: lag, metricType: Value, authentication: kafka, useCachedMetrics: true }
      - prometheus: { address: http://p, query: up, threshold: 5, authentication: all, clusterAuthentication: true }
      - cpu: 70
    pollingInterval: 15s
    cooldownPeriod: 5m
    initialCooldownPeriod: 2m
    fallback: { failureThreshold: 3, replicas: 6, behavior: currentReplicasIfHigher }
    behavior: { scaleDown: { stabilizationWindowSeconds: 60 } }
    advanced: { restoreToOriginalReplicaCount: true, horizontalPodAutoscalerConfig: { name: hpa } }
`);
    expect(scaler.spec).toEqual({
      scaleTargetRef: { apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', name: app },
      minReplicaCount: 2,
      maxReplicaCount: 9,
      pollingInterval: 15,
      cooldownPeriod: 300,
      initialCooldownPeriod: 120,
      fallback: { failureThreshold: 3, replicas: 6, behavior: 'currentReplicasIfHigher' },
      advanced: {
        restoreToOriginalReplicaCount: true,
        horizontalPodAutoscalerConfig: { name: 'hpa', behavior: { scaleDown: { stabilizationWindowSeconds: 60 } } },
      },
      triggers: [
        {
          type: 'kafka',
          name: 'lag',
          metricType: 'Value',
          useCachedMetrics: true,
          metadata: { topic: 'a' },
          authenticationRef: { name: 'kafka' },
        },
        {
          type: 'prometheus',
          metadata: { serverAddress: 'http://p', query: 'up', threshold: '5' },
          authenticationRef: { name: 'all', kind: 'ClusterTriggerAuthentication' },
        },
        { type: 'cpu', metricType: 'Utilization', metadata: { value: '70' } },
      ],
    });
  });

  test.each([
    ['idleReplicas: 1', 'idleReplicas is 1; KEDA supports only 0'],
    ['fallback: { failureThreshold: 3, replicas: 6 }', 'fallback is given, but all triggers are cpu'],
    ['fallback: { failureThreshold: -1, replicas: 6 }', 'fallback.failureThreshold is -1'],
    ['fallback: { failureThreshold: 3, replicas: 6, behavior: most }', "fallback.behavior is 'most'"],
    [
      'behavior: {}, advanced: { horizontalPodAutoscalerConfig: { behavior: {} } }',
      'behavior and advanced.horizontalPodAutoscalerConfig.behavior contradict each other',
    ],
  ])('that KEDA refuses %s', (options, message) => {
    const { problems } = render(spec(`  autoscaling: { maxReplicas: 9, triggers: [{ cpu: 70 }], ${options} }\n`));
    expect(problems.join('\n')).toContain(message);
  });

  test.each([
    ['metricType: Sum', "metricType is 'Sum'; use one of"],
    ['clusterAuthentication: true', 'clusterAuthentication is given without authentication'],
  ])('that a trigger with %s is refused at its place', (options, message) => {
    const { problems } = render(
      spec(`  autoscaling: { maxReplicas: 9, triggers: [{ of: { type: kafka, metadata: {}, ${options} } }] }\n`),
    );
    expect(problems.join('\n')).toContain('spec.autoscaling.triggers[0]');
    expect(problems.join('\n')).toContain(message);
  });

  test('that a route goes to another port, and that one has a Service of its own', () => {
    const objects = made(`  ports: [{ name: http-admin, number: 9100, servicePort: 81, service: admin }]
  traffic:
    routes:
      - split: { name: admin, matches: [{ prefix: /admin }], portName: http-admin }
      - split: primary
`);
    const { http } = objects[`VirtualService ${app}-vsvc`].spec as { http: { route: { destination: object }[] }[] };
    const ports = http.map(({ route }) => route.map(({ destination }) => destination));
    expect(ports).toEqual([
      [`${app}-stable`, `${app}-canary`].map((host) => ({ host, port: { number: 81 } })),
      [`${app}-stable`, `${app}-canary`].map((host) => ({ host, port: { number: 80 } })),
    ]);
    expect(objects['Service admin'].spec).toMatchObject({
      selector: { app },
      ports: [{ name: 'http-admin', port: 9100, targetPort: 9100 }],
    });
  });

  test('that the Service of a port is split with the weights of the Rollout', () => {
    const objects = made('  ports: [{ name: grpc, number: 9000, servicePort: 81, service: ledger-grpc }]\n');
    const split = objects['VirtualService ledger-grpc-vsvc'];
    expect(split.spec).toMatchObject({ hosts: ['ledger-grpc'], gateways: ['mesh'] });
    expect(splitsOf(split)).toEqual([{ name: 'grpc', ports: [81, 81] }]);
    expect(objects[`Rollout ${app}`].spec.strategy.canary.trafficRouting.istio.virtualServices).toEqual([
      { name: `${app}-vsvc`, routes: ['grpc', 'primary'] },
      { name: 'ledger-grpc-vsvc', routes: ['grpc'] },
    ]);
  });

  test('that callers in the mesh are split on each port beside those of a gateway', () => {
    const objects = made('  hosts: [a.example.com]\n  splitInMesh: true\n  ports: [{ name: grpc, number: 9000 }]\n');
    expect(splitsOf(objects[`VirtualService ${app}-vsvc`])).toEqual([{ name: 'primary', ports: [80, 80] }]);
    expect(splitsOf(objects[`VirtualService ${app}-vsvc-mesh`])).toEqual([
      { name: 'grpc', match: [{ port: 9000 }], ports: [9000, 9000] },
      { name: 'primary', ports: [80, 80] },
    ]);
  });

  test.each([
    ['gatewayApi: { parents: [{ gateway: public }] }', 'grpc', 'with gatewayApi, nothing splits its requests'],
    ['blueGreen: {}', 'grpc', 'with blueGreen, nothing splits its requests'],
    ['strategy: { trafficRouting: { nginx: { stableIngress: a } } }', 'grpc', 'with strategy.trafficRouting, nothing'],
    [
      'traffic: { existingVirtualServices: [{ name: shop, routes: [primary] }] }',
      'grpc',
      'add a route for it to one of',
    ],
    ['sidecar: label', 'tcp-db', "Istio routes port 'tcp-db' as TCP"],
  ])('that %s does not split the Service of port %s', (lines, name, message) => {
    const { problems } = render(spec(`  ${lines}\n  ports: [{ name: ${name}, number: 9000, service: other }]\n`));
    expect(problems.join('\n')).toContain(`ports[0].service is 'other', but `);
    expect(problems.join('\n')).toContain(message);
  });

  test('that without a router a port may have a Service', () => {
    const port = '  ports: [{ name: grpc, number: 9000, service: ledger-grpc }]\n';
    expect(made(`  strategy: { trafficRouting: none }\n${port}`)).toHaveProperty(['Service ledger-grpc']);
  });

  test('which port no Service has', () => {
    const { problems } = render(spec('  traffic: { routes: [{ split: { name: a, portName: grpc } }] }\n'));
    expect(problems).toEqual([
      expect.stringContaining("portName is 'grpc', which no port of the Services is called; use one of http"),
    ]);
  });

  test('that its VirtualService is a delegate, and that a route delegates to another one', () => {
    const { [`VirtualService ${app}-vsvc`]: delegate, ...others } = made('  traffic: { asDelegate: true }\n');
    expect(delegate.spec.hosts).toBeUndefined();
    expect(delegate.spec.gateways).toBeUndefined();
    expect(Object.keys(others).filter((name) => name.startsWith('Gateway'))).toEqual([]);
    const { [`VirtualService ${app}-vsvc`]: parent } = made(
      '  traffic: { routes: [{ delegate: { name: docs, delegate: { name: docs, namespace: d }, matches: [{ prefix: /d }] } }, { split: rest }] }\n',
    );
    expect(parent.spec.http[0]).toEqual({
      name: 'docs',
      match: [{ uri: { prefix: '/d' } }],
      delegate: { name: 'docs', namespace: 'd' },
    });
    expect(render(spec('  hosts: [a.example.com]\n  traffic: { asDelegate: true }\n')).problems).toEqual([
      expect.stringContaining('hosts and traffic.asDelegate contradict each other'),
      expect.anything(),
    ]);
  });

  test('that users stay with the canary by a cookie whose value changes with every version', () => {
    const cookie = (lines: string) => {
      const { http } = made(`  traffic: { stickyCanary: {} }\n${lines}`)[`VirtualService ${app}-vsvc`].spec as {
        http: unknown[];
      };
      return /canary=([0-9a-f]{10});/.exec(JSON.stringify(http))?.[1];
    };
    const other = (image: string) => cookie(`  container: { envVariables: { V: ${image} } }\n`);
    const values = [
      cookie(''),
      other('a'),
      other('b'),
      cookie('  patches: [{ target: { kind: Rollout }, merge: { metadata: { labels: { a: b } } } }]\n'),
    ];
    expect(values.every((value) => value !== undefined)).toBe(true);
    expect(new Set(values).size).toBe(values.length);
    expect(cookie('  replicas: 7\n')).toBe(values[0]);
  });

  test('that a step runs a Job, which is named after it', () => {
    const objects = made(
      '  steps: [{ setWeight: 50 }, { analysis: { templates: [{ jobAnalysis: { image: a/k6:1, command: [run] } }] } }]\n',
    );
    const template = objects[`AnalysisTemplate ${app}-step-2`];
    expect(template.spec.metrics).toEqual([expect.objectContaining({ name: `${app}-step-2` })]);
    expect(objects[`Rollout ${app}`].spec.strategy.canary.steps[1]).toEqual({
      analysis: { templates: [{ templateName: `${app}-step-2` }] },
    });
  });

  test('which budget, account and policies its pods have', () => {
    const objects = made(`  podDisruptionBudget: { minAvailable: { percent: 50 } }
  serviceAccount: { annotations: { role: a } }
  networkPolicy: { ingress: [] }
  authorizationPolicy: { principals: [cluster.local/ns/shop/sa/cart] }
`);
    expect(objects[`PodDisruptionBudget ${app}`].spec).toMatchObject({ minAvailable: '50%' });
    expect(objects[`Rollout ${app}`].spec.template.spec.serviceAccountName).toBe(app);
    expect(objects[`NetworkPolicy ${app}`].spec).toEqual({
      podSelector: { matchLabels: { app } },
      policyTypes: ['Ingress'],
      ingress: [],
    });
    expect(objects[`AuthorizationPolicy ${app}`].spec).toEqual({
      selector: { matchLabels: { app } },
      action: 'ALLOW',
      rules: [{ from: [{ source: { principals: ['cluster.local/ns/shop/sa/cart'] } }] }],
    });
  });

  test('its configuration, in a ConfigMap whose name changes with its content', () => {
    const one = made('  config: { data: { LEVEL: info } }\n');
    const other = made('  config: { data: { LEVEL: debug } }\n');
    const nameIn = (objects: object) =>
      Object.keys(objects).find((title) => title.startsWith(`ConfigMap ${app}-config-`))!;
    expect(nameIn(one)).not.toBe(nameIn(other));
    expect(nameIn(made('  config: { data: { LEVEL: info } }\n'))).toBe(nameIn(one));
    const [container] = one[`Rollout ${app}`].spec.template.spec.containers;
    expect(container.envFrom).toEqual([{ configMapRef: { name: nameIn(one).split(' ')[1] } }]);
    expect(one[nameIn(one)].metadata.annotations).toEqual({
      'argocd.argoproj.io/sync-options': 'Prune=false',
      'argocd.argoproj.io/compare-options': 'IgnoreExtraneous',
      'kustomize.toolkit.fluxcd.io/prune': 'disabled',
    });
  });

  test('a plan in one key, in words, or as a call', () => {
    const steps = (lines: string) => made(lines)[`Rollout ${app}`].spec.strategy.canary.steps;
    const base = spec('').includes('steps:');
    expect(base).toBe(false);
    const long = steps('  plan: { linear: { percent: 25, every: 1m } }\n');
    expect(long).toHaveLength(6);
    expect(steps('  plan: linear(25, 1m)\n')).toEqual(long);
    expect(steps('  plan: linear(25%, 1m)\n')).toEqual(long);
  });

  test('percentages and durations as people write them', () => {
    const { [`AnalysisTemplate ${app}-checks`]: template } = made(
      '  checks: [{ successRate: { atLeast: 99.9% } }]\n  steps: [{ setWeight: 50% }, { pause: 5m }, analysis]\n',
    );
    expect(JSON.stringify(template.spec)).toContain('0.999');
  });

  test('amounts of pods as Kubernetes writes them: a share or a number', () => {
    const { [`Rollout ${app}`]: rollout, [`PodDisruptionBudget ${app}`]: budget } = made(
      '  strategy: { maxSurge: 25%, maxUnavailable: 0 }\n  podDisruptionBudget: { maxUnavailable: 2 }\n',
    );
    expect(rollout.spec.strategy.canary).toMatchObject({ maxSurge: '25%', maxUnavailable: 0 });
    expect(budget.spec.maxUnavailable).toBe(2);
    expect(render(spec('  strategy: { maxSurge: many }\n')).problems).toEqual([
      expect.stringContaining("is 'many'; use one of absolute, percent"),
    ]);
  });

  test('additional ports, and gRPC probes', () => {
    const objects = made('  ports: [{ name: grpc, number: 9000 }]\n  grpcProbes: { readiness: { port: 9000 } }\n');
    const [container] = objects[`Rollout ${app}`].spec.template.spec.containers;
    expect(container.ports).toContainEqual({ containerPort: 9000, name: 'grpc', protocol: 'TCP' });
    // Each port is split, and a request stays on its port.
    expect(splitsOf(objects[`VirtualService ${app}-vsvc`])).toEqual([
      { name: 'grpc', match: [{ port: 9000 }], ports: [9000, 9000] },
      { name: 'primary', ports: [80, 80] },
    ]);
    expect(container.readinessProbe).toEqual({ grpc: { port: 9000 } });
    expect(objects[`Service ${app}-canary`].spec.ports).toContainEqual({
      name: 'grpc',
      port: 9000,
      protocol: 'TCP',
      targetPort: 'grpc',
    });
  });

  test('gRPC probes where the pods are: in the Deployment, and not in the NetworkPolicy beside the Rollout', () => {
    const probes = '  grpcProbes: { readiness: { period: 5s } }\n';
    const grpc = { port: 8080 };
    const { [`Deployment ${app}`]: deployment } = made(`  deployment: {}\n${probes}`);
    expect(deployment.spec.template.spec.containers[0].readinessProbe).toEqual({ grpc, periodSeconds: 5 });
    const isolated = made(`  rollout: { isolate: true }\n${probes}`);
    expect(isolated[`Rollout ${app}`].spec.template.spec.containers[0].readinessProbe).toMatchObject({ grpc });
    expect(Object.keys(isolated).filter((key) => key.startsWith('NetworkPolicy'))).toHaveLength(1);
  });

  test('that Istio counts the requests, without the names of the Services', () => {
    const { [`AnalysisTemplate ${app}-checks`]: template } = made(
      '  measuring: { requests: istio }\n  checks: [{ successRate: { atLeast: 0.99 } }]\n',
    );
    expect(JSON.stringify(template.spec)).toContain(
      `destination_service_name=\\\\\\"${app}-canary`.replace(/\\\\\\/g, '\\'),
    );
  });

  test('a patch by merging, in which null removes', () => {
    const { [`Rollout ${app}`]: rollout, [`Service ${app}`]: root } = made(`  patches:
    - target: { kind: Rollout }
      merge:
        spec:
          replicas: null
          template: { spec: { priorityClassName: high, containers: [{ name: ${app}, stdin: true }] } }
    - target: { kind: Service, name: ${app} }
      json: [{ op: add, path: /metadata/annotations, value: { a.b/c: x } }]
    - target: { kind: ServiceMonitor }
      remove: true
`);
    expect(rollout.spec.replicas).toBeUndefined();
    expect(rollout.spec.template.spec.priorityClassName).toBe('high');
    expect(rollout.spec.template.spec.containers[0]).toMatchObject({
      name: app,
      stdin: true,
      image: expect.any(String),
    });
    expect(root.metadata.annotations).toEqual({ 'a.b/c': 'x' });
  });

  test('additional objects, which stay unchanged', () => {
    const { 'Namespace other': namespace } = made(
      '  extraManifests: [{ apiVersion: v1, kind: Namespace, metadata: { name: other } }]\n',
    );
    expect(namespace).toEqual({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'other' } });
  });

  test.each([
    [
      'patches: [{ target: { kind: Deployment }, remove: true }]',
      'patches[0] is for Deployment, which the app does not make',
    ],
    ['patches: [{ target: { kind: Rollout } }]', 'patches[0] has 0 of merge, json and remove; give exactly one'],
    [
      'patches: [{ target: { kind: Rollout }, json: [{ op: remove, path: /spec/none }] }]',
      'patches[0]: cannot remove /spec/none: there is no such field of Rollout',
    ],
    ['extraManifests: [{ kind: ConfigMap }]', 'extraManifests[0] has no apiVersion; give the whole object'],
    [
      `extraManifests: [{ apiVersion: argoproj.io/v1alpha1, kind: Rollout, metadata: { name: ${app} } }]`,
      'which the app makes too; use patches to change it',
    ],
    ['autoscaling: { maxReplicas: 2, minReplicas: 3 }', 'autoscaling.maxReplicas is 2, less than minReplicas (3)'],
  ])('but not %s', (lines, message) => {
    expect(render(spec(`  ${lines}\n`)).problems.join('\n')).toContain(message);
  });
});

test.each([
  ['99.9%', 'share', 0.999],
  ['5 %', 'share', 0.05],
  ['50%', 'percent', 50],
  ['50', 'percent', undefined],
] as const)('%s as a %s is %s', (text, unit, number) => expect(readPercentage(text, unit)).toBe(number));

test('every number that may be a percentage is there', () => {
  const known = Object.entries(specModel().types).flatMap(([fqn, type]): string[] => {
    const name = fqn.split('.').at(-1)!;
    if (type.kind === 'struct') return Object.keys(type.fields).map((field) => `${name}.${field}`);
    if (type.kind !== 'choice') return [];
    return Object.values(type.factories).flatMap((one) =>
      one.params.map((param) => `${one.class}.${one.member}.${param.name}`),
    );
  });
  expect(NUMBERS_WITH_UNIT.filter((place) => !known.includes(place))).toEqual([]);
});
