import { atLeast } from '../engine/lint';
import { pageOf, type Severity } from '../../rules';
import { wholeMessage } from '../engine/finding';
import { type ReportContext, summarize } from './summary';

/** For CI systems that show tests: a suite a file, a case a finding. A note is a case that passes. */
export function junitReport(context: ReportContext, failOn: Severity | 'never'): string {
  const { result, unreadable } = context;
  const byFile = new Map<string, string[]>();
  const failures = new Map<string, number>();
  for (const finding of result.findings) {
    const { file, code, severity, line, column } = finding;
    const message = wholeMessage(finding);
    const fails = failOn !== 'never' && atLeast(severity, failOn);
    const body = escape(`${file}${line === undefined ? '' : `:${line}:${column}`}\n${message}\n${pageOf(code)}`);
    const outcome = fails
      ? `<failure type="${severity}" message="${escape(message)}">${body}</failure>`
      : `<system-out>${body}</system-out>`;
    const name = escape(`${code} ${finding.path || file}`);
    const testCase = `    <testcase classname="${escape(file)}" name="${name}">${outcome}</testcase>`;
    byFile.set(file, [...(byFile.get(file) ?? []), testCase]);
    failures.set(file, (failures.get(file) ?? 0) + (fails ? 1 : 0));
  }
  const suites = [...byFile].map(
    ([file, cases]) =>
      `  <testsuite name="${escape(file)}" tests="${cases.length}" failures="${failures.get(file)}" errors="0">\n${cases.join('\n')}\n  </testsuite>`,
  );
  for (const { name, message } of unreadable) {
    suites.push(
      `  <testsuite name="${escape(name)}" tests="1" failures="0" errors="1">\n    <testcase classname="${escape(name)}" name="read"><error message="${escape(message)}"/></testcase>\n  </testsuite>`,
    );
  }
  if (suites.length === 0) {
    const { files } = summarize(context);
    suites.push(
      `  <testsuite name="cdk8s-canary lint" tests="1" failures="0" errors="0">\n    <testcase classname="lint" name="nothing found in ${files} files"/>\n  </testsuite>`,
    );
  }
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="cdk8s-canary lint">\n${suites.join('\n')}\n</testsuites>\n`;
}

const ENTITIES: { readonly [char: string]: string } = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\n': '&#10;',
};

/** XML has no way to write most control characters, nor half a surrogate pair. */
const UNWRITABLE =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

const escape = (text: string): string =>
  text.replace(UNWRITABLE, '\uFFFD').replace(/[&<>"\n]/g, (char) => ENTITIES[char]);
