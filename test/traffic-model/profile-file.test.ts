import Ajv from 'ajv';
import { parse } from 'yaml';
import { DEFAULT_PROFILE, ProfileError, profileSchema, readProfile } from '../../src/traffic-model';

const RIGHT = `# an ordinary Tuesday
rps: [5, 3, 2, 2, 4, 9, 20, 35, 40, 42, 41, 40, 38, 39, 41, 43, 44, 40, 33, 26, 20, 15, 11, 8]
startsAt: "10:30"
users: 12000
baselineErrorRate: 0.1%
errorRate: 2%
latency: { p50: 40ms, p99: 0.4 }
podStart: 25s
podStartSpread: 10
pods: 6
scrapeInterval: 15s
scrapeJitter: 500ms
countersFromZero: true
slo: 99.9%
sloDays: 28
`;

/** What is wrong with a profile. */
function problems(text: string): readonly string[] {
  try {
    readProfile('traffic.yaml', text);
  } catch (error) {
    return (error as ProfileError).problems;
  }
  return [];
}

describe('a traffic profile', () => {
  test('is read in the units that people write', () => {
    expect(readProfile('traffic.yaml', RIGHT)).toMatchObject({
      startsAt: 37_800,
      users: 12_000,
      baselineErrorRate: 0.001,
      errorRate: 0.02,
      latency: { p50: 0.04, p99: 0.4 },
      podStart: 25,
      podStartSpread: 10,
      scrapeJitter: 0.5,
      slo: expect.closeTo(0.999, 12) as number,
    });
    expect(readProfile('traffic.json', '{"rps": 20, "errorRate": 0.02}')).toEqual({ rps: 20, errorRate: 0.02 });
  });

  test('says everything that is wrong with it at once, and where', () => {
    expect(problems('rps: -1\nerorRate: 2%\nerrorRate: 3\npodStart: soon\nlatency: { p50: 1, p99: 0.5 }\n')).toEqual([
      'traffic.yaml:1:6  rps is -1; give requests per second, 0 or more, or a list of at most 1440 of them over the day or the week',
      "traffic.yaml:2:1  a traffic profile has no field 'erorRate'; did you mean 'errorRate'?",
      'traffic.yaml:3:12  errorRate is 3; give a share such as 0.02 or 2%',
      'traffic.yaml:4:11  podStart is "soon"; give seconds, or a duration such as 30s or 5m',
      'traffic.yaml:5:10  latency is {"p50":1,"p99":0.5}; give p50 and p99, and p90 between them if it is known, in seconds or as durations, none below the one before',
    ]);
  });

  test.each([
    ['error_rate: 0.1', "1:1  a traffic profile has no field 'error_rate'; did you mean 'errorRate'?"],
    ['colour: red', "1:1  a traffic profile has no field 'colour'; use one of rps, startsAt, startsOn, users"],
    ['rps:', '1:5  rps is null; give requests per second'],
    ['rps: []', '1:6  rps is []; give requests per second'],
    ['pods: 2.5', '1:7  pods is 2.5; give a whole number of 1 or more'],
    ['slo: 100%', '1:6  slo is "100%"; give a share below 1'],
    ['startsAt: "25:00"', '1:11  startsAt is "25:00"; give a time of the day'],
    ['latencyBuckets: [1, 0.5]', '1:17  latencyBuckets is [1,0.5]; give at most 500 ascending seconds'],
    ['scrapeInterval: 10s\nscrapeJitter: 10s', '2:15  scrapes come up to 10 s late, and there is one every 10 s'],
    ['- 1', '1:1  this is no traffic profile'],
    ['rps: [1', 'not valid YAML'],
    ['', '1:1  this is no traffic profile'],
  ])('%s', (text, message) => {
    expect(problems(text).join('\n')).toContain(message);
  });

  test('has a schema for editors, which accepts what is read and refuses what is not', () => {
    const validate = new Ajv({ strict: false }).compile(profileSchema(DEFAULT_PROFILE));
    expect(validate(parse(RIGHT))).toBe(true);
    expect(validate({ ...DEFAULT_PROFILE })).toBe(true);
    for (const wrong of [{ rps: -1 }, { erorRate: 0.1 }, { errorRate: 3 }, { podStart: 'soon' }, { slo: 'no' }]) {
      expect(validate(wrong)).toBe(false);
    }
  });
});

describe('personAfter, the former name of approvalAfter', () => {
  test('is still read', () => {
    expect(readProfile('profile.yaml', 'personAfter: 2m\n')).toEqual({ approvalAfter: 120 });
  });

  test('is refused together with the new name', () => {
    expect(() => readProfile('profile.yaml', 'approvalAfter: 1m\npersonAfter: 2m\n')).toThrow(
      'profile.yaml:2:1  personAfter is the former name of approvalAfter, and both are given; leave personAfter out',
    );
  });
});
