import { ApiObject, JsonPatch } from 'cdk8s';
import type { Construct } from 'constructs';
import { CanaryApp } from '../../src';
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

  test('lets a field through that it does not know', () => {
    expect(patched(JsonPatch.add('/spec/fieldOfTomorrow', true))).toEqual([]);
  });
});
