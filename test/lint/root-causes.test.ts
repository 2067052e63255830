import { applyFixes, lint, type LintOptions, type LintResult } from '../../src/lint';
import { graphOfLoaded, loadManifests } from '../../src/graph';
import { type Rule, RULES } from '../../src/rules';
import { lintWith } from '../../src/lint/engine/versions';
import type { Details, Severity } from '../../src/rules/shared/rule';
import { documents, exampleRollout, exampleService, routedCanary } from '../../src/rules/shared/example';

const found = (text: string, options?: LintOptions): LintResult =>
  lint(graphOfLoaded(loadManifests([{ name: 'app.yaml', text }])), options);
const codes = ({ findings }: LintResult): string[] => findings.map(({ code }) => code);

const typo = documents(
  exampleRollout(routedCanary(), { labels: 'app: chekout' }),
  exampleService('checkout-stable'),
  exampleService('checkout-canary'),
);
const select = ['ROL002', 'REF006'];

test('a Rollout that contradicts itself is one finding, and says what comes of it', () => {
  const { findings } = found(typo, { select });
  expect(findings).toHaveLength(1);
  expect(findings[0].consequences).toEqual([
    expect.objectContaining({ code: 'REF006', file: 'app.yaml', line: 21 }),
    expect.objectContaining({ code: 'REF006', file: 'app.yaml', line: 29 }),
  ]);
});

test('what is not looked for takes nothing along', () => {
  expect(codes(found(typo, { select: ['REF006'] }))).toEqual(['REF006', 'REF006']);
});

test('a finding with a reduced severity hides no finding with a higher one', () => {
  expect(codes(found(typo, { select, severity: { ROL002: 'advice' } }))).toEqual(['ROL002', 'REF006', 'REF006']);
});

test('a suppression of the cause is one of its consequences, and one of a consequence has its use', () => {
  const ignoring = (name: string, kind: string, code: string): string =>
    typo.replace(
      new RegExp(`(kind: ${kind}\nmetadata:\n)(  name: ${name})`),
      `$1  annotations:\n    cdk8s-canary.dev/ignore: "${code} it is renamed today"\n$2`,
    );
  const cause = found(ignoring('checkout', 'Rollout', 'ROL002'), { select: [...select, 'SUP'] });
  expect([codes(cause), cause.suppressed]).toEqual([[], 1]);
  const consequence = found(ignoring('checkout-stable', 'Service', 'REF006'), { select: [...select, 'SUP'] });
  expect(codes(consequence)).toEqual(['ROL002']);
  expect(consequence.findings[0].consequences).toHaveLength(1);
});

/** A rule that reports fields of the one resource, as told. */
function saying(
  code: string,
  ...said: [field: string, details: (at: (key: string) => Details['because']) => Details][]
): Rule {
  const [{ title, why, fix, bad, good }] = RULES;
  return {
    ...{ code, title, why, fix, bad, good },
    severity: 'error',
    check: ({ resources: [resource] }, report) => {
      const at = (key: string): Details['because'] => [resource.field('data', key)];
      for (const [key, details] of said) report(resource.field('data', key), `${code} at ${key}`, details(at));
    },
  };
}

const RESOURCE = 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\ndata: { a: x, b: x, c: x }';

function told(...rules: Rule[]): string[] {
  const { findings } = lintWith(rules, graphOfLoaded(loadManifests([{ name: 'a.yaml', text: RESOURCE }])));
  return findings.map(({ code, consequences }) => [code, ...consequences.map((one) => one.code)].join(' > '));
}

test('a cause that has a cause takes all along', () => {
  const rules = [
    saying('TST001', ['a', () => ({})]),
    saying('TST002', ['b', (at) => ({ because: at('a') })]),
    saying('TST003', ['c', (at) => ({ because: at('b') })]),
  ];
  expect(told(...rules)).toEqual(['TST001 > TST002 > TST003']);
  expect(told(...rules.reverse())).toEqual(['TST001 > TST003 > TST002']);
});

test('of two that come from each other neither is lost', () => {
  const rules = [
    saying('TST001', ['a', (at) => ({ because: at('b') })]),
    saying('TST002', ['b', (at) => ({ because: at('a') })]),
  ];
  expect(told(...rules).join(' ')).toMatch(/TST001.*TST002|TST002.*TST001/);
});

test('the most severe finding of one mistake is reported, and that of another one too', () => {
  const as =
    (what: string, severity: Severity): ((at: (key: string) => Details['because']) => Details) =>
    (at) => ({
      mistake: { in: at('a')![0], what },
      severity,
    });
  const rules = [
    saying('TST001', ['b', as('one', 'warning')], ['c', as('other', 'warning')]),
    saying('TST002', ['c', as('one', 'error')]),
  ];
  expect(told(...rules)).toEqual(['TST001', 'TST002 > TST001']);
});

test('a fix for several places is applied to all of them', () => {
  const text = `apiVersion: argoproj.io/v1alpha1
kind: AnalysisTemplate
metadata: { name: errors }
spec:
  args: [{ name: namespace }]
  metrics:
    - name: errors
      provider:
        prometheus:
          query: sum(a{namespace="{{args.namspace}}"}) / sum(b{namespace="{{args.namspace}}"})
`;
  const { findings } = found(text, { select: ['REF012'] });
  expect(findings).toHaveLength(1);
  const { texts, applied } = applyFixes(findings.flatMap(({ fix }) => fix ?? []));
  expect([...texts.values()]).toEqual([text.replaceAll('namspace', 'namespace')]);
  expect(applied).toBe(1);
});
