import type { CachedJob } from '../../src/synth/cache';
import { identitiesOf, titleOf } from '../../src/synth/identity';
import { Ownership } from '../../src/synth/ownership';
import type { RenderJob } from '../../src/synth/render-job';

const manifest = (apiVersion: string, kind: string, metadata: string, rest = '') =>
  `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata:\n${metadata}${rest}`;
const service = (name: string, more = '') => manifest('v1', 'Service', `  name: ${name}\n  namespace: shop\n${more}`);
const routed = (hosts: string, namespace = '  namespace: shop\n') =>
  manifest('networking.istio.io/v1', 'VirtualService', `  name: a\n${namespace}`, `spec:\n  hosts:\n${hosts}`);

describe('the identities in a text of manifests', () => {
  test.each<[string, string, string[]]>([
    ['the core group', service('a'), ['||Service shop/a']],
    ['another group', manifest('apps/v1', 'Deployment', '  name: a\n'), ['|apps|Deployment a']],
    ['a quoted name', service("'1e3'"), ['||Service shop/1e3']],
    ['a name in double quotes', service('"on"'), ['||Service shop/on']],
    ['a quote on one side, which is part of the name', service("it's'"), ["||Service shop/it's'"]],
    ['two kinds of quotes, which are part of the name', service('"a\''), ['||Service shop/"a\'']],
    ['several documents', `${service('a')}---\n${service('b')}`, ['||Service shop/a', '||Service shop/b']],
    ['a document without a kind', `# nothing\n---\n${service('b')}`, ['||Service shop/b']],
    ['nothing', '', []],
    ['no version', 'kind: Service\nmetadata:\n  name: a\n', ['||Service a']],
    [
      'labels that are called so',
      manifest('v1', 'Service', '  labels:\n    name: x\n    namespace: y\n  name: a\n'),
      ['||Service a'],
    ],
    [
      'a namespace further down',
      manifest('v1', 'Service', '  name: a\n', 'spec:\n  namespace: other\n  name: x\n'),
      ['||Service a'],
    ],
    [
      'fields before the metadata',
      'apiVersion: v1\nkind: Role\nspec:\n  name: x\n  namespace: y\nmetadata:\n  name: a\n  namespace: z\n',
      ['||Role z/a'],
    ],
    [
      'fields that end so',
      'xapiVersion: x/v1\nxkind: X\napiVersion: v1\nkind: Service\nmetadata:\n  name: a\n',
      ['||Service a'],
    ],
    ['a kind of two words, which is none', 'apiVersion: v1\nkind: Two words\nmetadata:\n  name: a\n', []],
    ['a kind further down', manifest('v1', 'List', '  name: a\n', 'spec:\n  kind: Other\n'), ['||List a']],
  ])('with %s', (_, text, identities) => {
    expect(identitiesOf(text, undefined)).toEqual(identities);
  });

  test.each<[string, string, string[]]>([
    ['a whole host', routed('    - a.example.com\n'), ['|host|a.example.com']],
    ['a short host, which is of its namespace', routed('    - a\n'), ['|host|a.shop']],
    ['all hosts', routed("    - '*'\n"), ['|host|*']],
    ['a wildcard', routed('    - "*.example.com"\n'), ['|host|*.example.com']],
    ['several hosts', routed("    - 'a.b'\n    - c\n"), ['|host|a.b', '|host|c.shop']],
    ['hosts at the end of the text', routed('    - a.b').trimEnd(), ['|host|a.b']],
    ['what follows', routed('    - a.b\n  http:\n    - c.d\n'), ['|host|a.b']],
  ])('of a VirtualService have %s', (_, text, hosts) => {
    expect(identitiesOf(text, undefined)).toEqual(['|networking.istio.io|VirtualService shop/a', ...hosts]);
  });

  test('have no hosts of other kinds, nor where there are none', () => {
    const gateway = manifest('networking.istio.io/v1', 'Gateway', '  name: a\n', 'spec:\n  hosts:\n    - a.b\n');
    expect(identitiesOf(gateway, undefined)).toEqual(['|networking.istio.io|Gateway a']);
    const none = manifest('networking.istio.io/v1', 'VirtualService', '  name: a\n');
    expect(identitiesOf(none, undefined)).toEqual(['|networking.istio.io|VirtualService a']);
  });

  test('are of an environment', () => {
    expect(identitiesOf(routed('    - a\n'), 'prod')).toEqual([
      'prod|networking.istio.io|VirtualService shop/a',
      'prod|host|a.shop',
    ]);
  });

  test.each([
    ['||Service shop/a', 'Service shop/a'],
    ['prod|apps|Deployment a', 'Deployment a'],
    ['|host|a.example.com', "host 'a.example.com' of a VirtualService"],
    ['prod|host|a|b', "host 'a|b' of a VirtualService"],
    ['|x|a|b', 'a|b'],
  ])('are said by their names: %s', (identity, title) => expect(titleOf(identity)).toBe(title));
});

describe('what jobs own', () => {
  const [a, b, c]: RenderJob[] = ['a', 'b', 'c'].map((key) => ({ key, specs: [`${key}.canary.yaml`] }));
  const known = (...identities: string[]): CachedJob => ({ inputs: '', files: [], identities, apps: 1 });

  const byKey = (jobs: readonly RenderJob[]) => [...jobs].sort((one, other) => (one.key < other.key ? -1 : 1));

  test('clashes where another has it, in whatever order they come', () => {
    const claims: [RenderJob, string[]][] = [
      [a, ['||Service x', '|host|a.b']],
      [b, ['||Service y', '||Service x']],
      [c, ['||Service x', '||Service z', '|host|a.b']],
    ];
    for (const order of [claims, [...claims].reverse()]) {
      const ownership = new Ownership();
      for (const [job, identities] of order) ownership.claim(job, identities);
      const found = ownership.clashes(byKey);
      expect(found).toHaveLength(3);
      expect(found).toEqual(
        expect.arrayContaining([
          { job: b, what: 'Service x', other: a },
          { job: c, what: 'Service x', other: a },
          { job: c, what: "host 'a.b' of a VirtualService", other: a },
        ]),
      );
    }
  });

  test('clashes with nothing of the same job', () => {
    const ownership = new Ownership();
    ownership.claim(a, ['|host|a.b', '|host|a.b']);
    ownership.claim(a, ['|host|a.b']);
    expect(ownership.clashes(byKey)).toEqual([]);
  });

  test('clashes with jobs that are unchanged', () => {
    const ownership = new Ownership();
    ownership.keep(a, known('||Service x', '||Service y'));
    ownership.keep(b, known('||Service z'));
    ownership.claim(c, ['||Service y', '||Service z', '||Service new']);
    expect(ownership.clashes(byKey)).toEqual([
      { job: c, what: 'Service y', other: a },
      { job: c, what: 'Service z', other: b },
    ]);
  });

  test('is not looked at where nothing was rendered', () => {
    const ownership = new Ownership();
    const read = jest.fn(() => ['||Service x']);
    ownership.keep(a, Object.defineProperty(known(), 'identities', { get: read }));
    expect(ownership.clashes(byKey)).toEqual([]);
    expect(read).not.toHaveBeenCalled();
    ownership.claim(b, ['||Service y']);
    expect(ownership.clashes(byKey)).toEqual([]);
    expect(read).toHaveBeenCalledTimes(1);
  });
});
