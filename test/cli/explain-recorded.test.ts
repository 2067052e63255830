// Objects that a real control plane had (etcd, kube-apiserver, the controller of Argo Rollouts), recorded by `npm run e2e`.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { runCli } from './run-cli';

const RECORDED = join(__dirname, '../fixtures/recorded/1.10.2');

/** For each recording: the exit code, and sentences of its explanation. */
const SAYS: Readonly<Record<string, readonly [code: number, ...sentences: RegExp[]]>> = {
  'bad-query': [
    1,
    /the update to revision 2 \(\S+:v2\) was aborted; revision 1 \(\S+:v1\) serves the users/,
    /metric share \(prometheus\): 1 measurement could not be made, consecutiveErrorLimit 0: bad_data/,
    /likely cause: Prometheus does not accept the query/,
    /kubectl argo rollouts retry rollout bad-query -n e2e/,
    /- op: replace\n {4}path: \/spec\/template\/spec\/containers\/0\/image\n {4}value: \S+:v1\n/,
    /Pull request: Revert bad-query to revision 1/,
  ],
  'blue-green-failing-promoted': [
    0,
    /is healthy: revision 2 \(\S+:errors-50\) serves all users/,
    /nothing is to be done/,
  ],
  'canary-failing-aborted': [
    1,
    /metric failures \(prometheus\): measured \[48\.8\S*\]; successCondition is .* result\[0\] <= 5; 1 failed, failureLimit 0/,
    /the controller sends 0 % of the requests to revision 2/,
  ],
  'canary-silent-waiting': [
    1,
    /is paused at step 3 of 5: an analysis was inconclusive, so it waits for manual approval/,
    /metric failures \(prometheus\): the query returned nothing/,
    /the controller sends 60 % of the requests to revision 2/,
    /kubectl argo rollouts promote app-2 -n e2e/,
  ],
  'failed-experiment': [
    1,
    /was aborted/,
    /AnalysisRun failed-experiment-\S+-2-0-share, metric share \(prometheus\): measured \[1\]/,
  ],
  'invalid-spec': [
    1,
    /the controller refuses the spec and does nothing/,
    /MaxSurge and MaxUnavailable both can not be zero/,
  ],
  'manual-pause': [
    1,
    /is paused at step 2 of 2: a pause step/,
    /about 100 % of the requests go to revision 2/,
    /kubectl argo rollouts promote manual-pause -n e2e --full/,
  ],
  'no-progress': [1, /is degraded: ProgressDeadlineExceeded/, /revision 2 \(\S+:never-ready\): 0 of 1 pods available/],
};

test('every recording is read', () => {
  expect(
    readdirSync(RECORDED)
      .map((file) => file.replace(/\.yaml$/, ''))
      .sort(),
  ).toEqual(Object.keys(SAYS).sort());
});

test.each(Object.entries(SAYS))('explains %s', async (name, [wanted, ...sentences]) => {
  const { code, out, err } = await runCli(['explain', join(RECORDED, `${name}.yaml`)], { cwd: RECORDED });
  expect(err).toBe('');
  for (const sentence of sentences) expect(out).toMatch(sentence);
  expect(code).toBe(wanted);
});

test.each(Object.keys(SAYS))('explains %s in every format', async (name) => {
  for (const format of ['markdown', 'html', 'json']) {
    const { out, err } = await runCli(['explain', join(RECORDED, `${name}.yaml`), '-f', format], { cwd: RECORDED });
    expect(err).toBe('');
    expect(out).toContain('e2e/');
  }
});
