// A plain simulation of updates, independent of src/: pods that count requests, a Prometheus that scrapes each at its own times,
// and the queries of the checks evaluated over the raw samples at the moments that a plan states.
import { compile } from './evaluate.mjs';

/** Numbers between 0 and 1, the same at each run. */
export function randomFrom(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** A Poisson variable: products of uniform numbers for a small mean; for a large one a part of it by a gamma variable. */
function poisson(mean, uniform) {
  let count = 0;
  while (mean > 30) {
    const whole = Math.floor((7 * mean) / 8);
    const at = gamma(whole, uniform);
    if (at > mean) return count + binomial(whole - 1, mean / at, uniform);
    count += whole;
    mean -= at;
  }
  const end = Math.exp(-mean);
  for (let product = uniform(); product > end; product *= uniform()) count++;
  return count;
}

/** The time of the event number `shape` of a Poisson process, by Marsaglia and Tsang. */
function gamma(shape, uniform) {
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(1 - uniform()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
  }
}

function binomial(n, p, uniform) {
  let count = 0;
  if (p <= 0) return 0;
  if (p > 0.5) return n - binomial(n, 1 - p, uniform);
  // From one success to the next.
  for (let i = -1; ; count++) {
    i += 1 + Math.floor(Math.log(1 - uniform()) / Math.log(1 - p));
    if (i >= n) return count;
  }
}

/** The standard normal distribution, by the complementary error function of Numerical Recipes. */
function normal(x) {
  const z = Math.abs(x) / Math.SQRT2;
  const t = 1 / (1 + 0.5 * z);
  const terms = [
    1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587, -0.82215223, 0.17087277,
  ];
  const sum = terms.reduceRight((sum, term) => sum * t + term, 0);
  const tail = 0.5 * t * Math.exp(-z * z - 1.26551223 + t * sum);
  return x > 0 ? 1 - tail : tail;
}

const BOUNDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, Infinity];
/** What a service discovery needs to find a pod, in seconds. */
const DISCOVERY = 5;
/** Of the stable version's counters before the update. */
const FAR = 1e5;

function partsOf({ p50, p99 }) {
  const sigma = Math.log(p99 / p50) / 2.3263478740408408;
  const below = BOUNDS.map((bound) => (bound === Infinity ? 1 : normal(Math.log(bound / p50) / sigma)));
  return below.map((share, i) => share - (below[i - 1] ?? 0));
}

/** A condition of the controller's language that our checks use, as a function of a result. */
const condition = (text) =>
  text === undefined
    ? undefined
    : new Function(
        'result',
        `const len = (one) => one.length; return ${text.replaceAll(/\bisNaN\b/g, 'Number.isNaN')};`,
      );

/**
 * Makes a rollout ready. `plan` is that of `plan -f json`, `world` what both engines are told, `namespace` that of the app.
 * Returns a function that simulates one update with a version and says whether it is stopped.
 */
