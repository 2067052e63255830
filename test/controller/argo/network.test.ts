import { run, type Frame, type RolloutModel, type StepModel, type World } from '../../../src/controller';
import { analysis, canary } from '../../plan/models';

const success: World = { measure: () => ({ phase: 'Successful' }), podReady: () => 10 };
const failure: World = { ...success, measure: () => ({ phase: 'Failed' }) };
const services = { canary: 'shop-canary', stable: 'shop-stable' };

/** What changes of a run's frames, each with the moment at which the second of the change ends. */
function changes(frames: readonly Frame[], what: (frame: Frame) => string): string[] {
  const last = frames.filter(({ time }, i) => frames[i + 1]?.time !== time);
  return last
    .map((frame) => ({ time: frame.time, now: what(frame) }))
    .filter(({ now }, i, all) => i === 0 || all[i - 1].now !== now)
    .map(({ time, now }) => `${time}: ${now}`);
}

const pointing = ({ selects: { stable, canary: other } }: Frame): string =>
  `stable ${stable ?? 'any'}, canary ${other ?? 'any'}`;
const frames = (steps: StepModel[], more: Partial<RolloutModel>, world: World = success): readonly Frame[] =>
  run(canary(steps, more), world).frames;

describe('the Services', () => {
  const steps: StepModel[] = [{ setWeight: 50 }, { pause: { seconds: 60 } }, { analysis: analysis() }];

  test('the canary Service follows once a new pod is available, the stable one after the promotion', () => {
    expect(changes(frames(steps, { services }), pointing)).toEqual([
      '0: stable old, canary old',
      '10: stable old, canary new',
      '80: stable new, canary new',
    ]);
  });

  test('an abort takes the canary Service back while its pods are still there', () => {
    const aborted = frames(steps, { services }, failure);
    expect(changes(aborted, pointing)).toEqual([
      '0: stable old, canary old',
      '10: stable old, canary new',
      '70: stable old, canary old',
    ]);
    expect(aborted.find(({ time, selects }) => time === 70 && selects.canary === 'old')?.canary.available).toBe(5);
  });

  test('with dynamicStableScale an abort takes it back when the last request is', () => {
    const all: StepModel[] = [{ setWeight: 100 }, { pause: { seconds: 60 } }, { analysis: analysis() }];
    const given = frames(all, { services, dynamicStableScale: true }, failure);
    const back = given.findIndex(({ aborted, selects }) => aborted && selects.canary === 'old');
    expect(given[back].weights?.canary).toBe(0);
    expect(given.slice(0, back).every(({ aborted, weights }) => !aborted || weights!.canary > 0)).toBe(true);
  });

  test('without a router an abort points both at the stable version', () => {
    expect(changes(frames(steps, { services, trafficRouting: undefined }, failure), pointing).at(-1)).toMatch(
      /: stable old, canary old$/,
    );
  });

  test('a rollout without Services points none', () => {
    expect(changes(frames(steps, { services: {} }), pointing)).toEqual(['0: stable any, canary any']);
  });

  test('ping and pong change places at the promotion, and none is moved back after it', () => {
    expect(changes(frames(steps, { services: {}, pingPong: true }), pointing)).toEqual([
      '0: stable old, canary new',
      '80: stable new, canary old',
    ]);
  });
});

describe('a router whose weights add up to more than 100', () => {
  test('gives each version its part of them', () => {
    const scaled = run(canary([{ setWeight: 250 }, { pause: {} }], { maxTrafficWeight: 1000 }), {
      ...success,
      actions: [{ at: 60, action: { scale: 12 } }],
    });
    const shares = scaled.frames.flatMap(({ versions }) => (versions ? [versions.shares] : []));
    expect(shares.length).toBeGreaterThan(0);
    expect(shares[0]).toEqual({ old: 0.75, new: 0.25, next: 0 });
    for (const { old, new: first, next } of shares) expect(old + first + next).toBeCloseTo(1, 10);
  });
});

test('without a router each version gets the share of its pods', () => {
  const scaled = run(canary([{ setWeight: 30 }, { pause: {} }], { trafficRouting: undefined }), {
    ...success,
    actions: [{ at: 60, action: { scale: 20 } }],
  });
  const shares = scaled.frames.flatMap(({ versions }) => (versions ? [versions.shares] : []));
  expect(shares[0]).toEqual({ old: 0.7, new: 0.3, next: 0 });
});

describe('managed routes', () => {
  const testers = { name: 'testers', removes: false };
  const routes = ({ routes: found }: Frame): string => found.join(' ') || 'none';
  const path: StepModel[] = [
    { setWeight: 10 },
    { setHeaderRoute: testers },
    { setMirrorRoute: { name: 'copies', removes: false } },
    { pause: { seconds: 60 } },
    { setHeaderRoute: { ...testers, removes: true } },
    { analysis: analysis() },
  ];

  test('are added and removed by their steps, and all removed by the promotion', () => {
    expect(changes(frames(path, { services }), routes)).toEqual([
      '0: none',
      '10: testers copies',
      '70: copies',
      '80: none',
    ]);
  });

  test('are removed by an abort', () => {
    expect(changes(frames(path.slice(0, 4), { services }, success), routes)).toEqual([
      '0: none',
      '10: testers copies',
      '80: none',
    ]);
    const background = { analysis: analysis() };
    const aborted = frames(path.slice(0, 4), { services, background }, failure);
    expect(routes(aborted[aborted.length - 1])).toBe('none');
  });

  test('one that the first step makes is made again after an abort', () => {
    const first: StepModel[] = [{ setHeaderRoute: testers }, { setWeight: 50 }, { analysis: analysis() }];
    const { routes: left, aborted, weight } = frames(first, { services }, failure).at(-1)!;
    expect({ left, aborted, weight }).toEqual({ left: ['testers'], aborted: true, weight: 0 });
  });

  test('a route that a step makes while no new pod is available is not there at the next one', () => {
    const early: StepModel[] = [{ setHeaderRoute: testers }, { setWeight: 50 }, { pause: { seconds: 60 } }];
    expect(changes(frames(early, { services }), routes)).toEqual(['0: none']);
  });
});
