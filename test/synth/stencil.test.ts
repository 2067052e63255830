import fc from 'fast-check';
import { mergeLayers, readDocuments } from '../../src/canaryfile/layers';
import { MapNode } from '../../src/canaryfile/node';
import { Problem } from '../../src/canaryfile/problem';
import { RenderedText, renderText } from '../../src/canaryfile/render';
import { SourceFile } from '../../src/formats/source';
import { Stencils } from '../../src/synth/stencil';
import { sampleSize } from '../sample';

interface App {
  readonly name: string;
  readonly namespace?: string;
  readonly image: string;
  readonly host?: string;
}

/** Lines may speak of NAME, SPACE and HOST. */
function body({ name, namespace, image, host }: App, template = ''): MapNode {
  const said: Record<string, string> = { NAME: name, SPACE: namespace || 'none', HOST: host || 'none' };
  const lines = template.replace(/NAME|SPACE|HOST/g, (word) => said[word].replace(/'/g, ''));
  const text = `apiVersion: cdk8s-canary.dev/v1
kind: CanaryApp
metadata: { name: ${name}${namespace ? `, namespace: ${namespace}` : ''} }
spec:
  image: ${image}
  port: 8080
  prometheus: http://prometheus.monitoring:9090
${host ? `  hosts: [${host}]\n` : ''}${lines}`;
  return mergeLayers(readDocuments(new SourceFile('canary.yaml', text), []))!;
}

const word = fc.stringMatching(/^[a-z][a-z0-9-]{4,20}[a-z0-9]$/);
const mostly = (usual: fc.Arbitrary<string>, ...odd: string[]) =>
  fc.oneof({ arbitrary: usual, weight: 20 }, { arbitrary: fc.constantFrom(...odd), weight: 1 });
const part = fc.stringMatching(/^[a-z0-9]{1,9}(?:[-.][a-z0-9]{1,5})?$/);
const one: fc.Arbitrary<App> = fc.record({
  name: mostly(word, 'yes', 'a', 'app', 'null', 'nan', 'rollout', 'canary', 'x'.repeat(40), 'a--b'),
  namespace: mostly(word, 'monitoring', 'default', 'istio-system', ''),
  image: mostly(
    fc.tuple(part, fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,9}$/)).map(([name, tag]) => `r.io/${name}:${tag}`),
    'nginx',
    'r.example.com/a:latest',
    `r.example.com/a@sha256:${'0'.repeat(64)}`,
    'r.io/A:1',
  ),
  host: mostly(
    fc.tuple(word, part).map(([one, two]) => `${one}.${two}.com`),
    "'*.example.com'",
    'app.shop.svc.cluster.local',
    'localhost',
    '10.0.0.1',
    'a.com, b.com',
    'a-.com',
    '',
  ),
});
/** Some have a namespace of their own name. */
const apps = fc
  .tuple(one, fc.nat(3))
  .map(([app, die]): App => (die === 0 && /^[a-z][a-z0-9-]+$/.test(app.name) ? { ...app, namespace: app.name } : app));

/** What an app may say beside the four, one at least of each room. */
/** The identifier of a dashboard is a hash where its names are long, so no stencil can be made of it. */
const DASHBOARD = '  failures: { atMost: 3, within: 10m }\n  monitoring: { rules: {}, dashboard: {} }\n';

const OPTIONS = [
  '',
  '  replicas: 5\n',
  '  steps: [{ setWeight: 20 }, { pause: { duration: 5m } }, analysis, { setHeaderRoute: { name: try, matches: [{ exact: { header: x-try, value: me } }] } }]\n',
  '  failures: { atMost: 3, within: 10m }\n  monitoring: { rules: {} }\n',
  '  checks: [{ successRate: { atLeast: 0.99 } }, { latency: { quantile: 0.99, atMost: 500ms } }]\n',
  '  backgroundChecks: [{ errorsAgainstStable: { atMost: 2 } }]\n',
  '  traffic: { splitBy: subsets, trafficPolicy: { tls: istioMutual } }\n',
  '  traffic: { routes: [{ split: { name: main, timeout: 5s, matches: [{ prefix: /api }] } }, { to: { name: rest, destination: legacy } }] }\n',
  '  splitInMesh: true\n  monitoring: { kind: pod }\n',
  '  container: { envVariables: { MODE: prod, TOKEN: { secretValue: { secret: tokens, key: t } } }, liveness: { httpGet: /live } }\n',
  '  rollout: { podDefaults: kubernetes, metadata: { labels: { team: web } }, revisionHistoryLimit: 3 }\n',
  '  sidecar: annotation\n  portName: grpc\n  servicePort: 8080\n',
  "  container: { envVariables: { SELF: 'http://NAME:8080', SITE: 'https://HOST/x?NAME', INSIDE: NAME.SPACE.svc } }\n",
  "  rollout: { metadata: { labels: { app: 'NAME', team: 'SPACE' } }, podMetadata: { labels: { app: 'NAME' } } }\n",
  '  checks: [{ query: { name: own, query: \'sum(rate(up{app="NAME",pod=~"NAME-.*"}[5m]))\', threshold: { atMost: 1 } } }]\n',
];

