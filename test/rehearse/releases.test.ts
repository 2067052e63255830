import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { lookUp, PROMETHEUS } from '../../src/versions';
import { changed, conditions, describeReal, rehearsed, rendered } from './real';

/** The query asks for `le="1"`, as a target exposes it. */
const EXPOSED = readFileSync(join(__dirname, '../fixtures/fast-share.yaml'), 'utf8');
const STORED = changed(EXPOSED, 'le="1"', 'le="1.0"');

describeReal('what is scraped is stored as the Prometheus that measures stores it:', () => {
  test('a bucket has the label of that release, whatever release is stated', async () => {
    const [exposed, stored] = [await rehearsed(EXPOSED), await rehearsed(STORED)];
    const [release] = /^\d+\.\d+\.\d+/.exec(exposed.prometheus)!;
    const outcomes = [exposed, stored].map(({ updates: [{ outcome }] }) => outcome);
    expect(outcomes).toEqual(
      lookUp(PROMETHEUS.normalisesBuckets, release) ? ['paused', 'promoted'] : ['promoted', 'paused'],
    );
  });

  test('another release that is stated is named, the same is not', async () => {
    const { notes, prometheus } = await rehearsed(EXPOSED, {}, { statedPrometheus: ['1.0'] });
    const [release] = /^\d+\.\d+\.\d+/.exec(prometheus)!;
    expect(notes).toContainEqual(expect.stringContaining(`Prometheus ${release} measures, and 1.0 is stated`));
    const [series] = /^\d+\.\d+/.exec(release)!;
    const same = await rehearsed(EXPOSED, {}, { statedPrometheus: [series, '1.0'] });
    expect(same.notes.join()).not.toContain('is stated');
  });
});

describeReal('a range that looks before its start is measured by the Prometheus that knows it:', () => {
  const failing = { canary: { ...conditions().canary, errorRate: 0.05 } };

  test.each(['anchored', 'smoothed'])('%s', async (modifier) => {
    const query = rendered('quickstart.k8s.yaml').replaceAll('[5m]', `[5m] ${modifier}`);
    expect(query).toContain(`[5m] ${modifier}`);
    const [release] = /^\d+\.\d+\.\d+/.exec((await rehearsed(EXPOSED)).prometheus)!;
    if (lookUp(PROMETHEUS.anchoredRanges, release) !== 'always') {
      await expect(rehearsed(query, failing)).rejects.toThrow(
        new RegExp(
          `Prometheus ${release}.* refuses the query of metric 'failures': .*unexpected identifier "${modifier}"`,
        ),
      );
      return;
    }
    const { updates } = await rehearsed(query, failing);
    const [measured] = updates[0].measurements;
    const { failures } = measured.traffic!.canary;
    expect([updates[0].outcome, measured.phase]).toEqual(['aborted', 'Failed']);
    // Scrapes are up to 30 s apart, so a tenth of the window may be seen early or late at each end.
    const [value] = measured.answer!.series[0].values;
    expect(Math.abs(value / failures - 1)).toBeLessThan(0.2);
    // Only between samples a counter has no whole number.
    expect(Number.isInteger(value)).toBe(modifier === 'anchored');
  });
});
