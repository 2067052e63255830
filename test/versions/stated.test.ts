import { NEWEST, SYSTEMS, readVersions, formatVersions } from '../../src/versions';

test('what is not stated is the newest release of the table', () => {
  expect(readVersions({})).toEqual({ versions: NEWEST, problems: [] });
  for (const [key, releases] of Object.entries(NEWEST)) {
    expect(releases).toEqual([SYSTEMS[key as keyof typeof SYSTEMS].releases.at(-1)]);
  }
});

test('what is stated replaces the newest, of that system alone', () => {
  const { versions, problems } = readVersions({ argoRollouts: '1.8 - 1.9', prometheus: '2.42' });
  expect(problems).toEqual([]);
  expect(versions).toEqual({ ...NEWEST, argoRollouts: ['1.8', '1.9'], prometheus: ['2.42'] });
});

test('problems name the key as it is written, and leave the newest', () => {
  const { versions, problems } = readVersions({ argoRollout: '1.9', istio: '0.1', prometheus: 3.1, argoCd: 'x' });
  expect(versions).toEqual(NEWEST);
  expect(problems).toEqual([
    { key: 'argoRollout', message: expect.stringContaining("'argoRollout' is no system; there are argoRollouts") },
    { key: 'istio', message: expect.stringContaining('nothing is known of release 0.1') },
    // YAML reads 3.10 as the number 3.1.
    { key: 'prometheus', message: 'write the release as text: "3.1"' },
    { key: 'argoCd', message: expect.stringContaining("'x' is not a release") },
  ]);
});

test.each(['__proto__', 'constructor', 'toString'])('%s is no system either', (key) => {
  expect(readVersions(JSON.parse(`{"${key}": "1.9"}`) as object as Record<string, unknown>).problems).toHaveLength(1);
});

test('in one line', () => {
  const { versions } = readVersions({ argoRollouts: '1.8 - 1.9' });
  expect(formatVersions(versions, ['argoRollouts', 'istio'])).toBe('Argo Rollouts 1.8 and 1.9, Istio 1.32');
});
