import { lint } from '../../src/lint';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { graphOfLoaded, loadManifests } from '../../src/graph';

const folder = join(__dirname, '../fixtures/correct');

/** What is better done otherwise even in a manifest that is right, and what only the cluster can tell. */
const REMARKS: Readonly<Record<string, readonly string[]>> = {
  // An irate() over five minutes, as the documentation of Argo Rollouts has it.
  // Its Service is defined elsewhere.
  'analysis.yaml': ['advice PRM016', 'note PRM023'],
  // The Job of the documentation has no deadline.
  'blue-green.yaml': ['advice ANA034'],
  // An experiment judges before the first weight, and nothing after it.
  'experiment.yaml': ['advice ANA026', 'advice ANA034'],
  // Whether the namespace has a proxy is said elsewhere.
  'istio-host-level.yaml': ['note MSH001'],
  // Its steps show the routing and the migration; nothing judges the canary.
  'istio-subset-level.yaml': ['advice ANA035'],
  'scaling-and-migration.yaml': ['advice ANA035'],
};

test.each(readdirSync(folder))('in %s, which does what its documentation says, nothing is wrong', (name) => {
  const text = readFileSync(join(folder, name), 'utf8');
  const { findings } = lint(graphOfLoaded(loadManifests([{ name, text }])));
  expect(findings.map(({ severity, code, line, message }) => [`${severity} ${code}`, line, message])).toEqual(
    (REMARKS[name] ?? []).map((remark) => [remark, expect.any(Number), expect.any(String)]),
  );
});
