import type { CompletionItem, Position } from 'vscode-languageserver';
import {
  type Field,
  type Graph,
  loadManifests,
  type Path,
  type Resource,
  sameNamespace,
  virtualServices,
  destinationRules,
} from '../graph';
import { CompletionItemKind } from './protocol';
import { fieldAt, offsetOf } from './text-position';

/** A name that can stand at a position. */
interface Candidate {
  readonly name: string;
  readonly detail: string;
}

/** What can stand in a field: a pattern of its path, and the names. */
interface Source {
  readonly kinds: readonly string[];
  readonly path: RegExp;
  readonly names: (graph: Graph, field: Field) => Candidate[];
}

const ISTIO = 'networking.istio.io';
const GATEWAY_API = 'gateway.networking.k8s.io';

const inNamespace =
  (kind: string, group?: string) =>
  (graph: Graph, { resource }: Field): Candidate[] =>
    graph
      .ofKind(kind, group)
      .filter(({ namespace }) => sameNamespace(namespace, resource.namespace))
      .map(candidate);

const candidate = (resource: Resource): Candidate => ({
  name: resource.name,
  detail: `${resource} (${resource.origin.file})`,
});

/** The object that a reference beside a field names. */
const beside = (graph: Graph, field: Field, kind: string): Resource | undefined => {
  const name = field.get('name').string?.split('.')[0] ?? '';
  return graph.find({ kind, name, namespace: field.resource.namespace }, field.resource);
};

const named = (fields: readonly Field[], detail: string): Candidate[] =>
  fields.flatMap((field) => {
    const name = field.get('name').string;
    return name === undefined ? [] : [{ name, detail }];
  });

const parent = ({ resource, path }: Field, levels = 1): Field => resource.at(path.slice(0, path.length - levels));

const SOURCES: readonly Source[] = [
  {
    kinds: ['Rollout'],
    path: /\.(canaryService|stableService|pingService|pongService|activeService|previewService)$/,
    names: inNamespace('Service', ''),
  },
  {
    kinds: ['Rollout'],
    path: /\.istio\.virtualServices?(\[\d+\])?\.name$/,
    names: inNamespace('VirtualService', ISTIO),
  },
  { kinds: ['Rollout'], path: /\.istio\.destinationRule\.name$/, names: inNamespace('DestinationRule', ISTIO) },
  {
    kinds: ['Rollout'],
    path: /\.istio\.destinationRule\.(canary|stable)SubsetName$/,
    names(graph, field) {
      const rule = beside(graph, parent(field), 'DestinationRule');
      return rule ? named(rule.field('spec', 'subsets').items(), `subset of ${rule}`) : [];
    },
  },
  {
    kinds: ['Rollout'],
    path: /\.istio\.virtualServices?(\[\d+\])?\.routes\[\d+\]$/,
    names(graph, field) {
      const service = beside(graph, parent(field, 2), 'VirtualService');
      return service ? named(service.field('spec', 'http').items(), `route of ${service}`) : [];
    },
  },
  {
    kinds: ['Rollout'],
    path: /\.(setHeaderRoute|setMirrorRoute)\.name$/,
    names: (_graph, { resource }) =>
      named(
        resource.field('spec', 'strategy', 'canary', 'trafficRouting', 'managedRoutes').items(),
        `managed route of ${resource}`,
      ),
  },
  {
    kinds: ['Rollout', 'AnalysisTemplate', 'ClusterAnalysisTemplate', 'Experiment'],
    path: /\.(templates|analyses)\[\d+\]\.templateName$/,
    names(graph, field) {
      if (parent(field).get('clusterScope').boolean === true) {
        return graph.ofKind('ClusterAnalysisTemplate', 'argoproj.io').map(candidate);
      }
      return inNamespace('AnalysisTemplate', 'argoproj.io')(graph, field);
    },
  },
  {
    kinds: ['Rollout'],
    path: /[aA]nalysis\.args\[\d+\]\.name$/,
    names(graph, field) {
      const analysis = parent(field, 3);
      const given = analysis
        .get('args')
        .items()
        .flatMap((one) => one.get('name').string ?? []);
      return analysis
        .get('templates')
        .items()
        .flatMap((one) => {
          const cluster = one.get('clusterScope').boolean === true;
          const kind = cluster ? 'ClusterAnalysisTemplate' : 'AnalysisTemplate';
          const namespace = cluster ? null : field.resource.namespace;
          const name = one.get('templateName').string ?? '';
          const template = graph.find({ group: 'argoproj.io', kind, name, namespace }, field.resource);
          return template ? named(template.field('spec', 'args').items(), `argument of ${template}`) : [];
        })
        .filter(({ name }) => !given.includes(name));
    },
  },
  { kinds: ['Rollout'], path: /\.workloadRef\.name$/, names: inNamespace('Deployment', 'apps') },
  {
    kinds: ['Rollout'],
    path: /\["argoproj-labs\/gatewayAPI"\]\.httpRoutes?(\[\d+\]\.name)?$/,
    names: inNamespace('HTTPRoute', GATEWAY_API),
  },
  {
    kinds: ['VirtualService'],
    path: /\.(destination|mirror)\.host$/,
    names: inNamespace('Service', ''),
  },
  {
    kinds: ['VirtualService'],
    path: /\.(destination|mirror)\.subset$/,
    names(graph, field) {
      const host = parent(field).get('host').string;
      const routed = virtualServices(graph)
        .filter(({ resource }) => resource.name === field.resource.name)
        .flatMap(({ routes }) => routes.flatMap(({ destinations }) => destinations));
      const target = routed.find((one) => one.host.text === host)?.service?.target;
      return destinationRules(graph)
        .filter(
          ({ resource, host: of, service }) =>
            (target ? service?.target === target : of.text === host) &&
            sameNamespace(resource.namespace, field.resource.namespace),
        )
        .flatMap(({ resource, subsets }) =>
          named(
            subsets.map((one) => one.field),
            `subset of ${resource}`,
          ),
        );
    },
  },
  {
    kinds: ['VirtualService'],
    path: /^spec\.gateways\[\d+\]$/,
    names: (graph, { resource }) =>
      graph.ofKind('Gateway', ISTIO).map((gateway) => ({
        ...candidate(gateway),
        name:
          gateway.namespace === resource.namespace ? gateway.name : `${gateway.namespace ?? 'default'}/${gateway.name}`,
      })),
  },
  { kinds: ['DestinationRule'], path: /^spec\.host$/, names: inNamespace('Service', '') },
  { kinds: ['HTTPRoute', 'GRPCRoute'], path: /\.backendRefs\[\d+\]\.name$/, names: inNamespace('Service', '') },
  { kinds: ['HTTPRoute', 'GRPCRoute'], path: /\.parentRefs\[\d+\]\.name$/, names: inNamespace('Gateway', GATEWAY_API) },
  { kinds: ['Ingress'], path: /\.backend\.service\.name$/, names: inNamespace('Service', '') },
  {
    kinds: ['HorizontalPodAutoscaler', 'ScaledObject'],
    path: /\.scaleTargetRef\.name$/,
    names: (graph, field) => inNamespace(parent(field).get('kind').string ?? 'Deployment')(graph, field),
  },
];

