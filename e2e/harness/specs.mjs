// Random canaries that take seconds instead of minutes, each with what happens to its update.

/** What may happen to an update: how the new version behaves, and the row of the plan that says what comes of it. */
export const FATES = {
  healthy: { tag: 'v2' },
  failing: { tag: 'errors-50', row: 'every-failure' },
  silent: { tag: 'silent', row: 'no-series' },
  refused: { tag: 'v2', row: 'refused' },
};

/** Numbers in [0, 1) from a seed (mulberry32). */
export function randomOf(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function randomSpecs({ count, seed, namespace, prometheus, closed }) {
  const random = randomOf(seed);
  const among = (values) => values[Math.floor(random() * values.length)];
  const between = (low, high) => low + Math.floor(random() * (high - low + 1));
  const fates = Object.keys(FATES);
  return Array.from({ length: count }, (_, i) => {
    const name = `app-${i}`;
    const fate = fates[i % fates.length];
    const blueGreen = random() < 0.2;
    const weights = [...new Set([among([20, 25, 30]), among([40, 50, 60]), among([75, 80])])].slice(0, between(1, 3));
    const judged = between(0, weights.length - 1);
    const steps = weights.flatMap((weight, step) => [
      { setWeight: weight },
      ...(random() < 0.6 ? [{ pause: `${between(2, 6)}s` }] : []),
      ...(step === judged ? ['analysis'] : []),
    ]);
    const spec = {
      image: `registry.example.com/${name}:v1`,
      port: 8080,
      prometheus: fate === 'refused' ? closed : prometheus,
      replicas: between(1, 4),
      failures: { atMost: 5, within: '10s', noData: among(['pause', 'fail', 'succeed']) },
      monitoring: { interval: '1s' },
      ...(blueGreen
        ? { blueGreen: random() < 0.5 ? { autoPromotionAfter: '5s' } : {} }
        : {
            hosts: [`${name}.example.com`],
            steps,
            strategy: random() < 0.3 ? { dynamicStableScale: true } : { scaleDownDelay: '5s' },
            rollout: random() < 0.3 ? { minReady: '2s' } : {},
          }),
    };
    return {
      name,
      fate,
      spec: { apiVersion: 'cdk8s-canary.dev/v1', kind: 'CanaryApp', metadata: { name, namespace }, spec },
    };
  });
}