describe('specs of one shape', () => {
  test('come out as the constructs make each of them, in every byte', () => {
    let whole = 0;
    let all = 0;
    fc.assert(
      fc.property(
        fc.constantFrom(...OPTIONS, DASHBOARD),
        fc.array(apps, { minLength: 20, maxLength: 25 }),
        (lines, fleet) => {
          const stencils = new Stencils((one, problems) => (whole++, renderText(one, problems)));
          for (const app of fleet) {
            const [found, wanted]: string[][] = [[], []];
            const problems = { found: [], wanted: [] };
            found.push(JSON.stringify(stencils.render(body(app, lines), problems.found)));
            wanted.push(JSON.stringify(renderText(body(app, lines), problems.wanted)));
            expect(found).toEqual(wanted);
            expect(problems.found.length).toBe(problems.wanted.length);
            all++;
          }
        },
      ),
      { seed: 20260101, numRuns: sampleSize(30, 2) },
    );
    // Many of them went through a stencil, or this says nothing.
    expect(whole).toBeLessThan(0.8 * all);
  }, 120_000);

  const fleet = Array.from({ length: 10 }, (_, i) => ({
    name: `service-${i}`,
    namespace: `team-${i % 3}`,
    image: `registry.example.com/service-${i}:1.${i}`,
    host: `service-${i}.example.com`,
  }));

  test.each(OPTIONS)('are rendered by the constructs three times, whatever their number, with %j', (lines) => {
    let whole = 0;
    const stencils = new Stencils((one, problems) => (whole++, renderText(one, problems)));
    for (const app of fleet) expect(stencils.render(body(app, lines), [])).toBeDefined();
    expect(whole).toBe(3);
  });

  test('with a dashboard are rendered by the constructs each', () => {
    let whole = 0;
    const stencils = new Stencils((one, problems) => (whole++, renderText(one, problems)));
    for (const app of fleet) expect(stencils.render(body(app, DASHBOARD), [])).toBeDefined();
    expect(whole).toBeGreaterThanOrEqual(fleet.length);
  });

  test('are rendered so too where their namespace has their name', () => {
    let whole = 0;
    const stencils = new Stencils((each, problems) => (whole++, renderText(each, problems)));
    for (const app of fleet) stencils.render(body({ ...app, namespace: app.name }), []);
    expect(whole).toBe(3);
    // Whether they are the same could matter: it is another shape.
    stencils.render(body(fleet[0]), []);
    expect(whole).toBe(4);
  });

  test.each<[string, (text: RenderedText) => RenderedText]>([
    [
      'writes a name in upper case',
      (made) => changed(made, (text) => text.replace(/service-\d/g, (name) => name.toUpperCase())),
    ],
    ['asks for the length of an image', (made) => changed(made, (text) => `${text}# ${text.length}\n`)],
    ['escapes a host', (made) => changed(made, (text) => text.replace(/\.example\.com/g, '\\.example\\.com'))],
  ])('are rendered one by one should the constructs make something that %s', (_, change) => {
    const construct = (one: MapNode) => change(renderText(one, [])!);
    const stencils = new Stencils(construct);
    for (const app of fleet) expect(stencils.render(body(app), [])).toEqual(construct(body(app)));
  });

  test('are rendered one by one where a hash of the name is in what the constructs make', () => {
    let whole = 0;
    const stencils = new Stencils((one, problems) => (whole++, renderText(one, problems)));
    for (const app of fleet) stencils.render(body(app, '  rollout: { isolate: true }\n'), []);
    expect(whole).toBe(fleet.length + 1);
  });

  const short = fleet.slice(0, 4);
  const long = { ...fleet[9], name: 'the-longest-name-of-a-service-09', namespace: 'the-longest-name-of-a-team-of-us' };
  const between = { ...fleet[8], name: 'sixteen-letters1', namespace: 'sixteen-letters2' };

  test('are shortened where the constructs shorten them, after short ones as well', () => {
    const stencils = new Stencils();
    for (const app of [...short, between, long, { ...between, name: 'another-16-lette' }]) {
      const one = body(app, '  monitoring: { dashboard: {} }\n');
      expect(stencils.render(one, [])).toEqual(renderText(one, []));
    }
  });

  test.each([20, 32, 35, 47])(
    'are refused where a name has no room for a suffix of %i letters that shorter ones have',
    (suffix) => {
      const refuse = (one: MapNode, problems: Problem[]) => {
        const made = renderText(one, problems)!;
        const name = `${made.name}-${'x'.repeat(suffix)}`;
        if (name.length > 63) problems.push({ at: one.at, path: 'metadata.name', message: `${name} is too long` });
        return made;
      };
      const stencils = new Stencils(refuse);
      const verdicts = [...short, between, ...short, long, between].map((app) => {
        const [found, wanted]: Problem[][] = [[], []];
        stencils.render(body(app), found);
        refuse(body(app), wanted);
        expect(found.map(({ message }) => message)).toEqual(wanted.map(({ message }) => message));
        return wanted.length;
      });
      expect(verdicts.slice(0, 4)).toEqual([0, 0, 0, 0]);
      expect(verdicts[9]).toBe(suffix + 1 + long.name.length > 63 ? 1 : 0);
    },
  );

  test('differ if one repeats its name', () => {
    const stencils = new Stencils();
    for (const { name, ...app } of fleet) {
      const lines = `  container: { envVariables: { SELF: 'http://${name}:8080', OTHER: 'http://service-1:8080' } }\n`;
      const one = body({ name, ...app }, lines);
      expect(stencils.render(one, [])).toEqual(renderText(one, []));
    }
  });
});

function changed(made: RenderedText, change: (text: string) => string): RenderedText {
  return { ...made, documents: made.documents.map((one) => ({ ...one, text: change(one.text) })) };
}
