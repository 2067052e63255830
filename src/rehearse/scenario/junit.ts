import type { ScenarioResult } from './run';

/** Results of scenarios for CI systems that show tests: a suite a file, a case a scenario. */
export function scenarioJunit(results: readonly ScenarioResult[]): string {
  const files = [...new Set(results.map(({ file }) => file))];
  const suites = files.map((file) => {
    const own = results.filter((result) => result.file === file);
    const count = (status: ScenarioResult['status']): number => own.filter((one) => one.status === status).length;
    const cases = own.map(testCase).join('\n');
    return `  <testsuite name="${escape(file)}" tests="${own.length}" failures="${count('failed')}" errors="${count('broken')}" skipped="${count('skipped')}">\n${cases}\n  </testsuite>`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="cdk8s-canary test">\n${suites.join('\n')}\n</testsuites>\n`;
}

function testCase({ file, name, place, status, engine, problems, details, seconds }: ScenarioResult): string {
  const where = place ? `${file}:${place.line}:${place.column}` : file;
  const body = [where, ...problems, ...details].join('\n');
  const message = escape(problems.join('; '));
  const inner = {
    passed: '',
    failed: `<failure message="${message}">${escape(body)}</failure>`,
    broken: `<error message="${message}">${escape(body)}</error>`,
    skipped: `<skipped message="${message}"/>`,
  }[status];
  const out = `<system-out>${escape([engine, ...(status === 'passed' ? details : [])].join('\n'))}</system-out>`;
  return `    <testcase classname="${escape(file)}" name="${escape(name)}" time="${seconds.toFixed(3)}">${inner}${out}</testcase>`;
}

const ENTITIES: { readonly [char: string]: string } = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\n': '&#10;',
};

const escape = (text: string): string =>
  text
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\uFFFD')
    .replace(/[&<>"\n]/g, (char) => ENTITIES[char]);
