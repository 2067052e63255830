import { fieldChanges, KINDS_BY_RELEASE, type KindOfSystem, SYSTEMS } from '../../src/versions';
import { changes } from './manifests';

// Every field that a release of Argo Rollouts, Istio or the Prometheus Operator adds or removes, inside pod templates and subsets too.

/** The release before or after one. */
function nextTo({ system }: KindOfSystem, release: string, by: 1 | -1): string | undefined {
  const { releases } = SYSTEMS[system];
  return releases[releases.indexOf(release) + by];
}

interface Tree {
  [key: string]: Tree | Tree[];
}

/** An object of a kind that has all these fields, and nothing else. */
function manifestWith({ kind, group, system }: KindOfSystem, paths: readonly string[]): string {
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
    apiVersion: `${group}/${system === 'argoRollouts' ? 'v1alpha1' : 'v1'}`,
    kind,
    metadata: { name: 'all', namespace: 'shop' },
    ...root,
  });
}

const written = (['argoRollouts', 'istio', 'prometheusOperator'] as const).flatMap((system) =>
  fieldChanges(system).flatMap((one) => (one.path.startsWith('spec.') ? { ...one, system } : [])),
);
const cases = KINDS_BY_RELEASE.flatMap((of) =>
  SYSTEMS[of.system].releases.slice(1).flatMap((release) => {
    const own = written.filter((one) => one.system === of.system && one.kind === of.kind && one.release === release);
    const pathsOf = (added: boolean): string[] => own.filter((one) => one.added === added).map(({ path }) => path);
    return [true, false].flatMap((added) => {
      const paths = pathsOf(added);
      return paths.length === 0 ? [] : [[of.kind, release, added ? 'adds' : 'removes', paths, of] as const];
    });
  }),
);

/** The fields that a change of releases makes dropped, or kept, without the places in lists. */
const reported = ({ system }: KindOfSystem, from: string, to: string, manifest: string, effect: string): Set<string> =>
  new Set(
    changes(system, from, to, manifest)
      .filter((one) => one.id === 'SCH011' && one.effect === effect)
      .map(({ path }) => path!.replace(/\[\d+\]/g, '[]')),
  );

test('every kind has fields that differ', () => {
  const differing = KINDS_BY_RELEASE.filter(({ releases }) => Object.keys(releases).length > 0);
  expect(new Set(cases.map(([kind]) => kind))).toEqual(new Set(differing.map(({ kind }) => kind)));
  expect(differing.length).toBeGreaterThan(7);
  expect(written.length).toBeGreaterThan(130);
});

test.each(cases)('%s, %s %s fields, each of which is reported', (_kind, release, verb, paths, of) => {
  const manifest = manifestWith(of, paths);
  const before = nextTo(of, release, -1)!;
  const [better, worse] = verb === 'adds' ? ['better', 'worse'] : ['worse', 'better'];
  const found = reported(of, before, release, manifest, better);
  expect(paths.filter((path) => !found.has(path))).toEqual([]);
  // The other way round it is a downgrade.
  const undone = reported(of, release, before, manifest, worse);
  expect(paths.filter((path) => !undone.has(path))).toEqual([]);
});

test.each(cases.filter(([, release, , , of]) => nextTo(of, release, 1) !== undefined))(
  '%s, %s %s fields, of which no later release changes any',
  (kind, release, _, paths, of) => {
    const next = nextTo(of, release, 1)!;
    const again = new Set(written.filter((one) => one.kind === kind && one.release === next).map(({ path }) => path));
    const manifest = manifestWith(of, paths);
    const found = [
      ...reported(of, release, next, manifest, 'better'),
      ...reported(of, release, next, manifest, 'worse'),
    ];
    expect(found.filter((path) => paths.includes(path) && !again.has(path))).toEqual([]);
  },
);
