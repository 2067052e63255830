import type { Resource } from '../graph';

/** The values of `helm.sh/hook` of what `helm test` runs, and an installation leaves out. */
const TESTS = ['test', 'test-success', 'test-failure'];

/** The tests of a Helm chart, which `helm template` prints together with what an installation applies. */
export function chartTests(objects: readonly Resource[]): readonly string[] {
  const tests = objects.filter((object) => {
    const hooks = object.field('metadata', 'annotations', 'helm.sh/hook').string?.split(',') ?? [];
    return hooks.length > 0 && hooks.every((hook) => TESTS.includes(hook.trim()));
  });
  if (tests.length === 0) return [];
  const names = tests.map(({ kind, name }) => `${kind} ${name}`).join(', ');
  return [
    `${names} test${tests.length === 1 ? 's' : ''} the chart (helm.sh/hook): Helm does not install them, Argo CD ignores them, and kubectl apply starts them; leave them out with helm template --skip-tests`,
  ];
}
