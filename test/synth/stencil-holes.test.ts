import { mergeLayers, readDocuments } from '../../src/canaryfile/layers';
import { MapNode, plain } from '../../src/canaryfile/node';
import { Problem } from '../../src/canaryfile/problem';
import { RenderedText } from '../../src/canaryfile/render';
import { SourceFile } from '../../src/formats/source';
import { CutStencils, Stencils } from '../../src/synth/stencil';

interface App {
  readonly name?: unknown;
  readonly namespace?: unknown;
  readonly image?: unknown;
  readonly hosts?: unknown;
  readonly more?: Record<string, unknown>;
}

function body({ name, namespace, image, hosts, more }: App): MapNode {
  const spec = { image, hosts, ...more };
  const text = JSON.stringify({
    apiVersion: 'cdk8s-canary.dev/v1',
    kind: 'CanaryApp',
    metadata: { name, namespace },
    spec,
  });
  return mergeLayers(readDocuments(new SourceFile('canary.yaml', text), []))!;
}

/** Writes all that a spec says, without looking at any of it; a stencil gives the same. */
class Echo {
  public whole = 0;
  public readonly seen: string[] = [];

  public readonly render = (node: MapNode): RenderedText => {
    this.whole++;
    const said = plain(node) as { metadata: { name: string; namespace?: string } };
    const text = JSON.stringify(said);
    this.seen.push(text);
    const { name, namespace } = said.metadata;
    return { name, namespace, documents: [{ kind: 'Echo', name: `${name}-echo`, text }] };
  };
}

/** Whether the fourth of some specs of one shape comes from a stencil: then the constructs rendered three times. */
function isCut(apps: readonly App[]): boolean {
  const echo = new Echo();
  const stencils = new Stencils(echo.render);
  for (const app of apps) expect(stencils.render(body(app), [])).toEqual(new Echo().render(body(app)));
  return echo.whole === 3;
}

const good = (i: number) => ({
  name: `web-${i}`,
  namespace: `team-${i}`,
  image: `r.io/web-image${i}:1.${i}`,
  hosts: [`h${i}.example.com`],
});
/** Four specs that have another value each in one of their fields. */
const four = (change: (i: number) => App): App[] => [0, 1, 2, 3].map((i) => ({ ...good(i), ...change(i) }));

describe('specs are cut to one stencil', () => {
  test.each<[string, (i: number) => App]>([
    ['with all four values', () => ({})],
    ['without a namespace', () => ({ namespace: undefined })],
    ['without an image', () => ({ image: undefined })],
    ['without hosts', () => ({ hosts: undefined })],
    ['with an empty list of hosts', () => ({ hosts: [] })],
    ['with a name of one letter', (i) => ({ name: 'qwvk'[i] })],
    ['with a name of 16 characters', (i) => ({ name: `${'n'.repeat(15)}${i}` })],
    ['with a name of 17 characters', (i) => ({ name: `${'n'.repeat(16)}${i}` })],
    ['with a name of 32 characters', (i) => ({ name: `${'n'.repeat(31)}${i}` })],
    ['with a name that a keyword is part of', (i) => ({ name: `yes${i}`, namespace: `on${i}` })],
    ['with an image in folders', (i) => ({ image: `r.io/a/b/c/d${i}:v1` })],
    ['with a tag in capitals', (i) => ({ image: `r.io/image${i}:V1_x-y.z` })],
    ['with a tag of 61 characters', (i) => ({ image: `r.io/image${i}:${'t'.repeat(61)}` })],
    ['with a tag that begins with latest', (i) => ({ image: `r.io/image${i}:latest-1` })],
    ['with a repository of 100 characters', (i) => ({ image: `${`${'r'.repeat(24)}/`.repeat(4).slice(0, -1)}${i}:1` })],
    ['with a host of seven parts', (i) => ({ hosts: [`h${i}.b.c.d.e.f.com`] })],
    ['with a host of 63 characters', (i) => ({ hosts: [`${'h'.repeat(30)}${i}.${'g'.repeat(27)}.com`] })],
    ['with a host that a word of meshes is part of', (i) => ({ hosts: [`h${i}.mylocal.com`] })],
    ['that say more', () => ({ more: { port: 8080, labels: { a: ['b', 1, true, null] } } })],
    ['that repeat their name by itself', (i) => ({ more: { url: `http://web-${i}:80/web-${i}` } })],
    ['that repeat their host', (i) => ({ more: { list: [{ url: `https://h${i}.example.com/` }] } })],
    ['that repeat their image', (i) => ({ more: { other: `r.io/web-image${i}:1.${i}` } })],
    ['whose namespace is their name', (i) => ({ namespace: `web-${i}` })],
  ])('%s', (_, change) => expect(isCut(four(change))).toBe(true));
});

