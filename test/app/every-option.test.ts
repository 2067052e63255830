import { join } from 'node:path';
import * as fc from 'fast-check';
import { factoryFields, type Field, type SpecModel, type TypeRef } from '../../src/canaryfile/model';
import { RULES_APPLIED_LATER } from '../../src/app/own-manifests';
import { render as renderedText, spec } from '../canaryfile/load';
import { loadProps } from '../../src/canaryfile/load';
import { nodeOf } from '../../src/canaryfile/node';
import { SourceFile } from '../../src/formats/source';
import * as cdk8s from 'cdk8s';
import * as plus from 'cdk8s-plus-27';
import * as canary from '../../src';

// Each option of a spec is taken away, or changed, in random specs that state it. One that never changes an object, and
// is never refused, would be ignored without a word.

interface Specs {
  libraryOf(load: (name: string) => unknown): { readonly extractModel: unknown };
  corpusOf(
    root: string,
    extractModel: unknown,
  ): { model: SpecModel; sets: fc.Arbitrary<{ items: { canaryApp?: object } }> };
}

const ROOT = join(__dirname, '../..');
const conformance = (name: string) => jest.requireActual<Specs>(join(ROOT, 'conformance/specs', name));
const library = conformance('render.cjs').libraryOf((name) => jest.requireActual(join(ROOT, 'src', name)));
const { model, sets } = conformance('sets.cjs').corpusOf(ROOT, library.extractModel);

/** Options that change no object of their own, and why. */
const NO_OBJECT: Readonly<Record<string, string>> = {
  'AcceptedFinding.reason': 'it is for the reader of the spec',
  'AcceptedFinding.rule': 'it changes what is refused',
  'CanaryAppProps.acceptedFindings': 'it changes what is refused',
  'CanaryAppProps.versions': 'it changes what is refused',
  'CanaryIsolation.service.stableService': 'only checks that compare both versions read it',
  'EnvValue.process.required': 'it changes what is refused',
  'IServiceAccount.serviceAccountName.namespaceName': 'a pod uses an account of its own namespace alone',
};
/** The releases of a cluster change what is refused. */
const isRelease = (key: string) => key.startsWith('ClusterVersions.');
/** A container whose resources are read: its other options are those of `container`. */
const isSourceOfResources = (path: string) => path.includes('.resource.container.');

type Path = readonly (string | number)[];
interface Place {
  readonly key: string;
  readonly path: Path;
  readonly field: Field;
}

const short = (fqn: string) => fqn.replace(/^.*\./, '');
/** Templates of several kinds have the same options, and so have the settings of checks. */
const keyOf = (title: string, name: string) =>
  `${title.replace(/^(IAnalysisTemplate\.\w+|PrometheusAnalysisOptions)$/, 'template')}.${name}`;

/** The options that a value states, by their types and names. */
function placesIn(type: TypeRef, value: unknown, path: Path = []): Place[] {
  if (value === undefined || value === null || 'primitive' in type) return [];
  if ('list' in type) {
    return (Array.isArray(value) ? value : []).flatMap((one, i) => placesIn(type.list, one, [...path, i]));
  }
  if (typeof value !== 'object') return [];
  if ('map' in type) return Object.entries(value).flatMap(([name, one]) => placesIn(type.map, one, [...path, name]));
  const named = model.types[type.ref];
  const within = (title: string, fields: Record<string, Field>, at: Path, inner: unknown): Place[] =>
    typeof inner !== 'object' || inner === null
      ? []
      : Object.entries(fields).flatMap(([name, field]) => {
          const one = (inner as Record<string, unknown>)[name];
          if (one === undefined) return [];
          const here = [...at, name];
          return [{ key: keyOf(title, name), path: here, field }, ...placesIn(field.type, one, here)];
        });
  switch (named.kind) {
    case 'struct':
      return within(short(type.ref), named.fields, path, value);
    case 'built':
      return within(short(type.ref), factoryFields(model, named.factory), path, value);
    case 'choice':
      return Object.entries(value).flatMap(([key, inner]) => {
        if (!Object.hasOwn(named.factories, key)) return [];
        const fields = factoryFields(model, named.factories[key]);
        return within(`${short(type.ref)}.${key}`, fields, [...path, key], inner);
      });
    default:
      return [];
  }
}

