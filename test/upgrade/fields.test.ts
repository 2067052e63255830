import { ARGO_ROLLOUTS_KINDS, fieldChanges, SYSTEMS } from '../../src/versions';
import { changes } from './manifests';

// Every field that a release of Argo Rollouts adds or removes, inside pod templates too.

const { releases } = SYSTEMS.argoRollouts;
const before = (release: string): string => releases[releases.indexOf(release) - 1];

interface Tree {
  [key: string]: Tree | Tree[];
}

/** An object of a kind that has all these fields, and nothing else. */
function manifestWith(kind: string, paths: readonly string[]): string {
  const root: Tree = {};
  for (const path of paths) {
    let at = root;
    for (const part of path.split('.')) {
      const key = part.replace(/\[\]$/, '');
      const known = at[key];
      const next = known === undefined ? {} : Array.isArray(known) ? known[0] : known;
      at[key] = part.endsWith('[]') || Array.isArray(known) ? [next] : next;
      at = next;
    }
  }
  return JSON.stringify({
    apiVersion: 'argoproj.io/v1alpha1',
    kind,
    metadata: { name: 'all', namespace: 'shop' },
    ...root,
  });
}

const written = fieldChanges().filter(({ path }) => path.startsWith('spec.'));
const cases = ARGO_ROLLOUTS_KINDS.flatMap((kind) =>
  releases.slice(1).flatMap((release) => {
    const own = written.filter((one) => one.kind === kind && one.release === release);
    const pathsOf = (added: boolean): string[] => own.filter((one) => one.added === added).map(({ path }) => path);
    return [true, false].flatMap((added) => {
      const paths = pathsOf(added);
      return paths.length === 0 ? [] : [[kind, release, added ? 'adds' : 'removes', paths] as const];
    });
  }),
);

/** The fields that a change of releases makes dropped, or kept, without the places in lists. */
const reported = (from: string, to: string, manifest: string, effect: string): Set<string> =>
  new Set(
    changes('argoRollouts', from, to, manifest)
      .filter((one) => one.id === 'SCH011' && one.effect === effect)
      .map(({ path }) => path!.replace(/\[\d+\]/g, '[]')),
  );

test('every kind has fields that differ', () => {
  expect(new Set(cases.map(([kind]) => kind))).toEqual(new Set(ARGO_ROLLOUTS_KINDS));
  expect(written.length).toBeGreaterThan(100);
});

test.each(cases)('%s, %s %s fields, each of which is reported', (kind, release, verb, paths) => {
  const manifest = manifestWith(kind, paths);
  const [better, worse] = verb === 'adds' ? ['better', 'worse'] : ['worse', 'better'];
  const found = reported(before(release), release, manifest, better);
  expect(paths.filter((path) => !found.has(path))).toEqual([]);
  // The other way round it is a downgrade.
  const undone = reported(release, before(release), manifest, worse);
  expect(paths.filter((path) => !undone.has(path))).toEqual([]);
});

test.each(cases.filter(([, release]) => releases.indexOf(release) + 1 < releases.length))(
  '%s, %s %s fields, of which no later release changes any',
  (kind, release, _, paths) => {
    const next = releases[releases.indexOf(release) + 1];
    const again = new Set(written.filter((one) => one.kind === kind && one.release === next).map(({ path }) => path));
    const manifest = manifestWith(kind, paths);
    const found = [...reported(release, next, manifest, 'better'), ...reported(release, next, manifest, 'worse')];
    expect(found.filter((path) => paths.includes(path) && !again.has(path))).toEqual([]);
  },
);
