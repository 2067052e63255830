// The ready-made queries over requests, put to Prometheus itself: does each give one series or none, the right value, of the
// canary alone; across a counter's reset; with too few requests, none, and no data at all?
import { Duration } from 'cdk8s';
import { CanaryCheck } from '../../src';
import { describeWithPromtool, InputSeries, judge, QueryCase } from '../promql/promtool';
import { queryOf } from './queries';
import { AT, grows, Source, SOURCES, usual } from './sources';

const CHECKS = {
  failures: CanaryCheck.failureCount({ atMost: 5 }),
  success: CanaryCheck.successRate({ atLeast: 0.99 }),
  errors: CanaryCheck.errorRate({ atMost: 0.01 }),
  against: CanaryCheck.errorsAgainstStable({ atMost: 1.5, floor: 0.001 }),
  share: CanaryCheck.trafficShare(),
  burn: CanaryCheck.burnRate({ objective: 0.99 }),
  'burn in two windows': CanaryCheck.burnRate({ objective: 0.99, shortWindow: Duration.minutes(2) }),
};

/** What happened, and what each check then finds; undefined is no data. */
interface Situation {
  readonly series: (of: Source['series']) => InputSeries[];
  readonly finds: Partial<Record<keyof typeof CHECKS, number | undefined>>;
  readonly within?: number;
}

const NOTHING = {
  failures: undefined,
  success: undefined,
  errors: undefined,
  against: undefined,
  burn: undefined,
  'burn in two windows': undefined,
};

const SITUATIONS: Record<string, Situation> = {
  'one canary request in twenty fails': {
    series: usual,
    finds: { failures: 5, success: 0.95, errors: 0.05, against: 5, share: 0, burn: 5, 'burn in two windows': 5 },
  },
  'no request fails, and no series of failures has ever begun': {
    series: (of) => [of('canary', false, 'a', grows(10)), of('stable', false, 'a', grows(40))],
    finds: { failures: 0, success: 1, errors: 0, against: 0, share: 0, burn: 0, 'burn in two windows': 0 },
  },
  'only the canary fails: the floor is in place of the stable version’s none': {
    series: (of) => [
      of('canary', false, 'a', grows(9.9)),
      of('canary', true, 'a', grows(0.1)),
      of('stable', false, 'a', grows(40)),
    ],
    finds: { errors: 0.01, against: 10 },
  },
  'a container is restarted, and its counters begin anew: one scrape’s worth is lost, nothing is negative': {
    series: (of) => [
      of('canary', false, 'a', '0+9x115 0+9x5'),
      of('canary', true, 'a', '0+1x115 0+1x5'),
      of('stable', false, 'a', grows(40)),
    ],
    finds: { failures: 10, success: 0.9, errors: 0.1 },
    within: 1.2,
  },
  'there is no canary': {
    series: (of) => [of('stable', false, 'a', grows(20)), of('stable', true, 'a', grows(20))],
    finds: { ...NOTHING, share: 0.2 },
  },
  'the canary has pods and no requests': {
    series: (of) => [
      of('canary', false, 'a', '7+0x120'),
      of('canary', true, 'a', '7+0x120'),
      of('stable', false, 'a', grows(40)),
    ],
    finds: { ...NOTHING, share: 0.2 },
  },
  'the canary has fewer requests than it takes to judge it by shares': {
    series: (of) => [
      of('canary', false, 'a', grows(1)),
      of('canary', true, 'a', grows(1)),
      of('stable', false, 'a', grows(40)),
    ],
    finds: { ...NOTHING, failures: 10 },
  },
  'the canary’s pods were gone before the window began': {
    series: (of) => [
      of('canary', false, 'a', '0+9x100'),
      of('canary', true, 'a', '0+9x100'),
      of('stable', false, 'a', grows(40)),
    ],
    finds: { ...NOTHING, share: 0.2 },
  },
  'nothing is scraped at all': { series: () => [], finds: { ...NOTHING, share: undefined } },
  'a counter that begins with its failures hides those of its first scrape, as the guide says': {
    series: (of) => [of('canary', false, 'a', grows(10)), of('canary', true, 'a', '_x110 30+0x10')],
    finds: { failures: 0 },
  },
  'the same counter begins at 0, as the guide says it should': {
    series: (of) => [of('canary', false, 'a', grows(10)), of('canary', true, 'a', '0+0x110 30+0x10')],
    finds: { failures: 30 },
    within: 1.5,
  },
  'the canary fails three minutes ago, and no more': {
    series: (of) => [
      of('canary', false, 'a', grows(10)),
      of('canary', true, 'a', '0+0x110 10+10x2 30+0x10'),
      of('stable', false, 'a', grows(40)),
    ],
    finds: { 'burn in two windows': 0, failures: 30 },
    within: 1.5,
  },
};

describeWithPromtool('the ready-made queries in Prometheus', () => {
  const cases = new Map<string, QueryCase>();
  for (const [source, { requests, series: of }] of Object.entries(SOURCES)) {
    for (const [situation, { series: made, finds, within }] of Object.entries(SITUATIONS)) {
      for (const [check, expected] of Object.entries(finds)) {
        const query = queryOf(CHECKS[check as keyof typeof CHECKS], requests);
        cases.set(`counted by ${source}, ${situation}: ${check}`, {
          series: made(of),
          query,
          at: AT,
          expected,
          within,
        });
      }
    }
  }
  let verdicts: Map<string, string>;
  beforeAll(() => {
    verdicts = judge(cases);
  });

  test.each([...cases.keys()])('%s', (name) => {
    expect(verdicts.get(name)).toBe('');
  });
});
