import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { lint } from '../../src/lint';
import { type Rule, RULES } from '../../src/rules';
import { examplesOn } from './describe-rule';
import { foundByAll, graphOfSet, type Manifests, manifestsIn, noticed } from './neighbours';

// What rules depend on: a set of manifests is changed in one place at a time, and the snapshot says which changes are noticed.
// So a condition that no longer decides anything shows, and so does one that decides too much.

/** Severity and place of what a rule finds. */
const foundBy =
  (rule: Rule) =>
  (manifests: Manifests): string => {
    const { findings } = lint(graphOfSet(manifests), { ...examplesOn(rule), select: [rule.code] });
    return (
      findings.map(({ severity, resource, path }) => `${severity} ${resource?.kind ?? ''} ${path}`).join(', ') ||
      'nothing'
    );
  };

// Text that is no YAML, or that holds a field twice, is not among the objects.
const READ = RULES.filter(({ code }) => !['SCH001', 'SCH002'].includes(code));

test.each(READ.map((rule) => [rule.code, rule] as const))('%s notices what it depends on', (_code, rule) => {
  const [bad, good] = [rule.bad, rule.good].map((example) => noticed(manifestsIn(example), foundBy(rule)));
  expect(`\nbad example, ${bad}\n\ngood example, ${good}\n`).toMatchSnapshot();
});

test.each(['quickstart', 'blue-green', 'gateway-api', 'header-mirror', 'subsets-mtls', 'gitops-argocd'])(
  'all rules together notice what is changed in %s',
  (name) => {
    const text = readFileSync(join(__dirname, `../../dist/${name}.k8s.yaml`), 'utf8');
    expect(`\n${noticed(manifestsIn(text), foundByAll)}\n`).toMatchSnapshot();
  },
);
