import { type JunitCase, type JunitSuite, writeJunit } from '../../formats/junit';
import { pageOf, type Severity } from '../../rules';
import { releaseProperties } from '../../versions';
import type { Finding } from '../engine/finding';
import { wholeMessage } from '../engine/finding';
import { atLeast } from '../engine/lint';
import { type ReportContext, summarize } from './summary';

/** Findings for CI systems that show tests: one suite per file, one case per finding. A note is a case that passes. */
export function junitReport(context: ReportContext, failOn: Severity | 'never'): string {
  const { result, unreadable } = context;
  const byFile = new Map<string, JunitCase[]>();
  for (const finding of result.findings) {
    const cases = byFile.get(finding.file);
    if (cases) cases.push(caseOf(finding, failOn));
    else byFile.set(finding.file, [caseOf(finding, failOn)]);
  }
  const suites: JunitSuite[] = [...byFile].map(([name, cases]) => ({ name, cases }));
  for (const { name, message } of unreadable) {
    suites.push({ name, cases: [{ name: 'read', outcome: { kind: 'error', message } }] });
  }
  if (suites.length === 0) {
    const name = `nothing found in ${summarize(context).files} files`;
    suites.push({ name: 'cdk8s-canary lint', cases: [{ classname: 'lint', name }] });
  }
  return writeJunit('cdk8s-canary lint', suites, context.versions && releaseProperties(context.versions));
}

function caseOf(finding: Finding, failOn: Severity | 'never'): JunitCase {
  const { file, path, code, severity, line, column } = finding;
  const message = wholeMessage(finding);
  const body = `${file}${line === undefined ? '' : `:${line}:${column}`}\n${message}\n${pageOf(code)}`;
  const name = `${code} ${path || file}`;
  return failOn !== 'never' && atLeast(severity, failOn)
    ? { name, outcome: { kind: 'failure', type: severity, message, body } }
    : { name, output: body };
}
