import { lint } from '../../src/lint';
import { NEWEST } from '../../src/versions';
import { changes, graphOf, header, rollout } from './manifests';

test('a route that is not listed is refused before and after, so that its removal changes nothing', () => {
  const split = 'trafficRouting: { managedRoutes: [{ name: b }], istio: { virtualService: { name: v } } }';
  const steps = `steps: [{ setWeight: 10 }, ${header('a')}, { pause: {} }]`;
  const manifest = rollout(`{ canaryService: c, stableService: s, ${split}, ${steps} }`);
  for (const argoRollouts of ['1.9', '1.10']) {
    const { findings } = lint(graphOf(manifest), { versions: { ...NEWEST, argoRollouts: [argoRollouts] } });
    expect(findings.filter(({ severity }) => severity === 'error')).toContainEqual(
      expect.objectContaining({ message: expect.stringContaining('managedRoutes') as string }),
    );
  }
  expect(changes('argoRollouts', '1.9', '1.10', manifest)).toEqual([]);
});
