import type { PlannedRollout, PlannedUpdate } from '../controller';
import { oneLine } from '../formats/encode/terminal';
import { analysesIn, type Graph, type Resource } from '../graph';
import type { Consequence, Finding, Subject } from '../lint';

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
    const used = usedBy(update, graph);
    const problems = findings
      .flatMap((finding) => reasons(finding, used))
      .map((reason) => {
        const { file, line, column, code } = reason;
        const at = line === undefined ? file : `${file}:${line}:${column}`;
        // Names in the manifests may have line breaks.
        return oneLine(`${at}  Argo Rollouts refuses ${update.resource.toString()}: ${code} ${wholeMessage(reason)}`);
      });
    return problems.length === 0 ? update : { ...update, model: undefined, problems };
  });
}

const isRollout = (update: PlannedUpdate): update is PlannedUpdate & PlannedRollout => 'rollout' in update;

/** The Rollout, and the objects that are wrong for it whatever uses them. */
const usedBy = ({ rollout }: PlannedRollout, graph: Graph): readonly Resource[] => [
  rollout.resource,
  ...analysesIn(graph, rollout.resource).flatMap(({ resolved }) => resolved),
  ...Object.values(rollout.services).flatMap((reference) => reference?.target ?? []),
];

/** A finding that is about one of these objects, or what it causes there. */
function reasons(finding: Finding, objects: readonly Resource[]): readonly (Finding | Consequence)[] {
  const concerns = ({ about }: Finding | Consequence): boolean =>
    about.some((subject) => objects.some((object) => isThe(object, subject)));
  return concerns(finding) ? [finding] : finding.consequences.filter(concerns);
}

const isThe = ({ apiVersion, kind, name, namespace, origin }: Resource, subject: Subject): boolean =>
  kind === subject.kind &&
  name === subject.name &&
  namespace === subject.namespace &&
  apiVersion === subject.apiVersion &&
  origin.file === subject.file;
