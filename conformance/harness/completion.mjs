// An example shows what matters and leaves the rest out. Here the rest is added, so that the systems have a whole set.

const NAMESPACE = 'default';
const namespaceOf = ({ metadata }) => metadata?.namespace ?? NAMESPACE;
const groupOf = ({ apiVersion }) => (String(apiVersion).includes('/') ? String(apiVersion).split('/')[0] : '');
const isMapping = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);
const listOf = (value) => (Array.isArray(value) ? value.filter(isMapping) : []);

/** The set with everything that its objects refer to. What is there stays as it is. */
export function completed(given) {
  const manifests = structuredClone(given);
  const has = (kind, name, namespace) =>
    manifests.some((one) => one.kind === kind && one.metadata?.name === name && namespaceOf(one) === namespace);
  const add = (apiVersion, kind, name, namespace, rest) => {
    if (typeof name !== 'string' || name === '' || has(kind, name, namespace)) return;
    const metadata = namespace === NAMESPACE ? { name } : { name, namespace };
    manifests.push({ apiVersion, kind, metadata, ...rest });
  };
  const ofKind = (kind, group) => manifests.filter((one) => one.kind === kind && groupOf(one) === group);

  for (const { rollout, ...template } of unusedTemplates(manifests)) add(...rollout(template));
  for (const rollout of ofKind('Rollout', 'argoproj.io')) {
    const spec = (rollout.spec ??= {});
    const namespace = namespaceOf(rollout);
    if (!spec.workloadRef) {
      spec.selector ??= { matchLabels: { app: rollout.metadata?.name } };
      spec.template ??= { metadata: { labels: spec.selector.matchLabels } };
      if (isMapping(spec.template)) withContainer(spec.template);
    } else if ((spec.workloadRef.kind ?? 'Deployment') === 'Deployment') {
      const labels = { app: spec.workloadRef.name };
      const template = withContainer({ metadata: { labels } });
      add('apps/v1', 'Deployment', spec.workloadRef.name, namespace, {
        spec: { selector: { matchLabels: labels }, template },
      });
    }
    const canary = spec.strategy?.canary ?? {};
    const { activeService, previewService } = spec.strategy?.blueGreen ?? {};
    const { canaryService, stableService, pingPong = {} } = canary;
    const selector = spec.selector?.matchLabels ?? { app: spec.workloadRef?.name };
    for (const service of [
      canaryService,
      stableService,
      pingPong?.pingService,
      pingPong?.pongService,
      activeService,
      previewService,
    ]) {
      add('v1', 'Service', service, namespace, { spec: { selector, ports: [{ name: 'http', port: 80 }] } });
    }
    for (const analysis of analysesOf(spec.strategy)) addTemplates(analysis, namespace, add);
    const { virtualService, virtualServices, destinationRule: rule } = canary.trafficRouting?.istio ?? {};
    const subsets = rule && { canary: rule.canarySubsetName, stable: rule.stableSubsetName };
    const destinations = (host) =>
      subsets?.canary
        ? [
            { destination: { host, subset: subsets.stable }, weight: 100 },
            { destination: { host, subset: subsets.canary }, weight: 0 },
          ]
        : [
            { destination: { host: stableService ?? pingPong?.pingService }, weight: 100 },
            { destination: { host: canaryService ?? pingPong?.pongService }, weight: 0 },
          ];
    for (const { name, routes } of [virtualService, ...listOf(virtualServices)].filter(isMapping)) {
      const host = stableService ?? rollout.metadata?.name;
      add('networking.istio.io/v1', 'VirtualService', name, namespace, {
        spec: {
          hosts: [host],
          http: (routes ?? ['primary']).map((route) => ({ name: route, route: destinations(host) })),
        },
      });
    }
    if (subsets?.canary) {
      add('networking.istio.io/v1', 'DestinationRule', rule.name, namespace, {
        spec: {
          host: stableService ?? rollout.metadata?.name,
          subsets: [subsets.canary, subsets.stable].map((name) => ({ name, labels: selector })),
        },
      });
    }
    for (const ingress of [canary.trafficRouting?.nginx?.stableIngress, canary.trafficRouting?.alb?.ingress]) {
      add('networking.k8s.io/v1', 'Ingress', ingress, namespace, {
        spec: {
          rules: [
            {
              http: {
                paths: [
                  {
                    path: '/',
                    pathType: 'Prefix',
                    backend: { service: { name: stableService, port: { name: 'http' } } },
                  },
                ],
              },
            },
          ],
        },
      });
    }
  }
  for (const template of [
    ...ofKind('AnalysisTemplate', 'argoproj.io'),
    ...ofKind('ClusterAnalysisTemplate', 'argoproj.io'),
  ]) {
    for (const { valueFrom } of listOf(template.spec?.args)) {
      const { name, key } = valueFrom?.secretKeyRef ?? {};
      if (key) add('v1', 'Secret', name, namespaceOf(template), { stringData: { [key]: 'c2VjcmV0' } });
    }
    addTemplates({ templates: template.spec?.templates }, namespaceOf(template), add);
  }
  for (const virtualService of ofKind('VirtualService', 'networking.istio.io')) {
    const namespace = namespaceOf(virtualService);
    for (const gateway of virtualService.spec?.gateways ?? []) {
      if (gateway === 'mesh' || typeof gateway !== 'string') continue;
      const [name, where] = gateway.includes('/') ? gateway.split('/').reverse() : [gateway, namespace];
      add('networking.istio.io/v1', 'Gateway', name, where, {
        spec: {
          selector: { istio: 'ingressgateway' },
          servers: [{ port: { number: 80, name: 'http', protocol: 'HTTP' }, hosts: ['*'] }],
        },
      });
    }
    const routes = ['http', 'tls', 'tcp'].flatMap((protocol) => listOf(virtualService.spec?.[protocol]));
    const targets = routes.flatMap(({ route, mirror, mirrors }) => [
      ...listOf(route).map(({ destination }) => destination),
      mirror,
      ...listOf(mirrors).map(({ destination }) => destination),
    ]);
    for (const { host, port, subset } of targets.filter(isMapping)) {
      if (
        typeof host !== 'string' ||
        host.includes('*') ||
        !/^[a-z0-9-]+(\.[a-z0-9-]+(\.svc(\.cluster\.local)?)?)?$/.test(host)
      )
        continue;
      const [name, where = namespace] = host.split('.');
      const number = port?.number ?? 80;
      add('v1', 'Service', name, where, {
        spec: { selector: { app: name }, ports: [{ name: 'http', port: number, protocol: 'TCP' }] },
      });
      const rules = ofKind('DestinationRule', 'networking.istio.io');
      if (subset && !rules.some(({ spec }) => String(spec?.host).split('.')[0] === name)) {
        add('networking.istio.io/v1', 'DestinationRule', name, namespace, {
          spec: { host, subsets: [{ name: subset, labels: { app: name } }] },
        });
      }
    }
  }
  return manifests;
}

