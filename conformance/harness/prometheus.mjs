// The tests that a real Prometheus judges (catalogue, counters, monitoring rules, rehearsals and scenarios), with the newest
// release. With the one that is installed, `npm test` runs them.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { PROMETHEUS_3, pathOf } from './oracles.mjs';

const TESTS = [
  'test/analysis/others-in-prometheus.test.ts',
  'test/analysis/requests-in-prometheus.test.ts',
  'test/monitoring/in-prometheus.test.ts',
  'test/rehearse',
];

/** Runs the tests with the programs of a folder: all cases, or those that `npm test` tries. */
function judge(folder, whole) {
  const results = mkdtempSync(join(tmpdir(), 'prometheus-tests-'));
  try {
    const file = join(results, 'results.json');
    const { PATH } = process.env;
    const programs = { PATH: `${folder}${delimiter}${PATH}`, PROMTOOL: join(folder, 'promtool') };
    const env = { ...process.env, ...programs, CI: 'true', ...(whole && { TESTS: 'whole' }) };
    spawnSync('npx', ['jest', ...TESTS, '--json', '--outputFile', file], {
      env,
      stdio: ['ignore', 'ignore', 'ignore'],
      maxBuffer: 1 << 28,
    });
    return JSON.parse(readFileSync(file, 'utf8'));
  } finally {
    rmSync(results, { recursive: true, force: true });
  }
}

export function prometheus({ only, share }) {
  const folder = pathOf('prometheus-3-programs');
  mkdirSync(folder, { recursive: true });
  for (const command of ['prometheus', 'promtool']) {
    rmSync(join(folder, command), { force: true });
    symlinkSync(pathOf(`${command}-${PROMETHEUS_3}`), join(folder, command));
  }
  const { numPassedTests, numFailedTests, testResults } = judge(folder, share === 1);
  const disagreements = testResults.flatMap(({ assertionResults, message }) => {
    const failed = assertionResults.filter(({ status }) => status === 'failed');
    const texts = failed.map(({ fullName, failureMessages }) => `${fullName}\n${failureMessages.join('\n')}`);
    if (assertionResults.length === 0 && message) texts.push(message);
    return texts.map((text) => ({ agree: false, text: `Prometheus ${PROMETHEUS_3}: ${text}` }));
  });
  const figures = { release: PROMETHEUS_3, passed: numPassedTests, failed: numFailedTests };
  return { figures, disagreements: only ? [] : disagreements };
}
