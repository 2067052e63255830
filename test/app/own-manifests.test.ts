import { ApiObject, JsonPatch } from 'cdk8s';
import type { Construct } from 'constructs';
import { CanaryApp, type ClusterVersions } from '../../src';
import { refusal } from '../synthesized';

const app = (scope: Construct) =>
  new CanaryApp(scope, 'checkout', { image: 'checkout:1', port: 8080, prometheus: 'http://prometheus:9090' });
const patched = (...patches: JsonPatch[]) =>
  refusal((scope) => ApiObject.of(app(scope).rollout).addJsonPatch(...patches));

describe('an app looks at its own manifests as they will be written: it', () => {
  test('has nothing to say about what it made', () => {
    expect(refusal(app)).toEqual([]);
  });

  test('refuses a patch that breaks a reference, and names the construct', () => {
    const problems = patched(
      JsonPatch.replace('/spec/strategy/canary/trafficRouting/istio/virtualService/routes/0', 'primry'),
    );
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(/^\[shop\/checkout\] TRF001 .*'primry'.*did you mean 'primary'/);
    expect(problems[0]).toContain('(shop/checkout/rollout/Resource: ');
  });

  test('refuses a patch that makes stable and canary one', () => {
    const problems = patched(JsonPatch.replace('/spec/strategy/canary/canaryService', 'checkout-stable'));
    expect(problems.some((problem) => problem.includes('ROL001'))).toBe(true);
  });

  test('reports a patch that cannot be applied, with the construct, beside other problems', () => {
    const problems = refusal((scope) => {
      const { rollout } = app(scope);
      ApiObject.of(rollout).addJsonPatch(JsonPatch.replace('/spec/none/field', 9));
      new CanaryApp(scope, 'cart', { image: '', port: 8080, prometheus: 'http://prometheus:9090' });
    });
    expect(problems).toEqual([
      expect.stringMatching(
        /^\[shop\/checkout\] Failed serializing construct at path 'shop\/checkout\/rollout\/Resource'/,
      ),
      expect.stringMatching(/^\[shop\/cart\/rollout\] container 'cart' has an empty image/),
    ]);
  });

  describe('for the releases that are stated', () => {
    const stating = (versions: ClusterVersions, ...patches: JsonPatch[]) =>
      refusal((scope) => {
        const { rollout } = new CanaryApp(scope, 'checkout', {
          image: 'checkout:1',
          port: 8080,
          prometheus: 'http://prometheus:9090',
          versions,
        });
        if (patches.length > 0) ApiObject.of(rollout).addJsonPatch(...patches);
      });
    const threshold = JsonPatch.add('/spec/strategy/canary/replicaProgressThreshold', { type: 'Percent', value: 90 });

    test('has nothing to say about what it made, on the whole of a range', () => {
      const versions = { argoRollouts: '1.7 - 1.10', prometheus: '2.42 - 3.16', argoCd: '3.0 - 3.5' };
      expect(stating(versions)).toEqual([]);
    });

    test('refuses a field that one of them drops, and names that release', () => {
      expect(stating({ argoRollouts: '1.8 - 1.10' }, threshold)).toEqual([
        expect.stringMatching(/SCH011 Argo Rollouts 1\.8 drops .*replicaProgressThreshold.* \(Argo Rollouts 1\.8\)/),
      ]);
      expect(stating({ argoRollouts: '1.9' }, threshold)).toEqual([]);
      expect(stating({}, threshold)).toEqual([]);
    });

    test('refuses a release that it knows nothing of', () => {
      expect(stating({ argoRollouts: '2.0' })).toEqual([
        expect.stringContaining('versions.argoRollouts: nothing is known of release 2.0; the tables cover 1.7 to 1.10'),
      ]);
    });
  });

  test('refuses a field that the schemas do not know, unless that is accepted', () => {
    const tomorrow = JsonPatch.add('/spec/fieldOfTomorrow', true);
    expect(patched(tomorrow)).toEqual([expect.stringContaining("SCH003 spec has no field 'fieldOfTomorrow'")]);
    const accepting = refusal((scope) => {
      const { rollout } = new CanaryApp(scope, 'checkout', {
        image: 'checkout:1',
        port: 8080,
        prometheus: 'http://prometheus:9090',
        acceptedFindings: [{ rule: 'SCH003', reason: 'The cluster runs a newer release.' }],
      });
      ApiObject.of(rollout).addJsonPatch(tomorrow);
    });
    expect(accepting).toEqual([]);
  });
});
