import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Manifest, manifestsIn, renderExample } from './rendered';

const DIST = join(__dirname, '../../dist');
const EXAMPLES: Record<string, string[]> = {
  'subsets-mtls': ['subsets-mtls.k8s.yaml'],
  openshift: ['openshift.k8s.yaml'],
  'gateway-api': ['gateway-api.k8s.yaml'],
  gitops: ['gitops-argocd.k8s.yaml', 'gitops-production.k8s.yaml', 'gitops-staging.k8s.yaml'],
};

describe.each(Object.entries(EXAMPLES))('the example %s', (name, expected) => {
  const files = renderExample(name);
  const manifests = Object.values(files).flatMap(manifestsIn);
  const all = (kind: string): Manifest[] => manifests.filter((manifest) => manifest.kind === kind);

  test('is what dist/ holds', () => {
    expect(Object.keys(files).sort()).toEqual(expected);
    for (const file of expected) expect(readFileSync(join(DIST, file), 'utf8')).toBe(files[file]);
  });

  test('comes out the same, byte for byte, each time', () => {
    expect(renderExample(name)).toEqual(files);
  });

  test('has Rollouts whose Services and analyses are there', () => {
    const names = (kind: string) => all(kind).map(({ metadata }) => metadata.name);
    expect(all('Rollout').length).toBeGreaterThan(0);
    for (const { spec } of all('Rollout')) {
      const { canary } = spec.strategy;
      expect(names('Service')).toEqual(expect.arrayContaining([canary.stableService, canary.canaryService]));
      const templates = canary.steps.flatMap((step: Manifest) => step.analysis?.templates ?? []);
      expect(names('AnalysisTemplate')).toEqual(
        expect.arrayContaining(templates.map((one: Manifest) => one.templateName)),
      );
    }
  });
});