/** A name that nobody uses, in the place of the one that is being typed. */
const PLACEHOLDER = 'cdk8s-canary-completion';
/** More characters than a name and what leads to it have. */
const LONGEST = 1000;
/** What ends a name in YAML. */
const WORD = /[^\s,{}[\]"'#]*/;

/** The names that can stand at a position: of objects, routes, subsets and arguments that exist. */
export function completions(graph: Graph, name: string, text: string, position: Position): CompletionItem[] {
  const offset = offsetOf(text, position);
  // A line can have millions of characters, and what is looked for in them is looked for from each on.
  const begin = Math.max(text.lastIndexOf('\n', offset - 1) + 1, offset - LONGEST);
  const before = text.slice(begin, offset);
  const argument = /\{\{\s*args\.([\w-]*)$/.exec(before);
  if (argument) return items(declaredArguments(name, text, offset), position, argument[1].length, text, offset);
  const typed = /[^\s,{}[\]"'#]*$/.exec(before)![0];
  // A key is being typed, or a comment.
  if (!/(^\s*-\s+|[:[,{]\s*)([&!]\S*\s+)*["']?$/.test(before.slice(0, before.length - typed.length))) return [];
  const end = offset + WORD.exec(text.slice(offset))![0].length;
  const start = offset - typed.length;
  const filled = text.slice(0, start) + PLACEHOLDER + text.slice(end);
  const at = fieldAt(filled, start + 1);
  const resource = at && resourceAt(name, filled, at.document, at.path);
  if (resource === undefined) return [];
  const field = resource.at(at!.path.slice(resource.origin.prefix.length));
  if (field.string !== PLACEHOLDER) return [];
  const path = String(field);
  const found = SOURCES.filter((source) => source.kinds.includes(resource.kind) && source.path.test(path));
  return items(
    found.flatMap(({ names }) => names(graph, field)),
    position,
    typed.length,
    text,
    offset,
  );
}

function resourceAt(name: string, text: string, document: number, path: Path): Resource | undefined {
  return loadManifests([{ name, text }]).resources.find(
    ({ origin }) => origin.document === document && origin.prefix.every((step, i) => path[i] === step),
  );
}

function declaredArguments(name: string, text: string, offset: number): Candidate[] {
  const resource = loadManifests([{ name, text }]).resources.find(({ origin: { source } }) => {
    const part = source?.part;
    return part && part.from <= offset && offset <= part.to;
  });
  return resource ? named(resource.field('spec', 'args').items(), `argument of ${resource}`) : [];
}

function items(
  found: readonly Candidate[],
  { line, character }: Position,
  typed: number,
  text: string,
  offset: number,
): CompletionItem[] {
  const rest = /^[\w.-]*/.exec(text.slice(offset))![0].length;
  const range = { start: { line, character: character - typed }, end: { line, character: character + rest } };
  const once = new Map(found.map((one) => [one.name, one]));
  return [...once.values()]
    .filter(({ name }) => name !== '')
    .map(({ name, detail }) => ({
      label: name,
      kind: CompletionItemKind.Reference,
      detail,
      textEdit: { range, newText: name },
    }));
}
