import { graphOfLoaded, loadManifests } from '../../src/graph';
import { plannedRollouts } from '../../src/controller';
import { lint, parseLintConfig } from '../../src/lint';
import { readVersions, newestOf } from '../../src/versions';

const CONDITIONS = `
apiVersion: argoproj.io/v1alpha1
kind: AnalysisTemplate
metadata: { name: errors, namespace: shop }
spec:
  metrics:
    - name: largest
      successCondition: len(result) > 0 && max(result) < 5
      failureCondition: len(result) > 0 && max(result) >= 5
      provider: { prometheus: { address: 'http://prometheus:9090', query: 'sum(rate(errors_total[5m]))' } }
    - name: nothing-is-good
      successCondition: result == [] || result[0] <= 5
      failureCondition: result != [] && result[0] > 5
      provider: { prometheus: { address: 'http://prometheus:9090', query: 'sum(increase(errors_total[5m]))' } }
`;

const rollout = (canary: string): string => `
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: { name: shop, namespace: shop }
spec:
  replicas: 4
  selector: { matchLabels: { app: shop } }
  template:
    metadata: { labels: { app: shop } }
    spec: { containers: [{ name: shop, image: 'registry.example.com/shop:1.0.0' }] }
  strategy:
    canary:
      canaryService: shop-canary
      stableService: shop-stable
${canary.replace(/^/gm, '      ')}
`;

const MIRROR = rollout(`trafficRouting:
  managedRoutes: [{ name: testers }]
  plugins: { argoproj-labs/gatewayAPI: { httpRoutes: [{ name: shop }], namespace: shop } }
steps:
  - setCanaryScale: { replicas: 1 }
  - setMirrorRoute: { name: testers, percentage: 20, match: [{ path: { prefix: / } }] }
  - pause: { duration: 5m }
  - setMirrorRoute: { name: testers }
  - setWeight: 20
  - pause: { duration: 5m }`);

const MANY_PODS = rollout(`minPodsPerReplicaSet: 6
trafficRouting: { istio: { virtualService: { name: shop } } }
steps: [{ setWeight: 20 }, { pause: { duration: 5m } }]`);

/** Code and message of what some rules find for stated releases of Argo Rollouts. */
function found(text: string, argoRollouts: string, select: string[]): string[] {
  const graph = graphOfLoaded(loadManifests([{ name: 'app.yaml', text: text.slice(1) }]));
  const { versions, problems } = readVersions({ argoRollouts });
  expect(problems).toEqual([]);
  return lint(graph, { versions, select }).findings.map(({ code, message }) => `${code} ${message}`);
}

describe('conditions that the engine of 1.10 knows', () => {
  const RULES = ['CON'];

  test.each(['1.10', '1.10.2'])('are fine on %s', (release) => {
    expect(found(CONDITIONS, release, RULES)).toEqual([]);
  });

  test.each(['1.7', '1.8', '1.9.3'])('are errors on %s, or an empty result is not equal to []', (release) => {
    const findings = found(CONDITIONS, release, RULES);
    expect(findings.filter((one) => /CON00[34] .*metric 'largest'/.test(one))).toHaveLength(2);
    expect(findings.some((one) => /CON001 .*'nothing-is-good'.*slice index out of range/.test(one))).toBe(true);
  });

  test('name the releases of a range that they are errors on', () => {
    const findings = found(CONDITIONS, '1.8 - 1.10', RULES);
    expect(findings.length).toBeGreaterThan(2);
    for (const one of findings) expect(one).toMatch(/ \(Argo Rollouts 1\.8 and 1\.9\)$/);
  });

  test('name none where they are errors on all', () => {
    for (const one of found(CONDITIONS, '1.7 - 1.9', RULES)) expect(one).not.toContain('(Argo Rollouts');
  });
});

describe('setMirrorRoute with a plugin', () => {
  test.each([
    ['1.8', true],
    ['1.9', true],
    ['1.10', false],
  ])('on %s refused: %s', (release, refused) => {
    const findings = found(MIRROR, release, ['ROL012']);
    expect(findings.length > 0).toBe(refused);
    for (const one of findings)
      expect(one).toContain(`setMirrorRoute with a plugin, which Argo Rollouts ${release} refuses`);
  });
});

describe('minPodsPerReplicaSet above replicas', () => {
  test('is found before 1.10, which caps it', () => {
    expect(found(MANY_PODS, '1.9', ['ROL041'])).toHaveLength(1);
    expect(found(MANY_PODS, '1.10', ['ROL041'])).toEqual([]);
  });

  test('is planned as the controller of the release acts', () => {
    const graph = graphOfLoaded(loadManifests([{ name: 'app.yaml', text: MANY_PODS.slice(1) }]));
    const capped = (argoRollouts: string): boolean | undefined =>
      plannedRollouts(graph.on(newestOf(readVersions({ argoRollouts }).versions)))[0].model!.controller?.capsMinPods;
    expect(capped('1.9')).toBe(false);
    // A model that names no controller means the newest.
    expect(capped('1.10')).toBeUndefined();
  });
});

describe('in a configuration', () => {
  test('versions are read', () => {
    const config = parseLintConfig('versions: { argoRollouts: 1.8 - 1.10, prometheus: "3.16" }', []);
    expect(config.versions).toEqual({ argoRollouts: '1.8 - 1.10', prometheus: '3.16' });
  });

  test.each([
    ['versions: { argoRollouts: "1.99" }', 'versions.argoRollouts: nothing is known of release 1.99'],
    ['versions: { argo: "1.9" }', "'argo'"],
    ['versions: { prometheus: 3.1 }', 'versions.prometheus must be string'],
  ])('%s is refused', (text, message) => {
    expect(() => parseLintConfig(text, [])).toThrow(message);
  });
});
