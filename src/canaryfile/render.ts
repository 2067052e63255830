import type { CanaryAppProps } from '../index';
import { readMetadata } from './document';
import { unreadableFiles } from './files';
import { loadProps } from './load';
import { specModel } from './model';
import { MapNode, SpecNode, join, nodeOf } from './node';
import { Problem, isRefusal } from './problem';
import type { ApiObject, Chart } from 'cdk8s';
import { isOptionError, type OptionProblem } from '../formats/option-problem';
import { type FileRange, SourceFile } from '../formats/source';
import { writeYamlDocuments } from '../formats/yaml';

/** An object of the cluster, as it is applied. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly [field: string]: unknown };
  readonly [field: string]: unknown;
}

export interface RenderedApp {
  readonly name: string;
  readonly namespace?: string;
  readonly manifests: readonly Manifest[];
}

/** An object as it is written. */
export interface RenderedDocument {
  readonly kind: string;
  readonly name: string;
  readonly text: string;
}

/** The rendered objects of a spec, as text. */
export interface RenderedText {
  readonly name: string;
  readonly namespace?: string;
  readonly documents: readonly RenderedDocument[];
}

let loaded: ReturnType<typeof loadConstructs> | undefined;

/** Loading cdk8s takes longer than anything else here, so that it waits until there is something to render. */
function constructs() {
  return (loaded ??= loadConstructs());
}

function loadConstructs() {
  /* eslint-disable @typescript-eslint/no-require-imports */
  const cdk8s = require('cdk8s') as typeof import('cdk8s');
  const plus = require('cdk8s-plus-27') as typeof import('cdk8s-plus-27');
  const canary = require('../index') as typeof import('../index');
  const own = require('../app/own-manifests') as typeof import('../app/own-manifests');
  const reported = require('../formats/option-problem') as typeof import('../formats/option-problem');
  /* eslint-enable @typescript-eslint/no-require-imports */
  return { cdk8s, plus, canary, own, reported };
}

/** The construct tree keeps its children in a plain object, in which a name such as `constructor` is taken. */
const idOf = (name: string): string => (name in {} ? `app-${name}` : name);

/**
 * The objects of one merged spec. Each spec has a cdk8s App of its own: one App for all of them takes time that grows
 * with the square of their number.
 *
 * @param isJudged Whether the rules check the result, and their errors are problems.
 */
export function renderSpec(body: MapNode, problems: Problem[], isJudged = true): RenderedApp | undefined {
  const { own } = constructs();
  const built = build(body, problems, isJudged);
  if (built === undefined) return undefined;
  const { chart, options, name, namespace, props } = built;
  try {
    // The app's own validation would have to render all of it once more.
    const manifests = chart.toJson() as Manifest[];
    const named = manifests.map((manifest) => ({ origin: `${manifest.kind} ${manifest.metadata.name}`, manifest }));
    const { acceptedFindings = [], versions } = props;
    const accepted = acceptedFindings.map(({ rule }) => rule);
    const found = isJudged ? own.findingsAmong(named, accepted, versions) : [];
    problems.push(...found.map((finding) => ({ at: options.at, path: 'spec', ...finding })));
    if (found.length > 0) return undefined;
    return { name, namespace, manifests };
  } catch (error) {
    problems.push(...constructProblems(chart, error, options));
    return undefined;
  }
}

/** The objects of a spec that is tried out, before they are validated. */
export interface Draft {
  readonly manifests: readonly Manifest[];
  /** Whether the constructs accept the spec. */
  isValid(): boolean;
}

/**
 * The objects of one merged spec without a verdict on them: of many specs that are tried, few need one. Undefined if it
 * cannot be read or rendered.
 */
export function renderDraft(body: MapNode): Draft | undefined {
  const { cdk8s, reported } = constructs();
  const built = build(body, [], false);
  if (built === undefined) return undefined;
  const { chart } = built;
  const objects = chart.node.findAll().filter((node) => cdk8s.ApiObject.isApiObject(node));
  try {
    const manifests = objects.map((object) => object.toJson() as Manifest);
    return { manifests, isValid: () => reported.reportedProblems(chart).length === 0 };
  } catch (error) {
    if (!isRefusal(error) && !isOptionError(error)) throw error;
    return undefined;
  }
}

interface Built {
  readonly chart: Chart;
  readonly options: SpecNode;
  readonly name: string;
  readonly namespace?: string;
  readonly props: CanaryAppProps;
}

