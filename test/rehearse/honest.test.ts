import { graphOfLoaded, loadManifests } from '../../src/graph';
import { plannedRollouts } from '../../src/controller';
import { outcomeText } from '../../src/rehearse/report/wording';
import { changed, describeReal, manifests, rehearsed, rendered } from './real';

const DEFAULT = rendered('quickstart.k8s.yaml');
const BAD = { profile: { rps: 20, errorRate: 0.02, baselineErrorRate: 0 } };

/** A version that fails 2 % is rolled back by these manifests, and the value is what it failed in five minutes. */
const outcomeOf = async (text: string, world = BAD) => {
  const { updates, notes } = await rehearsed(text, world);
  return { ...updates[0], notes, values: updates[0].measurements.map(({ answer }) => answer?.series[0]?.values[0]) };
};

describeReal('a rehearsal has nothing but what its Prometheus was fed with', () => {
  test('a version that fails 2 % is caught, by about as many failures as there were', async () => {
    const { outcome, values, measurements } = await outcomeOf(DEFAULT);
    expect(outcome).toBe('aborted');
    const { failures } = measurements[0].traffic!.canary;
    expect(Math.abs(values[0]! - failures)).toBeLessThan(0.15 * failures);
  });

  test('without the hash on the series the canary is not found any more', async () => {
    const { outcome, values } = await outcomeOf(changed(DEFAULT, /  podTargetLabels:\n.*\n/, ''));
    expect([outcome, values]).toEqual(['paused', [undefined]]);
  });

  test("nor with a relabeling that leads past the proxy's port", async () => {
    const { outcome, values } = await outcomeOf(changed(DEFAULT, '$1:15020', '$1:15021'));
    expect([outcome, values]).toEqual(['paused', [undefined]]);
  });

  test('nor when the address is not relabeled at all: the app has no such page', async () => {
    const { outcome } = await outcomeOf(changed(DEFAULT, /      relabelings:\n(?: {8}.*\n)+/, ''));
    expect(outcome).toBe('paused');
  });

  test('nor when the samples are dropped as they come in', async () => {
    const drop = '      metricRelabelings: [{ action: drop, sourceLabels: [__name__], regex: http_requests_total }]\n';
    const { outcome } = await outcomeOf(changed(DEFAULT, '      relabelings:\n', `${drop}      relabelings:\n`));
    expect(outcome).toBe('paused');
  });

  test('nor in a window that holds a single scrape', async () => {
    const { outcome, values } = await outcomeOf(changed(DEFAULT, /\[5m\]/g, '[29s]'));
    expect([outcome, values]).toEqual(['paused', [undefined]]);
  });

  test('a monitor whose selector fits no Service scrapes nothing', async () => {
    const text = changed(
      DEFAULT,
      /(podTargetLabels:\n.*\n  selector:\n    matchLabels:\n      app: )checkout/,
      '$1nobody',
    );
    expect((await outcomeOf(text)).outcome).toBe('paused');
  });

  test('a monitor that the operator refuses is left out, with a word about it', async () => {
    const text = changed(
      DEFAULT,
      'action: replace\n          regex: (.+):[0-9]+',
      'action: replace\n          regex: (',
    );
    const { outcome, notes } = await outcomeOf(text);
    expect(outcome).toBe('paused');
    expect(notes.join('\n')).toMatch(/ServiceMonitor shop\/checkout scrapes nothing: /);
  });

  test('a window as short as two scrapes sees only a part of what failed', async () => {
    const { values, measurements } = await outcomeOf(changed(DEFAULT, /\[5m\]/g, '[70s]'));
    expect(values[0]!).toBeLessThan(40);
    expect(measurements[0].window).toBe(70);
  });

  test('seconds after its pods are there, the canary fills no window, and the rehearsal says so', async () => {
    const { notes, measurements } = await outcomeOf(changed(DEFAULT, '      initialDelay: 5m\n', ''));
    expect(measurements[0].filled).toBeLessThan(90);
    expect(notes.join()).toMatch(/the window of 'failures' is never filled: it looks back 5 min/);
  });

  test('the canary gets requests until the stable version has its pods again, and the result says how long', async () => {
    const scaled = changed(DEFAULT, '    canary:\n', '    canary:\n      dynamicStableScale: true\n');
    const heavy = changed(scaled, /setWeight: \d+/, 'setWeight: 60');
    const slow = { profile: { ...BAD.profile, podStart: 90 } };
    const texts = await Promise.all(
      [heavy, DEFAULT].map(async (text) => {
        const { updates } = await rehearsed(text, slow);
        expect(updates[0].outcome).toBe('aborted');
        return outcomeText(manifests(text).planned.model!, updates[0]);
      }),
    );
    expect(texts[0]).toMatch(
      /^aborted after .* failed requests; the canary gets requests until 1 min 30 s after the abort$/,
    );
    expect(texts[1]).toMatch(/^aborted after .* failed requests$/);
  });

  test('where an autoscaler has made more pods, more are there', async () => {
    const { updates } = await rehearsed(DEFAULT, { profile: { ...BAD.profile, pods: 6 } });
    expect(updates[0].frames[0].stable.spec).toBe(6);
    expect(updates[0].outcome).toBe('aborted');
  });

  test('of two environments whose objects share their names, each is a cluster of its own', async () => {
    const [staging, production] = ['staging', 'production'].map((name) => ({
      name: `${name}/app.yaml`,
      text: name === 'staging' ? DEFAULT : changed(DEFAULT, 'result[0] <= 5', 'result[0] <= 6'),
    }));
    const graph = graphOfLoaded(loadManifests([staging, production]));
    for (const planned of plannedRollouts(graph)) {
      const { updates, notes } = await rehearsed(DEFAULT, BAD, { graph, planned });
      expect(updates[0].outcome).toBe('aborted');
      expect(notes).toEqual([expect.stringMatching(/^after an abort, Service 'checkout-canary' selects /)]);
    }
  });

  test('other requests come with another seed, the same with the same', async () => {
    const [first, again, other] = [
      await rehearsed(DEFAULT, BAD, { seed: 7 }),
      await rehearsed(DEFAULT, BAD, { seed: 7 }),
      await rehearsed(DEFAULT, BAD, { seed: 8 }),
    ];
    expect(again).toEqual(first);
    expect(other.updates[0].measurements[0].answer).not.toEqual(first.updates[0].measurements[0].answer);
  });
});
