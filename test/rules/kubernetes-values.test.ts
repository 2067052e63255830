import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments, stringify } from 'yaml';
import { graphOfLoaded, loadManifests } from '../../src/graph';
import { lint } from '../../src/lint';

const fixture = (...path: string[]): string => readFileSync(join(__dirname, '..', 'fixtures', ...path), 'utf8');
const objects = (): Record<string, unknown>[] =>
  parseAllDocuments(fixture('kubernetes', 'kinds.yaml')).map((document) => document.toJS() as Record<string, unknown>);
const cases = parseAllDocuments(fixture('kubernetes-refused', 'cases.yaml'))[0].toJS() as readonly {
  readonly object: string;
  readonly at: readonly (string | number)[];
  readonly value: unknown;
  readonly finds: string;
}[];

/** The set, with another value in the place of one. */
function changed({ object, at, value }: (typeof cases)[number]): string {
  const set = objects();
  let parent = set.find(({ kind }) => kind === object) as Record<string | number, unknown>;
  for (const key of at.slice(0, -1)) parent = parent[key] as Record<string | number, unknown>;
  parent[at[at.length - 1]] = value;
  return set.map((one) => stringify(one)).join('---\n');
}

const errorsOf = (text: string): string[] =>
  lint(graphOfLoaded(loadManifests([{ name: 'set.yaml', text }]))).findings.flatMap(({ severity, message }) =>
    severity === 'error' ? message : [],
  );

test('what Kubernetes takes of its own kinds is right', () => {
  expect(errorsOf(fixture('kubernetes', 'kinds.yaml'))).toEqual([]);
});

test.each(cases.map((one) => [`${one.object} ${one.at.join('.')}: ${JSON.stringify(one.value)}`, one] as const))(
  'what Kubernetes refuses is an error: %s',
  (_, one) => {
    const errors = errorsOf(changed(one));
    expect(errors.join('\n')).toContain(one.finds);
    // Another rule may say what follows from it, such as a selector that matches no pod.
    expect(errors.length).toBeLessThanOrEqual(2);
  },
);
