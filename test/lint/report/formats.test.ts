import { severalLines } from '../../../src/formats/encode/terminal';
import { atLeast, type Finding, lint, wholeMessage } from '../../../src/lint';
import Ajv from 'ajv-draft-04';
import addFormats from 'ajv-formats';
import * as fc from 'fast-check';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import sarifSchema from '@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json';
import { graphOfLoaded, loadManifests } from '../../../src/graph';
import { type Format, type ReportContext, writeReport } from '../../../src/lint/report';
import { RULES, type Severity } from '../../../src/rules';

/** What every rule says in its bad example, each in a file of its own. */
const graph = graphOfLoaded(loadManifests(RULES.map(({ code, bad }) => ({ name: `rules/${code}.yaml`, text: bad }))));
const everything = contextOf(lint(graph).findings);

function contextOf(findings: readonly Finding[], unreadable: ReportContext['unreadable'] = []): ReportContext {
  const result = { findings, suppressed: 0, baselined: 0, outdated: 0 };
  return { result, rules: RULES, files: 3, resources: 7, unreadable, version: '1.2.3', line: () => 'kind: Rollout' };
}

const write = (context: ReportContext, format: Format, failOn: Severity | 'never' = 'warning'): string =>
  writeReport(context, { format, colour: false, failOn });

/** What somebody who wants to break a report would write, and any text at all. */
const hostile = fc.oneof(
  fc.constantFrom(
    ...[
      '<',
      '&amp;',
      ']]>',
      '<!--',
      '"',
      "'",
      '\n',
      '\r\n',
      '\0',
      '\u001b[31m',
      '\uffff',
      '\ud800',
      '😀',
      '%',
      '%0A',
      '::',
    ],
    ...['a,b:c%d', '::error file=x::y', '../..', 'C:\\a b\\ü.yaml', '', ' ', '</failure>', '#', '?'],
  ),
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)) }),
);
const place = fc.record(
  { line: fc.integer({ min: 1, max: 1e6 }), column: fc.integer({ min: 1, max: 1e4 }) },
  { requiredKeys: [] },
);
const places = fc.oneof(
  fc.constant({}),
  fc
    .tuple(fc.integer({ min: 1, max: 1e6 }), fc.integer({ min: 1, max: 1e4 }))
    .map(([line, column]) => ({ line, column, endLine: line, endColumn: column + 3 })),
);
const finding: fc.Arbitrary<Finding> = fc
  .tuple(
    fc.record({
      code: fc.constantFrom(...RULES.map(({ code }) => code)),
      severity: fc.constantFrom<Severity>('error', 'warning', 'advice', 'note'),
      message: hostile,
      hint: fc.option(hostile, { nil: undefined }),
      file: hostile,
      path: hostile,
      resource: fc.record({ apiVersion: hostile, kind: hostile, namespace: hostile, name: hostile }),
      about: fc.constant([]),
      related: fc.option(fc.record({ message: hostile, file: hostile }), { nil: undefined }),
      consequences: fc.array(
        fc.tuple(
          fc.record({ code: fc.constant('REF006'), message: hostile, about: fc.constant([]), file: hostile }),
          place,
        ),
        { maxLength: 5 },
      ),
    }),
    places,
  )
  .map(([one, at]) => ({
    ...one,
    ...at,
    group: 'ROL',
    consequences: one.consequences.map(([what, where]) => ({ ...what, ...where })),
  }));
const contexts = fc.tuple(
  fc.array(finding, { maxLength: 6 }),
  fc.array(fc.record({ name: hostile, message: hostile }), { maxLength: 2 }),
);

const holds = (law: (context: ReportContext) => void): void => {
  law(everything);
  law(contextOf([]));
  const lawful = fc.property(contexts, ([findings, unreadable]) => law(contextOf(findings, unreadable)));
  fc.assert(lawful, { seed: 4, numRuns: 500 });
};

test('there is something of every severity to write, and something that comes of something', () => {
  const { findings } = everything.result;
  expect(findings.length).toBeGreaterThan(RULES.length);
  expect(new Set(findings.map(({ severity }) => severity)).size).toBe(4);
  expect(findings.some(({ consequences }) => consequences.length > 0)).toBe(true);
});