/** The constructs of one merged spec. Undefined if an option cannot be read, with the reason among the problems. */
function build(body: MapNode, problems: Problem[], isJudged: boolean): Built | undefined {
  const before = problems.length;
  const metadata = readMetadata(body, problems);
  const options: SpecNode = body.entries.get('spec')?.value ?? { kind: 'map', entries: new Map(), at: body.at };
  const { cdk8s, plus, canary, own } = constructs();
  const { namespace, labels } = metadata ?? {};
  const app = new cdk8s.App();
  app.node.setContext(own.RULES_APPLIED_LATER, true);
  const id = idOf(metadata?.name ?? 'app');
  const chart = new cdk8s.Chart(app, id, { namespace, labels });
  const modules = { cdk8s, 'cdk8s-plus-27': plus, 'cdk8s-canary': canary } as never;
  problems.push(...unreadableFiles(body));
  const props = loadProps(specModel(), modules, chart, options, problems);
  if (metadata === undefined || problems.length > before) {
    if (isJudged) problems.push(...problemsOfReadable(options, problems.slice(before)));
    return undefined;
  }
  const { name: other } = props as { readonly name?: string };
  if (other !== undefined && other !== metadata.name) {
    const message = `spec.name and metadata.name contradict each other: '${other}' and '${metadata.name}'; leave spec.name out`;
    problems.push({ at: options.at, path: 'spec.name', message });
    return undefined;
  }
  const refused = refusalOf(
    () => new canary.CanaryApp(chart, id, { name: metadata.name, ...(props as object) } as never),
    options,
  );
  if (refused !== undefined) {
    problems.push(refused);
    return undefined;
  }
  return { chart, options, name: metadata.name, namespace, props: props as CanaryAppProps };
}

/** The errors that the linter finds in manifests, as it does in the objects of a spec: each with its rule and message. */
export function findingsIn(
  manifests: readonly object[],
): readonly { readonly rule: string; readonly message: string }[] {
  const named = (manifests as readonly Manifest[]).map((manifest) => {
    // Manifests of others may lack their metadata.
    const { metadata } = manifest as Partial<Manifest>;
    return { origin: `${manifest.kind} ${metadata?.name ?? ''}`, manifest };
  });
  return constructs().own.findingsAmong(named, []);
}

/** Required options, with valid values that replace those that could not be read. */
const STAND_INS = {
  image: 'registry.example.com/app:1',
  port: 8080,
  prometheus: 'http://prometheus.monitoring:9090',
  steps: [{ setWeight: 50 }, { pause: {} }, 'analysis'],
};

/**
 * The problems of the options that could be read, although others could not, so that all errors of a file are reported
 * at once. A problem that depends on an option that could not be read is left out.
 */
function problemsOfReadable(options: SpecNode, found: readonly Problem[]): Problem[] {
  if (options.kind !== 'map') return [];
  const names = new Set(found.flatMap(({ path }) => /^spec\.(\w+)/.exec(path)?.[1] ?? []));
  const entries = new Map([...options.entries].filter(([name]) => !names.has(name)));
  for (const [name, value] of Object.entries(STAND_INS)) {
    const isNeeded = name === 'image' || name === 'port' ? !entries.has(name) : names.has(name);
    if (isNeeded) entries.set(name, { key: options.at, value: nodeOf(value, options.at) });
  }
  if (names.has('plan')) entries.delete('plan');
  const { cdk8s, plus, canary, own } = constructs();
  const app = new cdk8s.App();
  app.node.setContext(own.RULES_APPLIED_LATER, true);
  const chart = new cdk8s.Chart(app, 'app');
  const modules = { cdk8s, 'cdk8s-plus-27': plus, 'cdk8s-canary': canary } as never;
  const rest: Problem[] = [];
  const readable: SpecNode = { ...options, entries };
  const props = loadProps(specModel(), modules, chart, readable, rest);
  if (props === undefined || rest.length > 0) return [];
  if (refusalOf(() => new canary.CanaryApp(chart, 'app', props as never), readable) !== undefined) return [];
  try {
    chart.toJson();
    return [];
  } catch (error) {
    const isUnread = (option: string) => names.has(/^\w+/.exec(option)?.[0] ?? '');
    // Patches and extra manifests depend on all objects.
    return constructProblems(chart, error, readable, isUnread).filter(
      ({ at, path }) => path !== 'spec' && at !== options.at && !/^spec\.(patches|extraManifests)\b/.test(path),
    );
  }
}

