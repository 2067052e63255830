import {
  ARGO_CD,
  ARGO_ROLLOUTS,
  GATEWAY_API_PLUGIN,
  PROMETHEUS,
  SYSTEMS,
  compareReleases,
  controllerBehaviour,
  differing,
  fieldsMissingIn,
  kindByRelease,
  holdingFor,
  describeEntry,
  lookUp,
  parseRelease,
  type Release,
} from '../../src/versions';

/** A change comes with the first patch of a series. */
const release = (text: string): Release => ({ patch: 0, ...parseRelease(text)! });

describe.each(Object.entries(SYSTEMS))('the table of %s', (_, system) => {
  test('has ids once, and for each entry what it is, changes in order, words and a source', () => {
    expect(new Set(system.entries.map(({ id }) => id)).size).toBe(system.entries.length);
    for (const { id, what, changes, source } of system.entries) {
      expect(id).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
      expect(what.length).toBeGreaterThan(3);
      expect(source.length).toBeGreaterThan(3);
      expect(changes.length).toBeGreaterThan(0);
      for (const { words } of changes) expect(words).toMatch(/^[a-z].*[^.]$/);
      for (const [i, { from }] of changes.entries()) {
        if (i > 0) expect(compareReleases(release(changes[i - 1].from), release(from))).toBeLessThan(0);
      }
    }
  });

  test('names releases in order, and each change begins with one that is in the table or a patch of it', () => {
    const sorted = [...system.releases].sort((a, b) => compareReleases(release(a), release(b)));
    expect(system.releases).toEqual(sorted);
    const series = new Set(system.releases);
    for (const { changes } of system.entries) {
      for (const { from } of changes) {
        const { major, minor } = release(from);
        expect(series).toContain(`${major}.${minor}`);
      }
    }
  });
});

describe('looked up', () => {
  test.each([
    ['1.7', '1.15.5'],
    ['1.9.3', '1.15.5'],
    ['1.10', '1.17.7'],
    ['1.10.2', '1.17.7'],
  ])('Argo Rollouts %s evaluates conditions with expr %s', (text, engine) => {
    expect(lookUp(ARGO_ROLLOUTS.expressionEngine, text)).toBe(engine);
  });

  test.each([
    ['2.42', 'absent'],
    ['3.6', 'absent'],
    ['3.7', 'flag'],
    ['3.15', 'flag'],
    ['3.16', 'always'],
  ])('Prometheus %s has anchored ranges: %s', (text, availability) => {
    expect(lookUp(PROMETHEUS.anchoredRanges, text)).toBe(availability);
  });

  test.each([
    ['2.55', 'always'],
    ['3.0', 'absent'],
  ])('Prometheus %s has holt_winters: %s', (text, availability) => {
    expect(lookUp(PROMETHEUS.holtWinters, text)).toBe(availability);
  });

  // The change came with patches of older series: a series without a patch stands for its newest.
  test.each([
    ['3.3.12', true],
    ['3.3.13', false],
    ['3.3', false],
    ['3.4.4', true],
    ['3.4.5', false],
    ['3.5.7', false],
    ['3.6', false],
    ['3.2', true],
  ])('Argo CD %s applies whole live lists: %s', (text, whole) => {
    expect(lookUp(ARGO_CD.respectsWholeLists, text)).toBe(whole);
  });

  test('what is no release is refused', () => {
    expect(() => lookUp(ARGO_CD.respectsWholeLists, 'newest')).toThrow("'newest' is not a release");
  });

  test('in words, of some releases those for which it holds', () => {
    expect(describeEntry(GATEWAY_API_PLUGIN.headerRules, '0.12')).toContain('ConfigMap');
    const refuses = (text: string): boolean => !lookUp(ARGO_ROLLOUTS.mirrorsByPlugin, text);
    expect(holdingFor(['1.8', '1.9', '1.10'], refuses)).toEqual(['1.8', '1.9']);
  });
});

describe('between releases', () => {
  test('differ the entries that change on the way, and no others', () => {
    const ids = (from: string, to: string): string[] => differing(SYSTEMS.argoRollouts, from, to).map(({ id }) => id);
    expect(ids('1.8', '1.9')).toEqual([
      'analysis-abort-message',
      'experiment-abort-message',
      'dynamic-stable-scale-abort',
      'stable-pods-for-weights',
      'istio-without-services',
      'promotion-after-scale-in',
      'job-name-length',
      'controller-flags',
    ]);
    expect(ids('1.9', '1.9.1')).toEqual([]);
    expect(ids('1.9', '1.10')).toContain('expression-engine');
    expect(ids('1.9', '1.10')).not.toContain('count-and-limits');
    expect(ids('1.10', '1.9')).toEqual(ids('1.9', '1.10'));
  });
});

describe('fields that a release lacks', () => {
  test.each([
    ['1.7', 'Rollout', 'spec.strategy.canary.steps[].plugin', true],
    ['1.8', 'Rollout', 'spec.strategy.canary.steps[].plugin', false],
    ['1.8', 'Rollout', 'spec.strategy.canary.replicaProgressThreshold', true],
    ['1.9', 'Rollout', 'spec.strategy.canary.replicaProgressThreshold', false],
    ['1.9.3', 'AnalysisTemplate', 'spec.metrics[].provider.datadog.requestTimeout', true],
    ['1.10', 'AnalysisTemplate', 'spec.metrics[].provider.datadog.requestTimeout', false],
    ['1.7', 'AnalysisTemplate', 'spec.metrics[].consecutiveSuccessLimit', true],
    ['1.7', 'ClusterAnalysisTemplate', 'spec.metrics[].provider.prometheus.rangeQuery', true],
    ['1.8', 'Rollout', 'spec.template.spec.resourceClaims[].source', false],
    ['1.9', 'Rollout', 'spec.template.spec.resourceClaims[].source', true],
    ['1.7', 'Rollout', 'spec.strategy.canary.steps', false],
    ['1.7', 'Service', 'spec.ports', false],
  ])('%s %s %s: %s', (text, kind, path, missing) => {
    const found = kindByRelease(kind, 'argoproj.io');
    expect(found ? fieldsMissingIn(found, text).includes(path) : false).toBe(missing);
  });
});

test('controllers differ between releases in what the model looks up', () => {
  expect(controllerBehaviour('1.8')).toMatchObject({ dynamicAbort: 'at-once', knowsProgressThreshold: false });
  expect(controllerBehaviour('1.9')).toMatchObject({ dynamicAbort: 'by-steps', capsMinPods: false });
  expect(controllerBehaviour('1.10')).toMatchObject({ capsMinPods: true, abortsAfterPromotion: false });
  expect(controllerBehaviour('1.9')).toMatchObject({ fastTracks: 'waiting', keepsCancelledRuns: true });
  // Within the series 1.8 these changed more than once.
  expect(controllerBehaviour('1.8.0')).toMatchObject({
    stablePodsForWeights: 'any',
    withoutServices: 'fails-after-abort-too',
  });
  expect(controllerBehaviour('1.8')).toMatchObject({ stablePodsForWeights: 'of-100', withoutServices: 'later' });
  expect(controllerBehaviour('1.9')).toMatchObject({ stablePodsForWeights: 'of-maximum', withoutServices: 'fails' });
  expect(controllerBehaviour('1.10')).toMatchObject({ fastTracks: 'earlier', keepsCancelledRuns: false });
});
