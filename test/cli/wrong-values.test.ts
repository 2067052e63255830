import { Attempts } from '../fuzz/attempt';
import { READERS } from '../fuzz/readers';
import { variants } from '../fuzz/wrong-values';
import { sample } from '../sample';

jest.setTimeout(180_000);

/** Seconds of CPU after which a command hangs: the first of them also loads and compiles it. */
const HANGS = 90;
/** How many inputs of a command are tried here; `npm run fuzz -- --places` tries all of them. */
const TRIED = 3;

const CASES = READERS.flatMap((reader, at) =>
  reader.commands.map((command, nth) => [reader.name, command.join(' '), reader, command, at * 31 + nth * 7] as const),
);

test.each(sample(CASES, 3))(
  'a wrong value anywhere in %s is no defect of %s',
  async (_name, _command, reader, command, from) => {
    const count = [...variants(reader.text)].length;
    const attempts = new Attempts(reader, HANGS);
    const problems: string[] = [];
    for (const { what, text } of variants(reader.text, Math.ceil(count / TRIED), from)) {
      const problem = await attempts.problem(command, text);
      if (problem !== undefined) problems.push(`${what}: ${problem}`);
    }
    attempts.remove();
    expect(problems).toEqual([]);
  },
);

describe('what was once a defect', () => {
  const reader = (name: string) => READERS.find((one) => one.name === name)!;
  const place = (name: string, what: string): string =>
    [...variants(reader(name).text)].find((one) => one.what === what)!.text;

  test.each([
    ['objects of a cluster', 'explain', '0:items.1.spec = 1.5e+300'],
    ['objects of a cluster', 'explain', '0:items.2.spec.template = null'],
    ['manifests: analysis.yaml', 'adopt', '0:spec.template.metadata = {"constructor":{"a":[null]}}'],
  ])('%s that %s reads, with %s', async (name, command, what) => {
    const attempts = new Attempts(reader(name), HANGS);
    const args = reader(name).commands.find(([first]) => first === command)!;
    expect(await attempts.problem(args, place(name, what))).toBeUndefined();
    attempts.remove();
  });
});

test.each([
  ['unknown fields', (i: number) => `    unknown${i}: 1`, 'spec:\n  selector: {}\n  template:\n    a: 1\n'],
  ['list elements', (i: number) => `  - ${i}`, 'spec:\n  steps:\n'],
])('150,000 %s overflow no stack', async (_what, line, before) => {
  const text = `apiVersion: argoproj.io/v1alpha1\nkind: Rollout\nmetadata: { name: a }\n${before}${Array.from({ length: 150_000 }, (_, i) => line(i)).join('\n')}\n`;
  const attempts = new Attempts({ name: 'many', file: 'a.yaml', text, commands: [] }, HANGS);
  expect(await attempts.problem(['lint', 'a.yaml', '-f', 'json'], text)).toBeUndefined();
  attempts.remove();
});

test.each([
  ['functions', `${'sum('.repeat(40_000)}up${')'.repeat(40_000)}`],
  ['digits', `up + ${'1'.repeat(200_000)}`],
  ['quotes', `up{a="${'\\"'.repeat(100_000)}`],
  ['brackets', 'up['.repeat(60_000)],
])('a query of many %s is judged within seconds', async (_what, query) => {
  const text = `apiVersion: argoproj.io/v1alpha1
kind: AnalysisTemplate
metadata: { name: a }
spec: { metrics: [{ name: a, successCondition: 'result[0] < 1', provider: { prometheus: { address: 'http://p', query: ${JSON.stringify(query)} } } }] }
`;
  const attempts = new Attempts({ name: 'query', file: 'a.yaml', text, commands: [] }, HANGS);
  expect(await attempts.problem(['lint', 'a.yaml', '-f', 'json'], text)).toBeUndefined();
  attempts.remove();
});
