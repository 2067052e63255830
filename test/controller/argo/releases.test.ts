import { run, type World } from '../../../src/controller';
import { controllerBehaviour } from '../../../src/versions';
import { canary } from '../../plan/models';

// What releases of the controller do differently. conformance/corpus/simulation.yaml asks 1.8.5, 1.9.1 and 1.10.2 the same.

const success: World = { measure: () => ({ phase: 'Successful' }), podReady: () => 10 };

test.each([
  ['1.7', 'aborted'],
  ['1.8.2', 'stuck'],
  ['1.8', 'aborted'],
  ['1.9', 'stuck'],
])('in subset mode without Services, %s lets a version whose pods do not come end %s', (release, ending) => {
  const controller = controllerBehaviour(release);
  const steps = [{ setWeight: 20 }, { pause: { seconds: 5 } }];
  const crashing: World = { ...success, podReady: (_, i) => (i === 1 ? Infinity : 10) };
  const given = { controller, waitsForAllPods: true, progressDeadlineAbort: true };
  expect(run(canary(steps, given), crashing).ending).toBe(ending);
});

test.each([
  ['1.7', 0.1],
  ['1.8.0', 0.1],
  ['1.8', 0],
  ['1.9', 0.1],
])('with weights up to 1000, %s gives the canary the share %d of the traffic', (release, share) => {
  const controller = controllerBehaviour(release);
  const steps = [{ setWeight: 100 }, { pause: { seconds: 60 } }];
  const { frames } = run(canary(steps, { controller, maxTrafficWeight: 1000, replicas: 5 }), success);
  expect(Math.max(...frames.map((frame) => (frame.promoted ? 0 : frame.weight / 1000)))).toBe(share);
});

test('with weights up to 1000, an abort by 1.8 leaves the weight where it is', () => {
  const steps = [{ setWeight: 950 }, { pause: {} }];
  const world: World = { ...success, actions: [{ at: 20, action: 'abort' }] };
  const last = (release: string): number => {
    const controller = controllerBehaviour(release);
    const { frames } = run(canary(steps, { controller, maxTrafficWeight: 1000, replicas: 5 }), world);
    return frames[frames.length - 1].weight;
  };
  expect(last('1.8')).toBe(950);
  expect(last('1.9')).toBe(0);
});
