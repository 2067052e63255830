import { changed, conditions, describeReal, rehearsed, rendered } from './real';

const REFERENCE = rendered('rollouts-demo.k8s.yaml');
const NONE = { rps: 1, errorRate: 0, baselineErrorRate: 0 };
const SOME = { rps: 1, errorRate: 0.2, baselineErrorRate: 0.2 };

describeReal("the walk-through's eight manifests", () => {
  test('with more than five 500s in five minutes the analysis fails, and the canary is rolled back', async () => {
    const { updates } = await rehearsed(REFERENCE, { profile: SOME, approvalAfter: 360 });
    expect(updates[0]).toMatchObject({ outcome: 'aborted', endedAt: 390 });
    const [{ phase, answer, traffic }, ...others] = updates[0].measurements;
    expect(others).toEqual([]);
    expect(phase).toBe('Failed');
    expect(answer!.series[0].values[0]).toBeGreaterThan(5);
    expect(traffic!.canary.failures).toBeGreaterThan(5);
  });

  test('a retry without any passes', async () => {
    const retry = { after: 900, conditions: conditions({ profile: NONE }) };
    const { updates } = await rehearsed(REFERENCE, { profile: SOME, approvalAfter: 360 }, { retry });
    expect(updates.map(({ outcome }) => outcome)).toEqual(['aborted', 'promoted']);
    expect(updates[1].measurements).toMatchObject([{ phase: 'Successful', answer: { series: [{ values: [0] }] } }]);
  });

  test('and it passes by the series of the old pods, which the canary Service selected before', async () => {
    const retry = { after: 900, conditions: conditions({ profile: NONE }) };
    const first = { profile: SOME, approvalAfter: 360 };
    const { updates, notes } = await rehearsed(REFERENCE, first, { retry });
    expect(updates[1].measurements[0].firstOf).toBe('stable');
    expect(notes.join()).toMatch(
      /each pod is scraped 2 times \(.*\); so the series of the canary Service .* are the old version’s/,
    );
    const later = { after: 900, conditions: conditions({ profile: NONE, approvalAfter: 360 }) };
    const lost = await rehearsed(REFERENCE, first, { retry: later });
    expect(lost.updates[1]).toMatchObject({ outcome: 'aborted', measurements: { length: 5 } });
  });

  test('where nothing has failed the result is empty: five errors, ten seconds apart, and a rollback', async () => {
    const { updates } = await rehearsed(REFERENCE, { profile: NONE });
    expect(updates[0]).toMatchObject({ outcome: 'aborted', endedAt: 130, failedRequests: 0 });
    expect(updates[0].measurements.map(({ at, phase }) => [at, phase])).toEqual([
      [90, 'Error'],
      [100, 'Error'],
      [110, 'Error'],
      [120, 'Error'],
      [130, 'Error'],
    ]);
    expect(updates[0].measurements.every(({ answer }) => answer!.series.length === 0)).toBe(true);
  });

  test('with the condition that its author asked for, the empty result passes', async () => {
    const corrected = changed(REFERENCE, 'result[0] <= 5', 'len(result) == 0 || result[0] <= 5');
    const { updates } = await rehearsed(corrected, { profile: NONE });
    expect(updates[0]).toMatchObject({ outcome: 'promoted', measurements: [{ phase: 'Successful' }] });
  });

  test('in another namespace than that of the query nothing is found, whatever fails', async () => {
    const { updates } = await rehearsed(REFERENCE, { profile: SOME, approvalAfter: 360 }, { namespace: 'shop' });
    expect(updates[0].measurements.map(({ phase }) => phase)).toEqual(Array(5).fill('Error'));
  });
});

describeReal("the library's default analysis", () => {
  const DEFAULT = rendered('quickstart.k8s.yaml');

  test('does not take the absence of failures for the absence of data', async () => {
    const { updates } = await rehearsed(DEFAULT, { profile: { rps: 20, errorRate: 0, baselineErrorRate: 0 } });
    expect(updates[0]).toMatchObject({
      outcome: 'promoted',
      measurements: [{ phase: 'Successful', answer: { series: [{ values: [0] }] } }],
    });
  });

  test('without traffic asks manual approval', async () => {
    const { updates } = await rehearsed(DEFAULT, { profile: { rps: 0 } });
    expect(updates[0]).toMatchObject({
      outcome: 'paused',
      measurements: [{ phase: 'Inconclusive', answer: { series: [] } }],
    });
  });

  test('counts what the canary failed, and not what the stable version did', async () => {
    const { updates } = await rehearsed(DEFAULT, { profile: { rps: 20, errorRate: 0, baselineErrorRate: 0.5 } });
    expect(updates[0].outcome).toBe('promoted');
    expect(updates[0].measurements[0].traffic!.stable.failures).toBeGreaterThan(1000);
  });
});
