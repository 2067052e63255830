import { ApiObject, App, Chart, Testing } from 'cdk8s';
import {
  ArgoCdApplication,
  ArgoCdApplicationProps,
  ArgoCdApplicationSet,
  ArgoCdApplicationSetProps,
  CanaryApp,
  CanaryStep,
  SplitBy,
} from '../../src';
import { Manifest, only, refusal } from '../synthesized';

const REPO = 'https://git.example.com/shop/deploy.git';
const shopIn = (scope: App, namespace = 'shop') => {
  const chart = new Chart(scope, `apps-${namespace}`, { namespace });
  const app = new CanaryApp(chart, 'checkout', {
    image: 'registry.example.com/checkout:1.4.2',
    port: 8080,
    hosts: ['checkout.example.com'],
    prometheus: 'http://prometheus.monitoring:9090',
    steps: [CanaryStep.setWeight(50), CanaryStep.analysis()],
    traffic: { splitBy: SplitBy.subsets() },
  });
  return { chart, app };
};
const applicationOf = (props: Partial<ArgoCdApplicationProps> = {}): { application: Manifest; shop: Manifest[] } => {
  const app = new App();
  const { chart } = shopIn(app);
  const argo = new Chart(app, 'argo');
  new ArgoCdApplication(argo, 'checkout', { manages: [chart], repoUrl: REPO, path: 'shop', ...props });
  return { application: only(Testing.synth(argo), 'Application'), shop: Testing.synth(chart) };
};
const problems = (props: Partial<ArgoCdApplicationProps>, change: (chart: Chart) => void = () => undefined) =>
  refusal((scope) => {
    const { chart } = shopIn(scope.node.root as App);
    change(chart);
    new ArgoCdApplication(scope, 'checkout', { manages: [chart], repoUrl: REPO, path: 'shop', ...props });
  }).join('\n');
const wave = (chart: Chart, kind: string, value: string) =>
  chart.node
    .findAll()
    .filter(ApiObject.isApiObject)
    .filter((object) => object.kind === kind)
    .forEach((object) => object.metadata.addAnnotation('argocd.argoproj.io/sync-wave', value));

describe('an Application', () => {
  test('for a canary leaves alone what the controller writes, and nothing more', () => {
    expect(applicationOf().application).toMatchSnapshot();
  });

  test('has the source and the sync options that are given', () => {
    const { spec, metadata } = applicationOf({
      metadata: { namespace: 'openshift-gitops', name: 'shop' },
      include: 'shop.k8s.yaml',
      targetRevision: 'v1',
      project: 'shops',
      clusterName: 'prod',
      namespace: 'shop',
      automated: { prune: false, selfHeal: false },
      createNamespace: true,
      syncOptions: ['Validate=false'],
      ignoreDifferences: [{ kind: 'ConfigMap', name: 'x', jsonPointers: ['/data'] }],
    }).application;
    expect(metadata).toEqual({ namespace: 'openshift-gitops', name: 'shop' });
    expect(spec).toMatchObject({
      project: 'shops',
      source: { repoURL: REPO, path: 'shop', targetRevision: 'v1', directory: { include: 'shop.k8s.yaml' } },
      destination: { name: 'prod', namespace: 'shop' },
      syncPolicy: {
        automated: { prune: false, selfHeal: false },
        syncOptions: ['ApplyOutOfSyncOnly=true', 'PruneLast=true', 'CreateNamespace=true', 'Validate=false'],
      },
    });
    expect(spec.ignoreDifferences).toContainEqual({ kind: 'ConfigMap', name: 'x', jsonPointers: ['/data'] });
  });

  test('waits for manual approval if it is configured to', () => {
    expect(applicationOf({ autoSync: false }).application.spec.syncPolicy).not.toHaveProperty('automated');
  });

  test('can put the Rollout after all else', () => {
    const waves = (manifests: Manifest[]) =>
      manifests
        .filter(({ metadata }) => metadata.annotations?.['argocd.argoproj.io/sync-wave'])
        .map(({ kind }) => kind);
    expect(waves(applicationOf().shop)).toEqual([]);
    expect(waves(applicationOf({ rolloutLast: true }).shop)).toEqual(['Rollout']);
  });

  test.each<[string, Partial<ArgoCdApplicationProps>, string]>([
    ['nothing to deploy', { manages: [] }, 'manages is empty'],
    ['no repository', { repoUrl: ' ' }, "repoUrl is ' '"],
    ['no folder', { path: '' }, 'path is empty'],
    ['two clusters', { server: 'https://a', clusterName: 'a' }, 'server is given together with clusterName'],
    ['a namespace that is none', { namespace: 'A' }, "namespace is 'A'"],
    [
      'ignored lists that are frozen by it',
      { syncOptions: ['RespectIgnoreDifferences=true'] },
      'syncOptions has RespectIgnoreDifferences=true, which applies the whole list of the cluster',
    ],
    ['Services without their hash', { syncOptions: ['Replace=true'] }, 'Replace=true, which removes the hash'],
    ['a server-side apply', { syncOptions: ['ServerSideApply=true'] }, 'ServerSideApply=true, which removes the hash'],
    ['an option that is none', { syncOptions: ['prune'] }, "syncOptions has 'prune'"],
    ['no field to ignore', { ignoreDifferences: [{ kind: 'Service' }] }, 'names Service and no field of it'],
    ['automation that is off', { autoSync: false, automated: {} }, 'automated is given while autoSync is false'],
  ])('is refused with %s', (_, props, message) => {
    expect(problems(props)).toContain(message);
  });
});