describe('specs are rendered by the constructs each', () => {
  test.each<[string, (i: number) => App]>([
    ...['y', 'n', 'yes', 'no', 'on', 'off', 'true', 'false', 'null', 'inf', 'nan'].map(
      (word): [string, (i: number) => App] => [`where a name is ${word}`, () => ({ name: word })],
    ),
    ['where a namespace is a keyword', () => ({ namespace: 'true' })],
    ['where a name begins with a digit', (i) => ({ name: `1web-${i}` })],
    ['where a name begins with a hyphen', (i) => ({ name: `-web-${i}` })],
    ['where a name ends with a hyphen', (i) => ({ name: `web-${i}-` })],
    ['where a name has capitals', (i) => ({ name: `Web-${i}` })],
    ['where a name has a dot', (i) => ({ name: `web.${i}` })],
    ['where a name has 33 characters', (i) => ({ name: `${'n'.repeat(32)}${i}` })],
    ['where a name is no text', (i) => ({ name: i })],
    ['where a name is missing', () => ({ name: undefined })],
    ['where a name is a map', () => ({ name: { x: 'y' } })],
    ['where an image has no tag', (i) => ({ image: `r.io/image${i}` })],
    ['where an image has no folder', (i) => ({ image: `image${i}:1` })],
    ['where an image begins with a digit', (i) => ({ image: `1.io/image${i}:1` })],
    ['where an image has capitals', (i) => ({ image: `r.io/Image${i}:1` })],
    ['where an image is the latest', () => ({ image: 'r.io/image:latest' })],
    ['where an image has a digest', (i) => ({ image: `r.io/image@sha256:${String(i).repeat(64)}` })],
    ['where a registry has a port', (i) => ({ image: `r.io:5000/image${i}:1` })],
    ['where a tag begins with a dot', (i) => ({ image: `r.io/image${i}:.1` })],
    ['where a tag has 62 characters', (i) => ({ image: `r.io/image${i}:${'t'.repeat(62)}` })],
    ['where an image has six folders', (i) => ({ image: `r.io/a/b/c/d/e${i}:1` })],
    [
      'where a repository has 101 characters',
      (i) => ({ image: `${'r'.repeat(25)}/${`${'r'.repeat(24)}/`.repeat(3).slice(0, -1)}${i}:1` }),
    ],
    ['where a host is a wildcard', (i) => ({ hosts: [`*.h${i}.com`] })],
    ['where a host has one part', (i) => ({ hosts: [`host${i}`] })],
    ['where a host has eight parts', (i) => ({ hosts: [`h${i}.b.c.d.e.f.g.com`] })],
    ['where a host begins with a digit', (i) => ({ hosts: [`1h${i}.com`] })],
    ['where a host ends with a hyphen', (i) => ({ hosts: [`h${i}.com-`] })],
    ['where a host has 64 characters', (i) => ({ hosts: [`${'h'.repeat(30)}${i}.${'g'.repeat(28)}.com`] })],
    ['where a host is of the mesh', (i) => ({ hosts: [`h${i}.shop.svc.cluster.local`] })],
    ['where a host begins as one of the mesh', (i) => ({ hosts: [`svc.h${i}.com`] })],
    ['where a host ends as one of the mesh', (i) => ({ hosts: [`h${i}.internal`] })],
    ['where there are two hosts', (i) => ({ hosts: [`h${i}.com`, `g${i}.com`] })],
    ['where a host stands alone', (i) => ({ hosts: `h${i}.com` })],
    ['where the hosts are a map', (i) => ({ hosts: { '0': `h${i}.com` } })],
    ['where a host is no text', () => ({ hosts: [7] })],
    ['where the name is part of another word', (i) => ({ more: { x: `myweb-${i}` } })],
    ['where the name is the beginning of another word', (i) => ({ more: { x: `web-${i}x` } })],
    ['where the name is that of a field', (i) => ({ more: { [`web-${i}`]: 1 } })],
    ['where a value looks like a mark', () => ({ more: { x: 'zq7j' } })],
  ])('%s', (_, change) => expect(isCut(four(change))).toBe(false));
});