describe('SARIF', () => {
  const ajv = new Ajv({ allErrors: true, strict: false, unicodeRegExp: false });
  addFormats(ajv);
  const validate = ajv.compile(sarifSchema);

  test('is what the schema of SARIF 2.1.0 says, whatever is in manifests', () => {
    holds((context) => {
      validate(JSON.parse(write(context, 'sarif')));
      expect(validate.errors ?? []).toEqual([]);
    });
  });

  test('the schema does refuse something', () => {
    expect(validate({ version: '2.1.0', runs: [{ tool: {} }] })).toBe(false);
  });

  test('each result is of the rule that it says, and nothing has the fingerprint of another', () => {
    const { runs } = JSON.parse(write(everything, 'sarif'));
    const { results, tool } = runs[0];
    expect(results).toHaveLength(everything.result.findings.length);
    for (const { ruleId, ruleIndex } of results) expect(tool.driver.rules[ruleIndex].id).toBe(ruleId);
    const marks = results.map((one: { partialFingerprints: object }) => JSON.stringify(one.partialFingerprints));
    expect(new Set(marks).size).toBe(marks.length);
  });

  test('what comes of a finding is a related location of it', () => {
    const { runs } = JSON.parse(write(everything, 'sarif'));
    everything.result.findings.forEach(({ related, consequences }, index) => {
      const wanted = [...(related ? [related.message] : []), ...consequences.map(({ message }) => message)];
      const given = (runs[0].results[index].relatedLocations ?? []) as { message: { text: string } }[];
      expect(given.map(({ message }) => message.text)).toEqual(wanted);
    });
  });
});

describe('JUnit', () => {
  const parser = new XMLParser({
    ignoreAttributes: false,
    attributeNamePrefix: '',
    parseTagValue: false,
    isArray: (name) => ['testsuite', 'testcase'].includes(name),
  });
  interface Case {
    readonly name: string;
    readonly failure?: { readonly type: string };
    readonly error?: object;
  }
  interface Suite {
    readonly name: string;
    readonly tests: string;
    readonly failures: string;
    readonly errors: string;
    readonly testcase: readonly Case[];
  }
  const suitesOf = (xml: string): Suite[] => parser.parse(xml).testsuites.testsuite;

  /** What no XML 1.0 document may hold, escaped or not. */
  const FORBIDDEN = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;

  test('is XML, whatever is in manifests', () => {
    holds((context) => {
      const xml = write(context, 'junit');
      expect(XMLValidator.validate(xml)).toBe(true);
      expect(FORBIDDEN.exec(xml)).toBeNull();
    });
  });

  test.each(['error', 'warning', 'note', 'never'] as const)(
    'has a case for each finding, and a failure for a finding of severity %s or higher; its totals are those of its cases',
    (failOn) => {
      holds((context) => {
        const { findings } = context.result;
        const suites = suitesOf(write(context, 'junit', failOn));
        const cases = suites.flatMap(({ testcase }) => testcase);
        const failing = findings.filter(({ severity }) => failOn !== 'never' && atLeast(severity, failOn));
        expect(cases).toHaveLength(Math.max(1, findings.length + context.unreadable.length));
        expect(cases.filter(({ failure }) => failure)).toHaveLength(failing.length);
        expect(cases.filter(({ error }) => error !== undefined)).toHaveLength(context.unreadable.length);
        for (const { tests, failures, errors, testcase } of suites) {
          expect([tests, failures, errors].map(Number)).toEqual([
            testcase.length,
            testcase.filter(({ failure }) => failure).length,
            testcase.filter(({ error }) => error !== undefined).length,
          ]);
        }
      });
    },
  );

  test('a suite is a file, and a case is identified by its rule and field', () => {
    const suites = suitesOf(write(everything, 'junit'));
    const files = new Set(everything.result.findings.map(({ file }) => file));
    expect(new Set(suites.map(({ name }) => name))).toEqual(files);
    for (const { code, file, path } of everything.result.findings) {
      const suite = suites.find(({ name }) => name === file)!;
      expect(suite.testcase.map(({ name }) => name)).toContain(`${code} ${path || file}`);
    }
  });
});