function put(value: unknown, [head, ...rest]: Path, change: (old: unknown) => unknown): unknown {
  const old = (value as Record<string | number, unknown>)[head];
  const next = rest.length > 0 ? put(old, rest, change) : change(old);
  if (Array.isArray(value)) return value.map((one: unknown, i) => (i === head ? next : one));
  const entries = Object.entries({ ...(value as object), [head]: next }).filter(([, one]) => one !== undefined);
  return Object.fromEntries(entries);
}

/** Values without the option, and with another value of it. */
function variants(value: unknown, { path, field }: Place): unknown[] {
  const others = put(value, path, (old) => {
    if (typeof old === 'string') return `${old}x`;
    if (typeof old === 'number') return old + 1;
    if (isTexts(old)) return Object.fromEntries(Object.entries(old).map(([name, one]) => [name, `${one}x`]));
    return typeof old === 'boolean' ? !old : old;
  });
  return [...(field.optional ? [put(value, path, () => undefined)] : []), others];
}

function isTexts(value: unknown): value is Record<string, string> {
  return typeof value === 'object' && value !== null && Object.values(value).every((one) => typeof one === 'string');
}

/** The objects of an app, or why there are none. */
function objectsOf(options: unknown): string {
  const app = new cdk8s.App();
  app.node.setContext(RULES_APPLIED_LATER, true);
  const chart = new cdk8s.Chart(app, 'set', { namespace: 'shop' });
  const modules = { cdk8s, 'cdk8s-plus-27': plus, 'cdk8s-canary': canary } as never;
  const problems: never[] = [];
  const root = { ...model, root: 'cdk8s-canary.CanaryAppProps' };
  const node = nodeOf(options, { file: new SourceFile('set', ''), from: 0, to: 0 });
  const props = loadProps(root, modules, chart, node, problems);
  if (problems.length > 0) return REFUSED;
  try {
    new canary.CanaryApp(chart, 'checkout', props as canary.CanaryAppProps);
    return JSON.stringify(chart.toJson());
  } catch {
    return REFUSED;
  }
}
const REFUSED = 'refused';

test('each option changes an object, or is refused', () => {
  const effective = new Set<string>();
  const tried = new Map<string, number>();
  for (let seed = 1; seed <= 420; seed++) {
    const [{ items }] = fc.sample(sets, { seed, numRuns: 1 });
    if (items.canaryApp === undefined) continue;
    const before = objectsOf(items.canaryApp);
    if (before === REFUSED) continue;
    for (const place of placesIn({ ref: 'cdk8s-canary.CanaryAppProps' }, items.canaryApp)) {
      const { key, path, field } = place;
      // What a required object holds is asked field by field.
      const isRequiredObject = !field.optional && typeof valueAt(items.canaryApp, path) === 'object';
      if (effective.has(key) || isRequiredObject || isSourceOfResources(path.join('.'))) continue;
      const times = tried.get(key) ?? 0;
      if (times > 20) continue;
      tried.set(key, times + 1);
      if (variants(items.canaryApp, place).some((one) => objectsOf(one) !== before)) effective.add(key);
    }
  }
  const ignored = [...tried.keys()].filter((key) => !effective.has(key) && !isRelease(key) && !(key in NO_OBJECT));
  expect(ignored.sort()).toEqual([]);
  expect(effective.size).toBeGreaterThan(1100);
}, 600_000);

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((inner, name) => (inner as Record<string | number, unknown>)[name], value);
}

