import {
  canaryShare,
  experimentShare,
  reachingRoutes,
  rpsBesideUsers,
  type Frame,
  type RolloutModel,
  type StepModel,
} from '../../../src/controller';
import { blueGreen, canary } from '../../plan/models';

const frame = (given: Partial<Frame>): Frame => ({
  time: 0,
  stepIndex: 2,
  weight: 20,
  canary: { spec: 2, available: 2 },
  stable: { spec: 8, available: 8 },
  selects: {},
  routes: [],
  promoted: false,
  aborted: false,
  phase: 'Progressing',
  message: '',
  ...given,
});

const header: StepModel = { setHeaderRoute: { name: 'testers', removes: false } };
const mirror = (percentage?: number): StepModel => ({ setMirrorRoute: { name: 'copies', removes: false, percentage } });
/** What the router has while an experiment runs whose pods of the new version have this weight. */
const experiment = (weight: number): Partial<Frame> => ({
  weights: {
    canary: 20,
    stable: 80 - weight,
    canaryVersion: 'new',
    stableVersion: 'old',
    experiment: { canary: weight, stable: 0 },
  },
});
const rollout = (...steps: StepModel[]): RolloutModel => canary([{ setWeight: 20 }, ...steps]);

describe('the share of requests that the new version gets', () => {
  test.each<[string, RolloutModel, Partial<Frame>, number, number]>([
    ['is the weight', rollout(), {}, 0, 0.2],
    ['is a part of the router’s largest weight', canary([], { maxTrafficWeight: 1000 }), { weight: 200 }, 0, 0.2],
    ['has that of the experiment', rollout(), experiment(30), 0, 0.5],
    ['has it not after the promotion', rollout(), { ...experiment(30), promoted: true }, 0, 0.2],
    ['is never above all requests', rollout(), experiment(90), 0, 1],
    ['has what matches a header route, and the weight of the rest', rollout(header), { routes: ['testers'] }, 0.5, 0.6],
    ['has none of a route that the router lacks', rollout(header), {}, 0.5, 0.2],
    ['has none of a route of a later step', rollout({}, {}, header), { routes: ['testers'] }, 0.5, 0.2],
  ])('%s', (_name, model, given, headerShare, expected) => {
    expect(canaryShare(model, frame(given), headerShare)).toBeCloseTo(expected, 10);
  });

  test.each<[string, RolloutModel, Partial<Frame>, number, number]>([
    ['none without one', rollout(), {}, 0, 0],
    ['its weight', rollout(), experiment(30), 0, 0.3],
    ['its weight where no header route is', rollout(), experiment(30), 0.5, 0.3],
    [
      'its weight of what matches no header route',
      rollout(header),
      { ...experiment(30), routes: ['testers'] },
      0.5,
      0.15,
    ],
  ])('an experiment gets %s', (_name, model, given, headerShare, expected) => {
    expect(experimentShare(model, frame(given), headerShare)).toBeCloseTo(expected, 10);
  });
});

describe('requests beside those of users', () => {
  const all = { mirrorShare: 0.5, previewRps: 3 };
  const copies = { routes: ['copies'] };

  test.each<[string, RolloutModel, Partial<Frame>, number, object, number]>([
    ['copies of what matches', rollout(mirror()), copies, 100, all, 50],
    ['a percentage of them', rollout(mirror(10)), copies, 100, all, 5],
    ['none without a route', rollout(mirror()), {}, 100, all, 0],
    ['none after an abort', rollout(mirror()), { ...copies, aborted: true }, 100, all, 0],
    ['none without pods', rollout(mirror()), { ...copies, canary: { spec: 2, available: 0 } }, 100, all, 0],
    ['none where none matches', rollout(mirror()), copies, 100, { ...all, mirrorShare: 0 }, 0],
    ['none where there are none of users', rollout(mirror()), copies, 0, all, 0],
    ['those of testers before the switch', blueGreen(), { weight: 0 }, 100, all, 3],
    ['none of testers after it', blueGreen(), { weight: 100 }, 100, all, 0],
    ['none of testers without a preview Service', blueGreen({ previewService: false }), { weight: 0 }, 100, all, 0],
  ])('are %s', (_name, model, given, rps, beside, expected) => {
    expect(rpsBesideUsers(model, frame(given), rps, { ...all, ...beside })).toBeCloseTo(expected, 10);
  });

  test('come by routes that are named with their kind and percentage', () => {
    const both = rollout(header, mirror());
    const given = { routes: ['testers', 'copies'] };
    expect(reachingRoutes(both, frame(given))).toEqual([
      { name: 'testers', kind: 'header' },
      { name: 'copies', kind: 'mirror', percentage: 100 },
    ]);
    expect(reachingRoutes(rollout(header, mirror(10)), frame(given))[1]).toMatchObject({ percentage: 10 });
    expect(reachingRoutes(both, frame({ ...given, aborted: true }))).toEqual([]);
    expect(reachingRoutes(both, frame({ ...given, canary: { spec: 2, available: 0 } }))).toEqual([]);
  });
});
