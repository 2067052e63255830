import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { lint } from '../../src/lint';
import { upgradeReport } from '../../src/upgrade';
import { NEWEST, newestOf, SYSTEMS } from '../../src/versions';
import { graphOf } from './manifests';

// What the constructs render has forms that all releases accept and judge alike, so that a range needs no choice.

const DIST = join(__dirname, '../../dist');
const RENDERED = readdirSync(DIST).filter((name) => name.endsWith('.k8s.yaml'));

/** What differs all the same, because the systems themselves do: nothing that another form would change. */
const OF_THE_SYSTEMS = new Set([
  'analysis-abort-message',
  'autoscaler-during-abort',
  'condition-error-message',
  'content-type',
  'increase-of-new-counter',
  'istio-without-services',
  'job-result',
  'job-without-image',
  'left-open-ranges',
  'retry-after-failed-analysis',
  'retry-within-scale-down-delay',
  'terminated-job',
  'terminating-metric',
]);

const oldest = { argoRollouts: SYSTEMS.argoRollouts.releases[0], prometheus: SYSTEMS.prometheus.releases[0] };

test.each(RENDERED.map((name) => [name]))('dist/%s is the same on all releases', (name) => {
  const graph = graphOf(readFileSync(join(DIST, name), 'utf8'));
  const newest = newestOf(NEWEST);
  const { changes, notes } = upgradeReport([graph], { ...newest, ...oldest }, newest);
  expect(changes.filter(({ id, effect }) => effect === 'worse' || !OF_THE_SYSTEMS.has(id))).toEqual([]);
  expect(notes).toEqual([]);
  const versions = {
    ...NEWEST,
    argoRollouts: SYSTEMS.argoRollouts.releases,
    prometheus: SYSTEMS.prometheus.releases,
  };
  const errors = (stated: typeof versions): string[] =>
    lint(graph, { versions: stated }).findings.map(({ code, message }) => `${code} ${message}`);
  expect(errors(versions)).toEqual(errors(NEWEST as typeof versions));
});
