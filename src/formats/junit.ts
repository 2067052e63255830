import { markupAttribute, markupText } from './encode/markup';

/** A test suite of a JUnit report. */
export interface JunitSuite {
  readonly name: string;
  readonly cases: readonly JunitCase[];
}

/** A test case of a JUnit report. */
export interface JunitCase {
  readonly name: string;
  /** @default the name of the suite */
  readonly classname?: string;
  /** @default the case passed */
  readonly outcome?: JunitOutcome;
  /** What CI systems show as the output of the case. @default none */
  readonly output?: string;
  /** How long the case took. @default not stated */
  readonly seconds?: number;
}

/** Why a case did not pass. */
export interface JunitOutcome {
  readonly kind: 'failure' | 'error' | 'skipped';
  /** In one line. */
  readonly message: string;
  /** The kind of failure. @default not stated */
  readonly type?: string;
  /** The details. @default none */
  readonly body?: string;
}

/**
 * Writes a JUnit report, which CI systems show as tests.
 *
 * @param properties what holds for every suite
 * @see https://github.com/testmoapp/junitxml
 */
export function writeJunit(
  name: string,
  suites: readonly JunitSuite[],
  properties: { readonly [name: string]: string } = {},
): string {
  const stated = Object.entries(properties).map(
    ([key, value]) => `      <property${attributes({ name: key, value })}/>`,
  );
  const head = stated.length === 0 ? [] : ['    <properties>', ...stated, '    </properties>'];
  const lines = suites.flatMap((suite) => {
    const count = (kind: JunitOutcome['kind']): number =>
      suite.cases.filter(({ outcome }) => outcome?.kind === kind).length;
    const totals = {
      name: suite.name,
      tests: suite.cases.length,
      failures: count('failure'),
      errors: count('error'),
      skipped: count('skipped'),
    };
    const cases = suite.cases.map((one) => writeCase(one, suite));
    return [`  <testsuite${attributes(totals)}>`, ...head, ...cases, '  </testsuite>'];
  });
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${attributes({ name })}>`,
    ...lines,
    '</testsuites>\n',
  ].join('\n');
}

function writeCase({ name, classname, outcome, output, seconds }: JunitCase, suite: JunitSuite): string {
  const inner = [
    outcome === undefined
      ? ''
      : element(outcome.kind, { type: outcome.type, message: outcome.message }, outcome.body ?? ''),
    output === undefined ? '' : element('system-out', {}, output),
  ].join('');
  const head = `    <testcase${attributes({ classname: classname ?? suite.name, name, time: seconds?.toFixed(3) })}`;
  return inner === '' ? `${head}/>` : `${head}>${inner}</testcase>`;
}

interface Attributes {
  readonly [name: string]: string | number | undefined;
}

function element(tag: string, given: Attributes, body: string): string {
  const head = `<${tag}${attributes(given)}`;
  return body === '' ? `${head}/>` : `${head}>${markupText(body)}</${tag}>`;
}

const attributes = (given: Attributes): string =>
  Object.entries(given)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => ` ${name}="${markupAttribute(String(value))}"`)
    .join('');
