import { InputError } from '../formats/input-error';
import { adoptDeployment, stepsByHand } from './adopt-deployment';
import { adoptRollout } from './adopt-rollout';
import { flaggerPlan } from './flagger';
import { Json, named, ofKind, readManifests, titleOf } from './manifests';
import { written } from './normalise';
import { partition } from './partition';
import { AdoptOptions, Adoption, Adoptions, Refusal, RefusedError, refusal } from './result';
import { unfitReason } from './unfit';

interface ManifestFile {
  readonly name: string;
  readonly text: string;
}

/**
 * The specs that reproduce some manifests: one for each Rollout, each Flagger Canary, and each other Deployment. One that
 * cannot be adopted does not stop the others.
 *
 * @throws where a file is no YAML, where an object is there twice, and where there is no workload.
 */
export function adoptAll(files: readonly ManifestFile[], options: AdoptOptions = {}): Adoptions {
  const objects = readManifests(files).map(written);
  refuseTwins(objects);
  const canaries = ofKind(objects, 'Canary').filter(({ apiVersion }) =>
    /^flagger\.app\//.test(apiVersion ?? 'flagger.app/'),
  );
  const rollouts = ofKind(objects, 'Rollout');
  const referred = new Set(rollouts.map(({ spec }) => spec?.workloadRef?.name).filter((name) => name !== undefined));
  const targets = new Set(canaries.map((canary) => canary.spec?.targetRef?.name));
  const deployments = ofKind(objects, 'Deployment').filter(
    ({ metadata }) => !targets.has(metadata.name) && !referred.has(metadata.name),
  );
  const workloadCount = rollouts.length + canaries.length + deployments.length;
  if (workloadCount === 0) {
    throw new InputError('there is no Rollout, Deployment or Flagger Canary in these files');
  }
  const refused: Refusal[] = [];
  const workloads = [...rollouts, ...canaries, ...deployments];
  const fit = workloads.filter((workload) => {
    const reason = unfitReason(workload);
    if (reason !== undefined) refused.push(refusal(workload, reason));
    return reason === undefined;
  });
  // What belongs to a workload that is refused stays with it.
  const parts = partition(objects, workloads);
  const adopted: Adoption[] = [];
  for (const workload of fit) {
    try {
      adopted.push(adoptOne(parts.get(workload)!, workload, objects, options));
    } catch (error) {
      refused.push(refusal(workload, refusalReason(error)));
    }
  }
  return { adopted, refused };
}

/** As `adoptAll`, for a set of which everything must be adopted. */
export function adopt(files: readonly ManifestFile[], options: AdoptOptions = {}): Adoption[] {
  const { adopted, refused } = adoptAll(files, options);
  const [first] = refused;
  if (first !== undefined) throw new InputError(`${first.kind} ${first.name}: ${first.reason}`);
  return [...adopted];
}

/** Fields of the wrong type make what reads them fail: the workload is refused, and the others are adopted. */
function refusalReason(error: unknown): string {
  if (error instanceof RefusedError) return error.message;
  if (!(error instanceof TypeError)) throw error;
  return `it has fields of the wrong type (${error.message}); \`cdk8s-canary lint\` shows them`;
}

function adoptOne(own: readonly Json[], workload: Json, all: readonly Json[], options: AdoptOptions): Adoption {
  switch (workload.kind) {
    case 'Rollout':
      return adoptRollout(own, workload);
    case 'Deployment':
      return adoptDeployment(own, workload, workload, { stated: {}, steps: stepsByHand(options), notes: [] }, options);
    default:
      return adoptFlagger(own, workload, all, options);
  }
}

function adoptFlagger(own: readonly Json[], canary: Json, all: readonly Json[], options: AdoptOptions): Adoption {
  const { kind = 'Deployment', name } = canary.spec?.targetRef ?? {};
  const deployment = kind === 'Deployment' ? named(all, kind, name) : undefined;
  if (deployment === undefined) {
    const what = `Canary ${canary.metadata.name} is for ${kind} ${name}`;
    throw new RefusedError(
      kind === 'Deployment'
        ? `${what}, which is not among the files; name its file too`
        : `${what}, and a Rollout takes over Deployments only`,
    );
  }
  const reason = unfitReason(deployment);
  if (reason !== undefined) throw new RefusedError(`Deployment ${name}: ${reason}`);
  const plan = flaggerPlan(canary, all, options.prometheus);
  const scaler = canary.spec.autoscalerRef;
  const isRetargeted = scaler !== undefined && named(all, scaler.kind, scaler.name) !== undefined;
  const notes = plan.notes.filter((note) => !(isRetargeted && note.startsWith('autoscalerRef ')));
  const { options: stated, steps, dangerous, said } = plan;
  return adoptDeployment(own, deployment, canary, { stated, steps, notes, dangerous, said, before: all }, options);
}

/** Two objects of one name: only one of them can be in a cluster, and which is not to be guessed. */
function refuseTwins(objects: readonly Json[]): void {
  const seen = new Set<string>();
  for (const object of objects) {
    const title = titleOf(object);
    if (seen.has(title)) {
      const { kind, metadata = {} } = object;
      const place = metadata.namespace === undefined ? '' : ` in namespace ${metadata.namespace}`;
      throw new InputError(
        `there are two objects ${kind} ${metadata.name}${place} in these files; leave one of them out`,
      );
    }
    seen.add(title);
  }
}