describe('an option that another one leaves without effect is refused', () => {
  const CHECKS = '  checks: [{ successRate: { atLeast: 99% } }]\n';
  const NO_ANALYSIS = '  steps: [{ setWeight: 10 }, { pause: 5m }]\n';

  test.each([
    ['checks', `${CHECKS}${NO_ANALYSIS}`, 'checks is given, but no step of steps runs an analysis'],
    ['checks', `${CHECKS}  plan: linear(10, 1m)\n`, 'checks is given, but plan runs no analysis'],
    ['checks', `${CHECKS}  blueGreen: {}\n`, 'checks is given, but no analysis of blueGreen runs'],
    ['failures', `  failures: { atMost: 3, within: 5m }\n${NO_ANALYSIS}`, 'failures is given, but no step of steps'],
    ['measuring', '  measuring: { noData: fail }\n', 'neither checks nor backgroundChecks'],
    ['autoscaling.cooldownPeriod', '  autoscaling: { maxReplicas: 3, cooldownPeriod: 5m }\n', 'autoscaling.triggers'],
    [
      'autoscaling.fallback',
      '  autoscaling: { maxReplicas: 3, fallback: { failureThreshold: 1, replicas: 2 } }\n',
      'autoscaling.triggers',
    ],
    ['monitoring.path', '  monitoring: { kind: none, path: /m }\n', 'monitoring.kind is none'],
    ['services.root', '  hosts: [a.example.com]\n  services: { withRoot: false, root: x }\n', 'services.withRoot'],
    [
      'gatewayApi.grpcRouteName',
      '  gatewayApi: { parents: [{ gateway: public }], grpcRouteName: x }\n',
      'gatewayApi.grpcRoutes',
    ],
    ['checks[0]', '  checks: [{ restarts: { requests: { grpcServer: {} } } }]\n', 'requests has no effect'],
    [
      'traffic.splitBy',
      '  traffic: { splitBy: { existingSubsets: { ruleName: rule, labels: { app: x } } } }\n',
      'labels has no effect, because the DestinationRule exists',
    ],
    [
      'plan',
      '  plan: { linear: { percent: 10, every: 1m, analyzeEachStep: false, analysis: {} } }\n',
      'analyzeEachStep',
    ],
    [
      '',
      `  strategy: { background: { templates: [{ clusterAnalysisTemplate: { clusterScope: false, metrics: [{ name: a, provider: { prometheus: { address: http://p, query: up } }, condition: { threshold: { threshold: { atMost: 1 } } } }] } }] } }\n`,
      'clusterScope is false',
    ],
    ['monitoring.rules', '  monitoring: { rules: { window: 5m } }\n', 'window has no effect without requests'],
    [
      'rollout.notifications[1]',
      '  rollout: { notifications: [{ slack: { trigger: rolloutPaused, channels: [a] } }, { slack: { trigger: rolloutPaused, channels: [b] } }] }\n',
      'is there twice',
    ],
  ])('%s', (path, lines, message) => {
    const { problems } = renderedText(spec(lines));
    expect(problems.filter((one) => one.includes(message) && one.includes(`spec${path && '.'}${path}`))).toHaveLength(
      1,
    );
  });

  test.each([
    ['checks and a step that runs them', CHECKS],
    ['checks that run in the background', `  backgroundChecks: [{ successRate: { atLeast: 99% } }]\n${NO_ANALYSIS}`],
    [
      'checks that a step runs by the name of their template',
      `${CHECKS}  steps: [{ setWeight: 10 }, { analysis: { templates: [checkout-checks], args: [{ value: { name: namespace, value: shop } }, { podTemplateHash: { name: canary-hash, hash: latest } }] } }]\n`,
    ],
    ['settings of checks', `${CHECKS}  measuring: { noData: fail }\n`],
  ])('%s are accepted', (_, lines) => expect(renderedText(spec(lines)).problems).toEqual([]));
});