describe('stencils', () => {
  const problem = { path: '', message: 'refused' } as unknown as Problem;

  test('are other ones where the same values are the same', () => {
    const echo = new Echo();
    const stencils = new Stencils(echo.render);
    for (const app of four(() => ({}))) stencils.render(body(app), []);
    for (const app of four((i) => ({ namespace: `web-${i}` }))) stencils.render(body(app), []);
    expect(echo.whole).toBe(6);
  });

  test('are rendered with marks that are as long as the longest values', () => {
    const echo = new Echo();
    const stencils = new Stencils(echo.render);
    for (const i of [0, 1]) stencils.render(body({ ...good(i), namespace: `${'s'.repeat(16)}${i}` }), []);
    const marks = JSON.parse(echo.seen[2]) as {
      metadata: Record<string, string>;
      spec: { image: string; hosts: string[] };
    };
    const [repository, tag] = marks.spec.image.split(':');
    expect(
      [marks.metadata.name, marks.metadata.namespace, repository, tag, marks.spec.hosts[0]].map((text) => text.length),
    ).toEqual([16, 32, 100, 61, 63]);
    for (const text of [marks.metadata.name, marks.metadata.namespace, repository, tag, marks.spec.hosts[0]]) {
      expect(text).toMatch(/^zq7j[-.]/);
    }
  });

  test('are handed to another thread, which renders none of it', () => {
    const echo = new Echo();
    const first = new Stencils(echo.render);
    expect(first.cut.size).toBe(0);
    for (const app of four(() => ({})).slice(0, 2)) first.render(body(app), []);
    expect(first.cut.size).toBe(1);
    const other = new Echo();
    const second = new Stencils(other.render, new Map(first.cut) as CutStencils);
    for (const app of four(() => ({}))) {
      expect(second.render(body(app), [])).toEqual(new Echo().render(body(app)));
    }
    expect([other.whole, second.cut.size]).toEqual([0, 0]);
  });

  test('give the kind, the name and the namespace', () => {
    const stencils = new Stencils(new Echo().render);
    for (const app of four(() => ({}))) stencils.render(body(app), []);
    const { name, namespace, documents } = stencils.render(body(good(7)), [])!;
    expect([name, namespace, documents[0].kind, documents[0].name]).toEqual(['web-7', 'team-7', 'Echo', 'web-7-echo']);
  });

  test('are not made of specs with problems, before or with the marks', () => {
    let whole = 0;
    const always = new Stencils((node, problems) => (whole++, problems.push(problem), new Echo().render(node)));
    for (const app of four(() => ({}))) always.render(body(app), []);
    expect(whole).toBe(4);
    whole = 0;
    const marked = new Stencils((node, problems) => {
      whole++;
      const made = new Echo().render(node);
      if (made.name.includes('zq7j')) problems.push(problem);
      return made;
    });
    for (const app of four(() => ({}))) {
      const problems: Problem[] = [];
      expect(marked.render(body(app), problems)).toBeDefined();
      // What is wrong with the marks is not wrong with the spec.
      expect(problems).toEqual([]);
    }
    expect([whole, marked.cut.size]).toEqual([5, 0]);
  });

  test('are made although another spec had problems before', () => {
    const echo = new Echo();
    const stencils = new Stencils(echo.render);
    const problems = [problem];
    for (const app of four(() => ({}))) stencils.render(body(app), problems);
    expect(echo.whole).toBe(3);
  });

  test('are not made where nothing comes of a spec, or of its marks', () => {
    let whole = 0;
    const never = new Stencils(() => void whole++ as undefined);
    for (const app of four(() => ({}))) expect(never.render(body(app), [])).toBeUndefined();
    expect(whole).toBe(4);
    whole = 0;
    const marked = new Stencils((node) => {
      whole++;
      const made = new Echo().render(node);
      return made.name.includes('zq7j') ? undefined : made;
    });
    for (const app of four(() => ({}))) expect(marked.render(body(app), [])).toBeDefined();
    expect(whole).toBe(5);
  });

  test('are forgotten where there are too many shapes, and are right all the same', () => {
    const echo = new Echo();
    const stencils = new Stencils(echo.render);
    const shape = (i: number, shape: number) => body({ ...good(i), more: { shape } });
    for (let i = 0; i < 4; i++) stencils.render(shape(i, 0), []);
    for (let i = 1; i < 500; i++) stencils.render(shape(0, i), []);
    expect(echo.whole).toBe(3 + 499);
    stencils.render(shape(5, 0), []);
    expect(echo.whole).toBe(502);
    stencils.render(shape(0, 500), []);
    stencils.render(shape(5, 0), []);
    expect(echo.whole).toBe(504);
  });
});
