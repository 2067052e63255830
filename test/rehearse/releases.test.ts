import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { lookUp, PROMETHEUS } from '../../src/versions';
import { changed, describeReal, rehearsed } from './real';

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
