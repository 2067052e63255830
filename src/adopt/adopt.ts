import { untold } from '../formats/each';
import { InputError } from '../formats/input-error';
import { Graph, type NamedText, type Resource } from '../graph';
import { adoptDeployment, type WholeSet, defaultSteps } from './adopt-deployment';
import { adoptRollout } from './adopt-rollout';
import { checkTypes } from './expected-types';
import { KnownFits } from './known-fits';
import { flaggerPlan } from './flagger';
import { withoutGenerated } from './generated';
import { named, ofKind, readManifests, titleOf } from './manifests';
import { leftOut } from './left-out';
import { partition } from './partition';
import { References } from './references';
import { AdoptOptions, Adoption, Adoptions, Refusal, RefusedError, refusal } from './result';
import { Selectors } from './selected-anew';
import { SharedServices } from './shared-services';
import { unfitReason } from './unfit';

/**
 * The specs that reproduce some manifests: one for each Rollout, each Flagger Canary, and each other Deployment. A
 * workload that cannot be adopted does not stop the others.
 *
 * @throws InputError if a file is not valid YAML, if an object exists twice, or if there is no workload.
 */
export function adoptAll(files: readonly NamedText[], options: AdoptOptions = {}): Adoptions {
  const { objects, generated } = withoutGenerated(readManifests(files));
  refuseDuplicates(objects);
  const canaries = ofKind(objects, 'Canary').filter(({ group }) => group === '' || group === 'flagger.app');
  const rollouts = ofKind(objects, 'Rollout');
  const isReplaced = (deployment: Resource) =>
    [...rollouts, ...canaries].some((one) =>
      ['workloadRef', 'targetRef'].some(
        (reference) =>
          named([deployment], 'Deployment', one.field('spec', reference, 'name').string, one) !== undefined,
      ),
    );
  const deployments = ofKind(objects, 'Deployment').filter((deployment) => !isReplaced(deployment));
  const workloadCount = rollouts.length + canaries.length + deployments.length;
  if (workloadCount === 0) {
    const [made] = generated;
    const others = made === undefined ? '' : `, apart from ${made.objects[0]}: ${made.reason}`;
    throw new InputError(`there is no Rollout, Deployment or Flagger Canary in these files${others}`);
  }
  const workloads = [...rollouts, ...canaries, ...deployments];
  const graph = new Graph(objects);
  const owners = new Map<Resource, Resource>();
  const set: WholeSet = {
    all: objects,
    graph,
    services: new SharedServices(graph),
    selectors: new Selectors(objects),
    references: new References(objects),
    options,
    known: new KnownFits(),
    ownerOf: (object) => owners.get(object),
  };
  const reasons = new Map(workloads.map((workload) => [workload, reasonAgainst(workload, set)]));
  // The objects of a workload that is refused do not become part of another one.
  const parts = partition(objects, workloads, (workload) => reasons.get(workload) === undefined);
  for (const [workload, part] of parts) {
    if (reasons.get(workload) === undefined) for (const object of part) owners.set(object, workload);
  }
  const adopted = new Map<Resource, Adoption>();
  const refused = new Map<Resource, Refusal>();
  const { each = untold } = options;
  for (const workload of each(workloads, 'adopting workload')) {
    try {
      const reason = reasons.get(workload);
      if (reason !== undefined) throw new RefusedError(reason);
      adopted.set(workload, adoptOne(parts.get(workload)!, workload, set));
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error;
      refused.set(workload, refusal(workload, error.message));
    }
  }
  const left = leftOut(parts, new Set(refused.keys()));
  return { adopted: [...adopted.values()], refused: [...refused.values()], left, generated };
}

/** Why a workload cannot be adopted, as far as the manifests tell before a spec is looked for. */
function reasonAgainst(workload: Resource, { all, services }: WholeSet): string | undefined {
  try {
    checkTypes(workload);
    const reason = unfitReason(workload);
    if (reason !== undefined || workload.kind === 'Rollout') return reason;
    if (workload.kind === 'Deployment') return services.reasonAgainst(workload);
    const deployment = targetOf(workload, all);
    checkTypes(deployment);
    const ofTarget = unfitReason(deployment) ?? services.reasonAgainst(deployment);
    return ofTarget && `Deployment ${deployment.name}: ${ofTarget}`;
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    return error.message;
  }
}

/**
 * The Deployment of a Flagger Canary.
 *
 * @throws RefusedError if it is not among the objects, or is something else.
 */
function targetOf(canary: Resource, all: readonly Resource[]): Resource {
  const [kind = 'Deployment', name] = ['kind', 'name'].map((field) => canary.field('spec', 'targetRef', field).string);
  const deployment = kind === 'Deployment' ? named(all, kind, name, canary) : undefined;
  if (deployment !== undefined) return deployment;
  const what = `Canary ${canary.name} is for ${kind} ${name}`;
  throw new RefusedError(
    kind === 'Deployment'
      ? `${what}, which is not among the files; name its file too`
      : `${what}, and a Rollout takes over Deployments only`,
  );
}

/**
 * As `adoptAll`, for a set in which every workload must be adopted.
 *
 * @throws InputError if one of them cannot be.
 */
export function adopt(files: readonly NamedText[], options: AdoptOptions = {}): Adoption[] {
  const { adopted, refused } = adoptAll(files, options);
  const [first] = refused;
  if (first !== undefined) throw new InputError(`${first.kind} ${first.name}: ${first.reason}`);
  return [...adopted];
}

function adoptOne(own: readonly Resource[], workload: Resource, set: WholeSet): Adoption {
  const { options, known } = set;
  switch (workload.kind) {
    case 'Rollout':
      return adoptRollout(own, workload, known);
    case 'Deployment': {
      const planned = { stated: {}, steps: defaultSteps(options), notes: [] };
      return adoptDeployment(own, workload, workload, planned, set);
    }
    default:
      return adoptFlagger(own, workload, set);
  }
}

function adoptFlagger(own: readonly Resource[], canary: Resource, set: WholeSet): Adoption {
  const { all, options } = set;
  const deployment = targetOf(canary, all);
  const plan = flaggerPlan(canary, all, options.prometheus);
  const [scaler, scalerName] = ['kind', 'name'].map((field) => canary.field('spec', 'autoscalerRef', field).string);
  const isRetargeted = scaler !== undefined && named(all, scaler, scalerName, canary) !== undefined;
  const notes = plan.notes.filter((note) => !(isRetargeted && note.startsWith('autoscalerRef ')));
  const { options: stated, steps, dangerous, said } = plan;
  return adoptDeployment(own, deployment, canary, { stated, steps, notes, dangerous, said, before: all }, set);
}

/** Of two objects of one name only one can be in a cluster, and nothing tells which. */
function refuseDuplicates(objects: readonly Resource[]): void {
  const seen = new Set<string>();
  for (const object of objects) {
    const title = titleOf(object);
    if (seen.has(title)) {
      const { kind, name, namespace } = object;
      const place = namespace === undefined ? '' : ` in namespace ${namespace}`;
      throw new InputError(`there are two objects ${kind} ${name}${place} in these files; leave one of them out`);
    }
    seen.add(title);
  }
}
