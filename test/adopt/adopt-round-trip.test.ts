import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { parse, stringify } from 'yaml';
import { adopt } from '../../src/adopt/adopt';
import { CanaryCheck } from '../../src';
import { CHECKS, specs, waysToSay } from './adopt-specs';
import { EXAMPLES, render } from '../canaryfile/load';
import { sample, sampleSize } from '../sample';

const name = fc.stringMatching(/^[a-z][a-z0-9]{2,8}$/);
const apps = name.chain((app) => fc.tuple(fc.constant(app), fc.option(name, { freq: 1 }), specs(app)));

const documentOf = (app: string, namespace: string | null, spec: object) =>
  stringify({
    apiVersion: 'cdk8s-canary.dev/v1',
    kind: 'CanaryApp',
    metadata: { name: app, ...(namespace ? { namespace } : {}) },
    spec,
  });

/** The spec of some manifests, of which nothing may be lost, and which must come out again. */
function adoptedFrom(text: string): unknown {
  const [adopted, ...others] = adopt([{ name: 'manifests.yaml', text }]);
  expect(others).toEqual([]);
  expect(adopted.notes).toEqual([]);
  expect(render(adopted.text).text).toBe(text);
  return parse(adopted.text);
}

describe('adopt of what synth made', () => {
  test('gives the spec back, says that nothing is lost, and makes the same again, whatever the spec', () => {
    fc.assert(
      fc.property(apps, ([app, namespace, spec]) => {
        const text = documentOf(app, namespace, spec);
        const made = render(text);
        fc.pre(made.problems.length === 0);
        // The spec itself comes back, but for what no manifest speaks of.
        expect(adoptedFrom(made.text)).toEqual({ ...parse(text), spec: withoutNames(seen(spec)) });
      }),
      { seed: 20260101, numRuns: sampleSize(36, 6) },
    );
  }, 300_000);

  // Each check may say what `measuring` says for all, and a window of `measuring` is a delay of what has no window: such
  // specs make the same manifests, and one of them comes back.
  test('makes the same again, where several specs would', () => {
    fc.assert(
      fc.property(waysToSay('shop'), (spec) => {
        const made = render(documentOf('shop', 'shop', spec));
        fc.pre(made.problems.length === 0);
        adoptedFrom(made.text);
      }),
      { seed: 20260102, numRuns: sampleSize(60, 6) },
    );
  }, 300_000);

  const DIST = join(EXAMPLES, '../dist');
  const teams = ['content', 'payments', 'platform', 'shop'].map((team) => `fleet/production/${team}`);
  const services = teams.flatMap((team) => readdirSync(join(DIST, team)).map((file) => `${team}/${file}`));
  const programs = ['quickstart', 'gateway-api', 'grpc-istio', 'header-mirror', 'subsets-mtls', 'gitops-production'];
  test.each(sample([...services, ...programs.map((name) => `${name}.k8s.yaml`)], 2))(
    'makes the same again of %s',
    (file) => {
      adoptedFrom(readFileSync(join(DIST, file), 'utf8'));
    },
  );

  test('makes the same again of all services of a folder, each by itself', () => {
    const files = readdirSync(join(DIST, 'fleet/production/shop')).map((name) => ({
      name,
      text: readFileSync(join(DIST, 'fleet/production/shop', name), 'utf8'),
    }));
    const adopted = adopt(files);
    expect(adopted.flatMap(({ notes }) => notes)).toEqual([]);
    expect(adopted.map(({ text }) => render(text).text)).toEqual(files.map(({ text }) => text));
  });
});

describe('adopt recognizes each check of the catalogue:', () => {
  const kindOf = (check: unknown): string => (typeof check === 'string' ? check : Object.keys(check as object)[0]);
  const catalogue = Object.getOwnPropertyNames(CanaryCheck).filter(
    (key) => typeof (CanaryCheck as unknown as Record<string, unknown>)[key] === 'function',
  );

  test.each(catalogue)('%s', (kind) => {
    const written = CHECKS.filter((check) => kindOf(check) === kind);
    expect(written).not.toEqual([]);
    for (const check of written) {
      const spec = {
        image: 'registry.example.com/shop:1.0.0',
        port: 8080,
        prometheus: 'http://prometheus:9090',
        checks: [check],
        steps: [{ setWeight: 50 }, 'analysis'],
      };
      const adopted = adoptedFrom(render(documentOf('shop', 'shop', spec)).text) as { spec: { checks: unknown } };
      expect(adopted.spec.checks).toEqual([check]);
    }
  });
});

/** Without an analysis no manifest tells where Prometheus is, nor how it is asked. */
function seen(spec: Record<string, unknown>): object {
  const isAsked =
    (spec.steps as unknown[]).includes('analysis') || spec.failures || spec.checks || spec.backgroundChecks;
  if (isAsked) return spec;
  const { prometheus: _, prometheusAccess: __, ...others } = spec;
  return others;
}

interface Measured {
  readonly measuring?: { readonly requests?: unknown };
}

/** The metrics of Istio need no names of Services that an app has by default. */
function withoutNames(spec: Measured): object {
  const { istio } = (spec.measuring?.requests ?? {}) as { istio?: Record<string, unknown> };
  if (istio === undefined) return spec;
  const { canaryService: _, stableService: __, ...others } = istio;
  return { ...spec, measuring: { ...spec.measuring, requests: { istio: others } } };
}