function withContainer(template) {
  template.spec ??= {};
  template.spec.containers ??= [
    { name: 'app', image: 'registry.example.com/app:1.0.0', ports: [{ name: 'http', containerPort: 80 }] },
  ];
  return template;
}

export function analysesOf(strategy) {
  const { analysis, steps } = strategy?.canary ?? {};
  const { prePromotionAnalysis, postPromotionAnalysis } = strategy?.blueGreen ?? {};
  const inSteps = listOf(steps).flatMap((step) => [
    step.analysis,
    ...listOf(step.experiment?.analyses).map(({ templateName, clusterScope, args }) => ({
      templates: [{ templateName, clusterScope }],
      args,
    })),
  ]);
  return [analysis, prePromotionAnalysis, postPromotionAnalysis, ...inSteps].filter(isMapping);
}

/** Templates that an analysis names, with the arguments that it gives. */
function addTemplates({ templates, args }, namespace, add) {
  for (const { templateName, clusterScope } of listOf(templates)) {
    const kind = clusterScope ? 'ClusterAnalysisTemplate' : 'AnalysisTemplate';
    const metric = {
      name: templateName,
      successCondition: 'len(result) > 0 && result[0] <= 5',
      provider: {
        prometheus: {
          address: 'http://prometheus.monitoring:9090',
          query: 'sum(rate(http_requests_total{code="500"}[5m]))',
        },
      },
    };
    const declared = listOf(args).map(({ name }) => ({ name }));
    add('argoproj.io/v1alpha1', kind, templateName, clusterScope ? NAMESPACE : namespace, {
      spec: { ...(declared.length > 0 ? { args: declared } : {}), metrics: [metric] },
    });
  }
}

/** Templates that nothing refers to, each with a Rollout that uses it in the background. */
function unusedTemplates(manifests) {
  const used = new Set();
  for (const { kind, spec } of manifests) {
    const analyses = kind === 'Rollout' ? analysesOf(spec?.strategy) : [spec ?? {}];
    for (const { templates } of analyses) for (const { templateName } of listOf(templates)) used.add(templateName);
  }
  return manifests
    .filter((one) => /^(Cluster)?AnalysisTemplate$/.test(one.kind) && one.apiVersion === 'argoproj.io/v1alpha1')
    .filter(({ metadata }) => metadata?.name && !used.has(metadata.name))
    .map((template) => ({ template, rollout: rolloutUsing }));
}

function rolloutUsing({ template: { kind, metadata, spec } }) {
  const args = listOf(spec?.args)
    .filter(({ value, valueFrom }) => value === undefined && valueFrom === undefined)
    .map(({ name }) => ({ name, value: 'some' }));
  const analysis = {
    templates: [{ templateName: metadata.name, ...(kind.startsWith('Cluster') ? { clusterScope: true } : {}) }],
    ...(args.length > 0 ? { args } : {}),
  };
  const strategy = { canary: { analysis, steps: [{ setWeight: 50 }, { pause: {} }] } };
  return [
    'argoproj.io/v1alpha1',
    'Rollout',
    `uses-${metadata.name}`,
    namespaceOf({ metadata }),
    { spec: { strategy } },
  ];
}