describe('sync waves', () => {
  test.each(['Service', 'VirtualService', 'DestinationRule', 'AnalysisTemplate'])(
    'are refused where a %s comes after the Rollout that is degraded without it',
    (kind) => {
      expect(problems({}, (chart) => wave(chart, kind, '2'))).toMatch(
        new RegExp(`${kind} checkout\\S* is in sync wave 2, after Rollout checkout in 0`),
      );
    },
  );

  test('are refused where an autoscaler comes before its Rollout', () => {
    const found = problems({}, (chart) => {
      const scaler = { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', metadata: { name: 'hpa' } };
      new ApiObject(chart, 'hpa', { ...scaler, spec: { scaleTargetRef: { kind: 'Rollout', name: 'checkout' } } });
      wave(chart, 'Rollout', '1');
    });
    expect(found).toContain('HorizontalPodAutoscaler hpa is in sync wave 0, before Rollout checkout in 1');
  });

  test('are whole numbers', () => {
    expect(problems({}, (chart) => wave(chart, 'Rollout', 'late'))).toContain("in sync wave 'late'");
  });

  test('are accepted where the Rollout comes last, with what scales it', () => {
    expect(problems({ rolloutLast: true })).toBe('');
    expect(problems({}, (chart) => wave(chart, 'Service', '-1'))).toBe('');
  });
});

describe('an ApplicationSet', () => {
  const setOf = (props: Partial<ArgoCdApplicationSetProps> = {}): Manifest => {
    const app = new App();
    const charts = ['shop-staging', 'shop-production'].map((namespace) => shopIn(app, namespace).chart);
    const argo = new Chart(app, 'argo');
    new ArgoCdApplicationSet(argo, 'checkout', {
      manages: charts,
      repoUrl: REPO,
      environments: [
        { name: 'staging', path: 'staging' },
        { name: 'production', path: 'production', server: 'https://production.example.com', targetRevision: 'live' },
      ],
      ...props,
    });
    return only(Testing.synth(argo), 'ApplicationSet');
  };

  test('makes an Application for each environment, with the same rules', () => {
    const set = setOf();
    expect(set).toMatchSnapshot();
    expect(set.spec.template.spec.ignoreDifferences).toEqual(applicationOf().application.spec.ignoreDifferences);
  });

  test.each<[string, Partial<ArgoCdApplicationSetProps>, string]>([
    ['no environment', { environments: [] }, 'environments is empty'],
    [
      'two of one name',
      {
        environments: [
          { name: 'a', path: 'a' },
          { name: 'a', path: 'b' },
        ],
      },
      "two environments are called 'a'",
    ],
    ['no folder', { environments: [{ name: 'a', path: '' }] }, "the path of environment 'a' is empty"],
    ['a name that is none', { environments: [{ name: 'A', path: 'a' }] }, "the name of an environment is 'A'"],
  ])('is refused with %s', (_, props, message) => {
    const found = refusal((scope) => {
      const { chart } = shopIn(scope.node.root as App);
      const base = { manages: [chart], repoUrl: REPO, environments: [] };
      new ArgoCdApplicationSet(scope, 'checkout', { ...base, ...props });
    });
    expect(found.join('\n')).toContain(message);
  });
});
