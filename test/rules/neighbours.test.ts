import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { RULES } from '../../src/rules';
import { examplesOn } from './describe-rule';
import { foundByAll, type Manifests, manifestsIn, noticed, type Said, saidBy } from './neighbours';
import { REFUSALS } from './refusals/all';

// What rules depend on: a set of manifests is changed in one place at a time, and the snapshot says which changes are noticed.
// So a condition that no longer decides anything shows, and so does one that decides too much.

const together = (manifests: Manifests): Said => ({ where: foundByAll(manifests) });

// Text that is no YAML, or that holds a field twice, is not among the objects.
const READ = RULES.filter(({ code }) => !['SCH001', 'SCH002'].includes(code));

test.each(READ.map((rule) => [rule.code, rule] as const))('%s notices what it depends on', (_code, rule) => {
  const told = new Set<string>();
  const [bad, good] = [rule.bad, rule.good].map((example) =>
    noticed(manifestsIn(example), (set) => saidBy(rule, examplesOn(rule), set), { far: 'all', told }),
  );
  expect(`\nbad example, ${bad}\n\ngood example, ${good}\n`).toMatchSnapshot();
});

// What the constructs refuse is answered by rules, with manifests in which other fields are wrong than in their examples.
const REFUSED = Object.values(REFUSALS)
  .flat()
  .flatMap((answer) => (answer.length === 3 ? [{ rule: answer[1], manifest: answer[2] }] : []));

test.each(
  READ.filter(({ code }) => REFUSED.some(({ rule }) => rule === code)).map((rule) => [rule.code, rule] as const),
)('%s notices what it depends on in what constructs refuse', (code, rule) => {
  const told = new Set<string>();
  const options = { closedWorld: true, ...examplesOn(rule) };
  const all = REFUSED.filter((one) => one.rule === code).map(({ manifest }) =>
    noticed(manifestsIn(manifest), (set) => saidBy(rule, options, set), { far: 'numbers', told }),
  );
  expect(`\n${all.join('\n\n')}\n`).toMatchSnapshot();
});

test('all rules together notice what is changed in the kinds of Kubernetes', () => {
  const text = readFileSync(join(__dirname, '../fixtures/kubernetes/kinds.yaml'), 'utf8');
  expect(`\n${noticed(manifestsIn(text), together, { far: 'all' })}\n`).toMatchSnapshot();
});

test.each(['quickstart', 'blue-green', 'gateway-api', 'header-mirror', 'subsets-mtls', 'gitops-argocd'])(
  'all rules together notice what is changed in %s',
  (name) => {
    const text = readFileSync(join(__dirname, `../../dist/${name}.k8s.yaml`), 'utf8');
    expect(`\n${noticed(manifestsIn(text), together)}\n`).toMatchSnapshot();
  },
);
