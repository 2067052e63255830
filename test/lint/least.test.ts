import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { graphOfLoaded, loadManifests, type NamedText } from '../../src/graph';
import { atLeast, lint, type LintOptions } from '../../src/lint';
import { RULES, SEVERITIES, type Severity } from '../../src/rules';
import { exampleRollout, routedCanary } from '../../src/rules/shared/example';

const CORPUS = join(__dirname, '../fixtures/corpus');
/** Each by itself, as a root cause in one would hide what is found in another. */
const sets: readonly (readonly NamedText[])[] = [
  ...RULES.map(({ code, bad }) => [{ name: `${code}.yaml`, text: bad }]),
  readdirSync(CORPUS, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => ({ name, text: readFileSync(join(CORPUS, name), 'utf8') })),
];

const found = (texts: readonly NamedText[], options: LintOptions): readonly string[] =>
  lint(graphOfLoaded(loadManifests(texts)), options).findings.map(
    ({ code, severity, file, line, path, message, hint }) =>
      `${code} ${severity} ${file}:${line} ${path} ${message} ${hint ?? ''}`,
  );
const asked: readonly LintOptions[] = [{}, { severity: { CON001: 'error', ROL001: 'warning' }, closedWorld: true }];
const whole = asked.map((options) => sets.flatMap((texts) => found(texts, options)));

test.each(SEVERITIES)('what is at least of severity %s is what a complete run finds of it', (least) => {
  asked.forEach((options, nth) => {
    const wanted = whole[nth].filter((text) => atLeast(text.split(' ')[1] as Severity, least));
    expect(wanted.length).toBeGreaterThan(100);
    expect(sets.flatMap((texts) => found(texts, { ...options, least }))).toEqual(wanted);
  });
});

describe('a suppression is not called unused', () => {
  const suppressed = (code: string): readonly NamedText[] => {
    const annotations = `metadata:\n  annotations: { cdk8s-canary.dev/ignore: '${code} known' }`;
    const canary = routedCanary('steps: [{ setWeight: 20 }, { pause: { duration: 30s } }]\n');
    return [{ name: 'rollout.yaml', text: exampleRollout(canary).replace('metadata:', annotations) }];
  };
  const codes = (texts: readonly NamedText[], options: LintOptions): string[] =>
    found(texts, options).map((text) => text.slice(0, 6));

  test.each([
    ['that is not checked', 'ANA035'],
    ['whose finding is not severe enough', 'REF001'],
  ])('of a rule %s', (_, code) => {
    const other = code === 'ANA035' ? 'REF001' : 'ANA035';
    // The rule finds something here.
    expect(codes(suppressed(other), {})).toContain(code);
    expect(codes(suppressed(code), {})).not.toContain(code);
    for (const least of SEVERITIES) expect(codes(suppressed(code), { least })).not.toContain('SUP001');
  });

  test('and is where its rule is checked and finds nothing', () => {
    expect(codes(suppressed('TRF001'), { least: 'warning' })).toContain('SUP001');
  });
});
