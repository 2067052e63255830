import { lint } from '../../src/lint';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';
import { graphOfLoaded, loadManifests } from '../../src/graph';

/** What is right, and whole: rendered examples, and what the documentation shows. */
const FILES = {
  services: 'dist/quickstart.k8s.yaml',
  subsets: 'dist/subsets-mtls.k8s.yaml',
  subsetsByHand: 'test/fixtures/correct/istio-subset-level.yaml',
  routes: 'dist/header-mirror.k8s.yaml',
  blueGreen: 'test/fixtures/correct/blue-green.yaml',
  monitors: 'test/fixtures/correct/prometheus-operator.yaml',
  scaling: 'test/fixtures/correct/scaling-and-migration.yaml',
} as const;

interface Mistake {
  readonly mistake: string;
  readonly at: string;
  readonly is?: unknown;
  readonly finds: string | readonly string[];
}

const MISTAKES = parse(readFileSync(join(__dirname, 'one-mistake.yaml'), 'utf8')) as {
  readonly [file in keyof typeof FILES]: readonly Mistake[];
};

/** The file, with the mistake in it. */
function withMistake(file: keyof typeof FILES, where: string, what: unknown): string {
  const documents = parseAllDocuments(readFileSync(join(__dirname, '../..', FILES[file]), 'utf8'));
  const [resource, path] = where.split(' ') as [string, string | undefined];
  const at = documents.findIndex(
    (one) => `${String(one.get('kind'))}/${String(one.getIn(['metadata', 'name']))}` === resource,
  );
  if (at < 0) throw new Error(`${FILES[file]} has no ${resource}`);
  const keys = path?.split(/(?<!\\)\./).map((key) => key.replaceAll('\\', ''));
  if (keys === undefined) documents.splice(at, 1);
  else if (what === undefined) {
    if (!documents[at].deleteIn(keys)) throw new Error(`${FILES[file]} has no ${where}`);
  } else documents[at].setIn(keys, what);
  return documents.map(String).join('---\n');
}

/** Errors and warnings, each with what is told along with it. The set is said to be whole: nothing is but a note. */
function told(text: string): string[] {
  const { findings } = lint(graphOfLoaded(loadManifests([{ name: 'app.yaml', text }])), { closedWorld: true });
  return findings
    .filter(({ severity }) => severity === 'error' || severity === 'warning')
    .map(({ code, resource, path, consequences }) => {
      const hence = consequences.length > 0 ? ` hence ${consequences.map((one) => one.code).join(' ')}` : '';
      return `${code} ${resource?.kind}/${resource?.name} ${path}${hence}`;
    });
}

describe.each(Object.entries(MISTAKES))('%s', (name, mistakes) => {
  const file = name as keyof typeof FILES;

  test('is right before a mistake is made', () => {
    expect(told(readFileSync(join(__dirname, '../..', FILES[file]), 'utf8'))).toEqual([]);
  });

  test.each(mistakes)('$mistake', ({ at, is, finds }) => {
    expect(told(withMistake(file, at, is))).toEqual([finds].flat());
  });
});

test('no mistake of one line makes more than two findings', () => {
  for (const { mistake, finds } of Object.values(MISTAKES).flat()) {
    expect([mistake, [finds].flat().length <= 2]).toEqual([mistake, true]);
  }
});
