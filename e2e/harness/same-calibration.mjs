// Whether two systems told `calibrate` the same.

/** By how much figures may differ: VictoriaMetrics extrapolates no rate to the edges of its window. */
const MARGIN = 0.02;

/** What hangs on the moment at which a system is asked. */
const MOMENTS = new Set(['from', 'to']);

/** One line for each thing that one system tells otherwise. */
export function differences(wanted, found) {
  const lines = [];
  if (wanted.code !== found.code) lines.push(`exit code ${found.code}, not ${wanted.code}: ${found.stderr ?? ''}`);
  compare(plain(wanted), plain(found), [], lines);
  return lines;
}

/** A result without what must differ: addresses, moments, the number of queries. */
function plain({ json, stderr, stdout }) {
  if (json === undefined) return { stderr: withoutAddress(stderr ?? ''), stdout: stdout ?? '' };
  const { profile, missing, notes, latencies, checks } = json;
  return { profile, missing, notes, latencies, checks };
}

const withoutAddress = (text) => text.replaceAll(/https?:\/\/[\d.]+:\d+(\/prometheus)?/g, 'ADDRESS');

function compare(wanted, found, at, lines) {
  const place = at.join('.') || 'the result';
  if (typeof wanted === 'number' && typeof found === 'number') {
    const off = Math.abs(wanted - found);
    if (off > MARGIN * Math.max(Math.abs(wanted), Math.abs(found)) && off > 1e-6)
      lines.push(`${place} is ${found}, not ${wanted}`);
  } else if (typeof wanted === 'string' && typeof found === 'string') {
    if (withoutAddress(wanted) !== withoutAddress(found)) lines.push(`${place} is ${found}, not ${wanted}`);
  } else if (isObject(wanted) && isObject(found)) {
    for (const key of new Set([...Object.keys(wanted), ...Object.keys(found)]))
      if (!MOMENTS.has(key)) compare(wanted[key], found[key], [...at, key], lines);
  } else if (wanted !== found) lines.push(`${place} is ${JSON.stringify(found)}, not ${JSON.stringify(wanted)}`);
}

const isObject = (value) => typeof value === 'object' && value !== null;
