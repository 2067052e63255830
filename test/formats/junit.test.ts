import { XMLParser } from 'fast-xml-parser';
import { writeJunit } from '../../src/formats/junit';

const parser = new XMLParser({ ignoreAttributes: false, attributeNamePrefix: '' });

test('a report counts what did not pass, by kind', () => {
  const xml = writeJunit('all', [
    {
      name: 'a.yaml',
      cases: [
        { name: 'one', seconds: 1.5 },
        { name: 'two', outcome: { kind: 'failure', type: 'error', message: 'wrong', body: 'line 1\nline 2' } },
        { name: 'three', outcome: { kind: 'error', message: 'unreadable' } },
        { name: 'four', outcome: { kind: 'skipped', message: 'no Prometheus' }, output: 'simulation' },
      ],
    },
  ]);
  const { testsuites } = parser.parse(xml) as { testsuites: { name: string; testsuite: Record<string, unknown> } };
  expect(testsuites.name).toBe('all');
  expect(testsuites.testsuite).toMatchObject({ tests: '4', failures: '1', errors: '1', skipped: '1' });
  expect(testsuites.testsuite.testcase).toMatchObject([
    { classname: 'a.yaml', name: 'one', time: '1.500' },
    { failure: { type: 'error', message: 'wrong' } },
    { error: { message: 'unreadable' } },
    { skipped: { message: 'no Prometheus' }, 'system-out': 'simulation' },
  ]);
});

test('a report is well-formed whatever a message holds', () => {
  const xml = writeJunit('<&">', [{ name: 'a\u0000\ud800', cases: [{ name: '\n', output: '<![CDATA[' }] }]);
  expect(xml).toContain('<testsuites name="&lt;&amp;&quot;&gt;">');
  expect(xml).toContain('name="a\uFFFD\uFFFD"');
  expect(() => parser.parse(xml, true)).not.toThrow();
});