describe('GitLab', () => {
  test('every issue has what GitLab asks for, and a fingerprint of its own', () => {
    holds((context) => {
      const issues = JSON.parse(write(context, 'gitlab'));
      expect(issues).toHaveLength(context.result.findings.length + context.unreadable.length);
      for (const { description, check_name: name, fingerprint, severity, location } of issues) {
        expect([description, name].map((one) => typeof one)).toEqual(['string', 'string']);
        expect(fingerprint).toMatch(/^[0-9a-f]{32}$/);
        expect(['info', 'minor', 'major', 'critical', 'blocker']).toContain(severity);
        expect(typeof location.path).toBe('string');
        expect(location.lines.begin).toBeGreaterThanOrEqual(1);
      }
      expect(new Set(issues.map((one: { fingerprint: string }) => one.fingerprint)).size).toBe(issues.length);
    });
  });

  test('the fingerprint stays when lines move', () => {
    const moved = everything.result.findings.map((one) => ({ ...one, line: (one.line ?? 0) + 10 }));
    const marks = (context: ReportContext): string[] =>
      JSON.parse(write(context, 'gitlab')).map((one: { fingerprint: string }) => one.fingerprint);
    expect(marks(contextOf(moved))).toEqual(marks(everything));
  });
});

describe('GitHub', () => {
  /** As the runner reads it: one line a command, properties parted by commas, each a key and a value. */
  const COMMAND = /^::(error|warning|notice) ([^:]*)::(.*)$/s;
  const unescape = (text: string): string =>
    text.replace(/%(0D|0A|3A|2C|25)/g, (_all, hex: string) => String.fromCharCode(parseInt(hex, 16)));

  /** Control characters but for line breaks, which the log would obey, are spelled out. */
  const shown = (text: string): string => text.split('\r').map(severalLines).join('\r');

  test('every finding is one command, and nothing that is in manifests makes another', () => {
    holds((context) => {
      const { findings } = context.result;
      const lines = write(context, 'github').split('\n').slice(0, -1);
      expect(lines).toHaveLength(findings.length + context.unreadable.length);
      findings.forEach((one, index) => {
        const [, , properties, message] = COMMAND.exec(lines[index])!;
        const read = Object.fromEntries(
          properties
            .split(',')
            .map((property) => property.split('=', 1).concat(property.slice(property.indexOf('=') + 1))),
        );
        expect(unescape(message)).toBe(shown(wholeMessage(one)));
        expect(unescape(read.file)).toBe(shown(one.file));
        expect(unescape(read.title)).toBe(one.code);
        expect(read.line).toBe(one.line === undefined ? undefined : String(one.line));
      });
    });
  });

  test('percent, line breaks, commas and colons are escaped in properties, in messages only what must be', () => {
    const [one] = everything.result.findings;
    const text = write(
      contextOf([{ ...one, file: 'a,b:c%d\n', message: 'e,f:g%h\r\n', hint: undefined, line: undefined }]),
      'github',
    );
    expect(text).toBe(`::error file=a%2Cb%3Ac%25d%0A,title=${one.code}::e,f:g%25h%0D%0A\n`);
  });
});

describe('JSON and text', () => {
  test('JSON can be read, and has one entry a finding', () => {
    holds((context) => {
      const { findings } = JSON.parse(write(context, 'json'));
      expect(findings.map((one: { message: string }) => one.message)).toEqual(
        context.result.findings.map(wholeMessage),
      );
    });
  });

  test('text has no control characters, which a terminal would obey', () => {
    holds((context) => {
      expect(write(context, 'text')).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
    });
  });

  test('text says what comes of a finding, and of many how many', () => {
    const cause = everything.result.findings[0];
    const consequences = [1, 2, 3, 4, 5].map((line) => ({
      code: 'REF006',
      message: `Service s${line} selects nothing`,
      about: [],
      file: 'a.yaml',
      line,
      column: 7,
    }));
    const text = write(contextOf([{ ...cause, consequences }]), 'text');
    expect(text).toContain('  causes REF006: Service s3 selects nothing: a.yaml:3:7\n  and 2 more that it causes\n');
    expect(text).not.toContain('s4');
  });
});
