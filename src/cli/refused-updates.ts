import type { PlannedRollout, PlannedUpdate } from '../controller';
import { oneLine } from '../formats/encode/terminal';
import { analysesIn, type Graph, type Resource } from '../graph';
import type { Finding } from '../lint';

/**
 * The same updates, but without a model where Argo Rollouts refuses the Rollout (InvalidSpec): such an update never begins. Its
 * problems say why.
 */
export async function withRefusals<Update extends PlannedUpdate>(
  updates: readonly Update[],
  graph: Graph,
): Promise<Update[]> {
  if (!updates.some((update) => isRollout(update) && update.model !== undefined)) return [...updates];
  const { controllerRefusals, wholeMessage } = await import('../lint');
  const findings = controllerRefusals(graph);
  if (findings.length === 0) return [...updates];
  return updates.map((update) => {
    if (!isRollout(update) || update.model === undefined) return update;
    const problems = findings
      .filter((finding) => concerns(finding, update, graph))
      .map((finding) => {
        const { file, line, column, code } = finding;
        const at = line === undefined ? file : `${file}:${line}:${column}`;
        // Names in the manifests may have line breaks.
        return oneLine(`${at}  Argo Rollouts refuses ${update.resource.toString()}: ${code} ${wholeMessage(finding)}`);
      });
    return problems.length === 0 ? update : { ...update, model: undefined, problems };
  });
}

const isRollout = (update: PlannedUpdate): update is PlannedUpdate & PlannedRollout => 'rollout' in update;

/** Whether a finding is about a Rollout, or about an object that it uses. */
function concerns({ resource, message }: Finding, { rollout }: PlannedRollout, graph: Graph): boolean {
  const own = rollout.resource;
  if (isThe(own, resource)) return true;
  const { services } = rollout;
  const used = [
    ...analysesIn(graph, own).flatMap(({ resolved }) => resolved),
    ...Object.values(services).flatMap((reference) => reference?.target ?? []),
    ...graph.ofKind('VirtualService', 'networking.istio.io'),
  ];
  if (!used.some((one) => isThe(one, resource))) return false;
  // What several Rollouts use may be wrong for one of them only, which the message then names.
  const named = graph.ofKind('Rollout', 'argoproj.io').filter((one) => mentions(message, one.toString()));
  return named.length === 0 ? resource?.kind !== 'VirtualService' : named.includes(own);
}

const isThe = (one: Resource, found: Finding['resource']): boolean =>
  found !== undefined && one.kind === found.kind && one.name === found.name && one.namespace === found.namespace;

/** Whether a message has a name that is not the beginning of a longer one. */
const mentions = (message: string, name: string): boolean =>
  message
    .split(name)
    .slice(1)
    .some((rest) => !/^[\w.-]*\w/.test(rest));
