import { documentParts, readDocument, writeYaml, type YamlSource } from '../formats/yaml';
import { type Graph, isMapping, type Mapping, type Resource, rollouts } from '../graph';
import { deploymentOf, withDeploymentTargets } from './deployment';
import { editedText } from './text-edits';

/** A set of manifests in which Deployments replace Rollouts. */
export interface WithDeployments {
  readonly files: readonly { readonly name: string; readonly text: string }[];
  /** How many Rollouts are Deployments now. */
  readonly converted: number;
  /** What could not be converted, with its place. */
  readonly left: readonly string[];
  /** The files with documents that are left out because they are no Kubernetes objects, such as values of a chart. */
  readonly foreign: readonly string[];
}

/**
 * Every file of a set, with each Rollout as the Deployment that makes the same pods under the same name, for tools that
 * know no Rollouts. Lines stay where they are unless a document has to be written anew. A Rollout that takes its pods
 * from a Deployment of the set gives way to it.
 */
export function asDeployments(graph: Graph): WithDeployments {
  const changes = new Map<Resource, Mapping | undefined>();
  const left: string[] = [];
  let converted = 0;
  for (const { resource, workload } of rollouts(graph)) {
    const { workloadRef } = workload;
    if (!workloadRef) {
      changes.set(resource, deploymentOf(resource.manifest));
    } else if (!workloadRef.target) {
      const place = workloadRef.from.place();
      const where = place ? `${place.file}:${place.line}:${place.column}` : resource.origin.file;
      const { kind, name } = workloadRef.to;
      left.push(
        `${where}  ${resource} takes its pods from the ${kind} '${name}', which is not here; it stays a Rollout`,
      );
      continue;
    } else if (workloadRef.target.kind === 'Deployment') {
      changes.set(resource, undefined);
      changes.set(
        workloadRef.target,
        withReplicas(workloadRef.target.manifest, resource.field('spec', 'replicas').value),
      );
    } else {
      const template = workload.template.value;
      const labels = workload.template.get('metadata', 'labels').value;
      changes.set(resource, deploymentOf(resource.manifest, { template, selector: { matchLabels: labels } }));
    }
    converted++;
  }
  for (const resource of graph.resources) {
    if (changes.has(resource)) continue;
    const renamed = withDeploymentTargets(resource.manifest);
    if (renamed !== resource.manifest) changes.set(resource, renamed);
  }
  const foreign = foreignDocuments(graph);
  return { files: textsOf(graph, changes, foreign), converted, left, foreign: [...foreign.keys()] };
}

/** A Deployment that runs what its Rollout states; without a number, an autoscaler sets it. */
function withReplicas(deployment: Mapping, replicas: unknown): Mapping {
  const { replicas: _own, ...spec } = isMapping(deployment.spec) ? deployment.spec : {};
  return { ...deployment, spec: replicas === undefined || replicas === null ? spec : { replicas, ...spec } };
}

/** The numbers of the documents that are no Kubernetes objects, by file: no tool that reads manifests takes them. */
function foreignDocuments(graph: Graph): Map<string, ReadonlySet<number>> {
  const known = new Set(graph.resources.map(({ origin }) => `${origin.document} ${origin.file}`));
  const found = new Map<string, ReadonlySet<number>>();
  for (const { name, text } of graph.files) {
    const foreign = documentParts(text).flatMap((part, index) => {
      if (known.has(`${index} ${name}`)) return [];
      const { value } = readDocument(text, part);
      const isNothing = value === null || value === undefined;
      return isNothing || (isMapping(value) && 'apiVersion' in value && 'kind' in value) ? [] : [index];
    });
    if (foreign.length > 0) found.set(name, new Set(foreign));
  }
  return found;
}

function textsOf(
  graph: Graph,
  changes: ReadonlyMap<Resource, Mapping | undefined>,
  foreign: ReadonlyMap<string, ReadonlySet<number>>,
): WithDeployments['files'] {
  const byFile = new Map<string, Map<number, Resource[]>>();
  for (const resource of changes.keys()) {
    const { file, document } = resource.origin;
    const documents = byFile.get(file) ?? new Map<number, Resource[]>();
    byFile.set(file, documents);
    documents.set(document, [...(documents.get(document) ?? []), resource]);
  }
  return graph.files.flatMap(({ name, text }) => {
    const [documents, others] = [byFile.get(name), foreign.get(name)];
    if (!documents && !others) return [{ name, text }];
    const parts = documentParts(text);
    if (others?.size === parts.length) return [];
    let result = '';
    let at = 0;
    parts.forEach((part, index) => {
      const changed = documents?.get(index);
      const source = changed?.[0].origin.source;
      if (!others?.has(index) && !source) return;
      result += text.slice(at, part.from);
      result += source ? documentText(source, changed!, changes) : emptied(text.slice(part.from, part.to));
      at = part.to;
    });
    return [{ name, text: result + text.slice(at) }];
  });
}

/** An empty document in place of another, so that the lines behind it stay where they are. */
const emptied = (old: string): string => '\n'.repeat(old.split('\n').length - 1);

function documentText(
  source: YamlSource,
  changed: readonly Resource[],
  changes: ReadonlyMap<Resource, Mapping | undefined>,
): string {
  const { from, to } = source.part;
  const old = source.file.text.slice(from, to);
  const [first] = changed;
  if (changed.length === 1 && first.origin.prefix.length === 0) {
    const wanted = changes.get(first);
    if (wanted === undefined) return emptied(old);
    return editedText(source, first.manifest, wanted) ?? written(wanted, old);
  }
  let value: unknown = readDocument(source.file.text, source.part).value;
  // From the last to the first, so that those that go do not move the others.
  for (const resource of [...changed].reverse()) value = replaced(value, resource.origin.prefix, changes.get(resource));
  return written(value, old);
}

function replaced(value: unknown, [step, ...rest]: readonly (string | number)[], by: unknown): unknown {
  if (step === undefined) return by;
  if (Array.isArray(value)) {
    const items = value.map((item: unknown, index) => (index === step ? replaced(item, rest, by) : item));
    return items.filter((item) => item !== undefined);
  }
  if (!isMapping(value)) return value;
  return { ...value, [step]: replaced(value[step], rest, by) };
}

/** A document written anew, in the format of the old text and with as many lines where it has fewer. */
function written(value: unknown, old: string): string {
  const text = old.trimStart().startsWith('{') ? `${JSON.stringify(value, null, 2)}\n` : writeYaml(value);
  const missing = old.split('\n').length - text.split('\n').length;
  return text + '\n'.repeat(Math.max(0, missing));
}