export function referenceOf(plan, world, namespace) {
  const { stretches, analyses, rollout } = plan;
  const end = plan.seconds;
  const measured = analyses.flatMap(({ metrics }) =>
    metrics.map(({ metric, at }) => ({ metric, at: at.map((one) => one.seconds) })),
  );
  const text = JSON.stringify(measured);
  const reach = Math.max(...[...text.matchAll(/\[(\d+)m\]/g)].map(([, minutes]) => Number(minutes) * 60));
  const latencies = text.includes('_seconds_bucket');
  const stableRead = text.includes('stable-pod-template-hash');
  const stretchAt = (time) => stretches.findLast(({ from }) => from.seconds <= time) ?? stretches[0];

  const pods = [];
  const add = (hash, since, index) =>
    pods.push({ hash, since, index, times: [], series: {}, served: hash === 'stable' ? -Infinity : since });
  const most = Math.max(...stretches.map(({ canary }) => canary));
  for (let i = 0; i < most; i++) add('canary', stretches.find(({ canary }) => canary > i).from.seconds, i);
  if (stableRead) for (let i = 0; i < rollout.replicas; i++) add('stable', -reach - 2 * world.scrapeInterval, i);

  const all = [];
  for (const pod of pods) {
    const base = {
      namespace,
      rollouts_pod_template_hash: `${pod.hash}-pod-template-hash`,
      pod: `${pod.hash}-${pod.index}`,
    };
    const make = (name, labels, appears) => {
      const one = {
        labels: { __name__: name, ...base, ...labels },
        times: pod.times,
        values: [],
        first: Infinity,
        appears,
      };
      one.from = () => (appears ? one.first : 0);
      one.to = () => pod.times.length - 1;
      all.push(one);
      return one;
    };
    pod.series = {
      succeeded: make('http_requests_total', { code: '200' }, true),
      failed: make('http_requests_total', { code: '500' }, true),
      ...(latencies
        ? {
            count: make('http_request_duration_seconds_count', {}, true),
            buckets: BOUNDS.map((bound) =>
              make('http_request_duration_seconds_bucket', { le: bound === Infinity ? '+Inf' : String(bound) }, true),
            ),
          }
        : {}),
    };
  }

  const checks = measured.map(({ metric, at }) => ({
    metric,
    success: condition(metric.successCondition),
    failure: condition(metric.failureCondition),
    at: at.map((time) => ({
      time,
      value: compile(metric.query.replaceAll('{{args.canary-weight}}', String(stretchAt(time).share)), all),
    })),
  }));

  /** One update: requests of a pod arrive at a rate that is constant within a stretch. */
  function draw(versions, uniform) {
    for (const pod of pods) {
      const { errorRate, parts } = versions[pod.hash];
      const { times, series } = pod;
      times.length = 0;
      const long = pod.hash === 'stable';
      for (const one of Object.values(series).flat()) {
        one.values.length = 0;
        one.first = long ? 0 : Infinity;
      }
      const totals = { succeeded: long ? FAR : 0, failed: long ? FAR * errorRate : 0, count: long ? FAR : 0 };
      const buckets = BOUNDS.map((_, i) => (long ? FAR * parts.slice(0, i + 1).reduce((a, b) => a + b, 0) : 0));
      const begin = pod.since + (long ? 0 : DISCOVERY);
      let before = long ? begin : pod.since;
      for (let at = begin + uniform() * world.scrapeInterval; at <= end; at += world.scrapeInterval) {
        const mean = requestsOf(pod, before, at);
        before = at;
        let requests = 0;
        if (latencies) {
          let below = 0;
          parts.forEach((part, i) => {
            below += poisson(mean * part, uniform);
            buckets[i] += below;
          });
          requests = below;
          totals.count += requests;
        } else requests = poisson(mean, uniform);
        const failed = binomial(requests, errorRate, uniform);
        totals.failed += failed;
        totals.succeeded += requests - failed;
        times.push(at);
        const keep = (one, value) => {
          one.values.push(value);
          if (value > 0 && one.first === Infinity) one.first = one.values.length - 1;
        };
        for (const name of ['succeeded', 'failed', ...(latencies ? ['count'] : [])]) keep(series[name], totals[name]);
        // All buckets of a histogram appear together.
        if (latencies) {
          series.buckets.forEach((one, i) => {
            one.values.push(buckets[i]);
            one.first = series.count.first;
          });
        }
      }
    }
  }

  function requestsOf({ hash }, from, to) {
    let sum = 0;
    for (let at = from; at < to;) {
      const stretch = at < 0 ? undefined : stretchAt(at);
      const until = Math.min(to, stretch ? stretch.to.seconds : 0, at < 0 ? 0 : Infinity);
      const share = (stretch?.share ?? 0) / 100;
      const [part, count] =
        hash === 'canary' ? [share, stretch?.canary ?? 0] : [1 - share, stretch?.stable ?? rollout.replicas];
      if (count > 0) sum += ((until > at ? until - at : 0) * world.rps * part) / count;
      at = until > at ? until : to;
    }
    return sum;
  }

  function isStopped() {
    return checks.some(({ metric, success, failure, at }) => {
      let [failed, inconclusive] = [0, 0];
      for (const { time, value } of at) {
        const result = value(time).map((one) => one.value);
        const phase = phaseOf(result, success, failure);
        if (phase === 'failed' && ++failed > metric.failureLimit) return true;
        if (phase === 'inconclusive' && ++inconclusive > metric.inconclusiveLimit) return true;
      }
      return false;
    });
  }

  return (versions, uniform) => {
    draw(
      {
        canary: { ...versions.canary, parts: partsOf(versions.canary.latency) },
        stable: { ...versions.stable, parts: partsOf(versions.stable.latency) },
      },
      uniform,
    );
    return isStopped();
  };
}

function phaseOf(result, success, failure) {
  if (failure?.(result)) return 'failed';
  if (success?.(result)) return 'successful';
  if (failure && success) return 'inconclusive';
  return success ? 'failed' : 'successful';
}
