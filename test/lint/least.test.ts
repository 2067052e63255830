import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { graphOfLoaded, loadManifests, type NamedText } from '../../src/graph';
import { atLeast, lint, type LintOptions } from '../../src/lint';
import { RULES, SEVERITIES, type Severity } from '../../src/rules';

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