/** One value of the API, as a spec states it: `{ successRate: { atLeast: 0.99 } }` of `CanaryCheck`. Undefined if it is not valid. */
export function loadValue(type: string, data: unknown): unknown {
  const { cdk8s, plus, canary } = constructs();
  const problems: Problem[] = [];
  const node = nodeOf(data, { file: new SourceFile(type, ''), from: 0, to: 0 });
  const modules = { cdk8s, 'cdk8s-plus-27': plus, 'cdk8s-canary': canary } as never;
  const model = { ...specModel(), root: `cdk8s-canary.${type}` };
  const value = loadProps(model, modules, new cdk8s.Chart(new cdk8s.App(), 'value'), node, problems);
  return problems.length > 0 ? undefined : value;
}

/** As `renderSpec`, each object written. */
export function renderText(body: MapNode, problems: Problem[]): RenderedText | undefined {
  const app = renderSpec(body, problems);
  if (app === undefined) return undefined;
  const { name, namespace, manifests } = app;
  const documents = manifests.map((manifest) => ({
    kind: manifest.kind,
    name: manifest.metadata.name,
    text: manifestText([manifest]),
  }));
  return { name, namespace, documents };
}

/** The text of the objects, in the layout of `cdk8s synth`. */
export function manifestText(manifests: readonly Manifest[]): string {
  return writeYamlDocuments(manifests);
}

/** Builds constructs. If a class of cdk8s refuses a value, the tree is not whole: then its text is the only problem. */
function refusalOf(build: () => unknown, options: SpecNode): Problem | undefined {
  try {
    build();
    return undefined;
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return { at: options.at, path: 'spec', message: error.message };
  }
}

/**
 * The problems that the constructs report, at the options that they name.
 *
 * @param isUnread Whether an option could not be read. Problems that also depend on it are left out.
 * @param error What rendering threw. If it is a defect, and nothing else is wrong, it is thrown again.
 */
function constructProblems(
  chart: Chart,
  error: unknown,
  options: SpecNode,
  isUnread: (option: string) => boolean = () => false,
): Problem[] {
  const { cdk8s, reported } = constructs();
  const objects = chart.node.findAll().filter((node) => cdk8s.ApiObject.isApiObject(node));
  const problems = [...reported.reportedProblems(chart), ...unique(objects.flatMap(problemsOfObject))];
  if (problems.length > 0) {
    return problems
      .filter(({ others = [] }) => !others.some(isUnread))
      .map(({ path, message }) => ({ ...placeOf(path, options), message }));
  }
  if (!isRefusal(error)) throw error;
  return [{ at: options.at, path: 'spec', message: error.message }];
}

/** The problems that rendering an object reports. Other errors follow from problems that are reported elsewhere. */
function problemsOfObject(object: ApiObject): readonly OptionProblem[] {
  try {
    object.toJson();
    return [];
  } catch (error) {
    return isOptionError(error) ? [error.problem, ...error.others] : [];
  }
}

/** A patch may be of several objects, and fail in each of them for the same reason. */
const unique = (problems: readonly OptionProblem[]): OptionProblem[] => [
  ...new Map(problems.map((problem) => [`${problem.path} ${problem.message}`, problem])).values(),
];

/**
 * Where an option stands, or the nearest one around it. A value class is written as an object with one field, its
 * factory, which paths of constructs leave out: `routes[0].retries` is `routes[0].split.retries`.
 */
function placeOf(path: string, options: SpecNode): { at: FileRange; path: string } {
  let node = options;
  let where = 'spec';
  for (const part of path.match(/\w+|\[\d+\]/g) ?? []) {
    const only = node.kind === 'map' && node.entries.size === 1 ? [...node.entries][0] : undefined;
    if (only && node.kind === 'map' && !node.entries.has(part)) {
      node = only[1].value;
      where = join(where, only[0]);
    }
    const next = child(node, part);
    if (next === undefined) break;
    node = next;
    where = part.startsWith('[') ? where + part : join(where, part);
  }
  return { at: node.at, path: where };
}

function child(node: SpecNode, part: string): SpecNode | undefined {
  if (node.kind === 'list') return node.items[Number(part.slice(1, -1))];
  return node.kind === 'map' ? node.entries.get(part)?.value : undefined;
}
