import { checkTemplates } from './analyses';
import { Candidate } from './candidate';
import { companionCandidates } from './companions';
import { fit, manifestsOf, synthesized } from './fit';
import { Json, isPlain, named, ofKind, titleOf } from './manifests';
import { isSame } from '../graph';
import { candidates, partsOf, required } from './options';
import { Adoption, RefusedError } from './result';
import { routingOptions, serviceNameOptions } from './routing';
import { bare, specFile } from './spec-file';
import { stepsOf } from './steps';

/** The spec that renders a Rollout and everything around it. */
export function adoptRollout(objects: readonly Json[], rollout: Json): Adoption {
  const workload = withPods(objects, rollout);
  const { canary, blueGreen } = workload.spec.strategy ?? {};
  if (canary === undefined && blueGreen === undefined) {
    throw new RefusedError('it has no strategy; give it spec.strategy.canary or spec.strategy.blueGreen');
  }
  if (blueGreen === undefined && !(canary?.steps?.length > 0)) {
    throw new RefusedError(
      'its canary strategy has no steps, so it rolls like a Deployment; give it at least one step',
    );
  }
  // The app's own analyses are typed where they come out as they were; all others are carried word for word.
  const typed = attempt(objects, rollout, workload, false);
  const kept =
    typed !== undefined && ofKind(objects, 'AnalysisTemplate').every((template) => isCarried(template, typed));
  const found = kept ? typed : attempt(objects, rollout, workload, true);
  if (found === undefined) throw new RefusedError('no spec renders it');
  return specFile(found.spec, { workload: rollout, objects, notes: [], dangerous: [] });
}

/** Without a Service of all pods, monitors find them by the Services of the versions. */
function monitoringOf(monitors: readonly Json[], isWithoutRoot: boolean): Json {
  if (monitors.length === 0) return { monitoring: { kind: 'none' } };
  const isByPods = monitors[0].kind === 'PodMonitor';
  return isWithoutRoot ? { monitoring: isByPods ? { kind: 'pod' } : { versionLabel: 'service' } } : {};
}

interface Attempt {
  readonly spec: ReturnType<typeof fit>['spec'];
  readonly manifests: readonly Json[];
}

/** Whether an AnalysisTemplate comes out as it is, or is none of the app's own. */
function isCarried(template: Json, { manifests }: Attempt): boolean {
  const made = manifests.find((manifest) => titleOf(manifest) === titleOf(template));
  return made === undefined || isSame(template, made);
}

function attempt(objects: readonly Json[], rollout: Json, workload: Json, literal: boolean): Attempt | undefined {
  const app: string = workload.metadata.name;
  const found = partsOf(objects, workload);
  const parts = literal ? { ...found, analysis: undefined } : found;
  const ofChecks = literal ? [] : checkTemplates(objects, app);
  const own = [parts.analysis, ...ofChecks.filter(({ metadata }) => metadata.name === `${app}-checks`)];
  const steps = stepsOf(
    workload,
    own.filter((one) => one !== undefined),
  );
  const metrics = [parts.analysis, ...ofChecks].flatMap((template) => template?.spec?.metrics ?? []);
  const prometheus = metrics[0]?.provider?.prometheus?.address;
  const services = serviceNameOptions(objects, workload, app);
  const referred = rollout.spec.workloadRef && deploymentOptions(rollout.spec.workloadRef, objects, app);
  const least = {
    ...required(parts),
    ...routingOptions(workload),
    ...monitoringOf(parts.monitors, services?.withRoot === false),
    ...(services ? { services } : {}),
    ...(referred ? { deployment: referred } : {}),
    // An analysis step cannot be had without the address of what it asks.
    ...(prometheus ? { prometheus } : {}),
    ...(steps.length > 0 ? { steps } : {}),
  };
  const metadata = withLabels(objects, metadataOf(workload), least);
  if (manifestsOf(metadata, least) === undefined) {
    if (!literal) return undefined;
    throw new RefusedError(synthesized(metadata, least).problems.map(bare).join('; '));
  }
  const typed = candidates(parts, undefined, !literal).filter(({ path }) => path[0] !== 'prometheus');
  const all = [...companionCandidates(objects, workload), ...typed];
  const { spec } = fit(objects, metadata, least, withStated(least, all));
  return { spec, manifests: manifestsOf(metadata, spec.spec) ?? [] };
}

/** Options of an object that is stated in part are tried beside what is stated. */
function withStated(least: Json, all: readonly Candidate[]): Candidate[] {
  return all.map(({ path, values }) => {
    const stated = path.length === 1 ? least[path[0]] : undefined;
    return isPlain(stated)
      ? { path, values: values.map((value) => (isPlain(value) ? { ...stated, ...value } : value)) }
      : { path, values };
  });
}

/** The Rollout with the pods that it refers to. */
function withPods(objects: readonly Json[], rollout: Json): Json {
  const { workloadRef: reference } = rollout.spec ?? {};
  if (reference === undefined) return rollout;
  const deployment = named(objects, 'Deployment', reference.name);
  if (deployment === undefined) {
    const missing =
      reference.kind === 'Deployment'
        ? 'which is not among the files; name its file too'
        : 'and only Deployments are known';
    throw new RefusedError(`it refers to ${reference.kind} ${reference.name}, ${missing}`);
  }
  const { selector, template } = deployment.spec;
  return { ...rollout, spec: { selector, ...rollout.spec, template } };
}

const SCALE_DOWN: { readonly [value: string]: string } = { onsuccess: 'onSuccess' };

function deploymentOptions({ name, scaleDown }: Json, objects: readonly Json[], app: string): Json {
  const replicas = named(objects, 'Deployment', name)?.spec.replicas;
  return {
    ...(name === app ? {} : { name }),
    ...(scaleDown === undefined ? {} : { scaleDown: SCALE_DOWN[scaleDown] ?? scaleDown }),
    ...(replicas === undefined ? {} : { replicas }),
  };
}

export function metadataOf({ metadata }: Json): Json {
  return { name: metadata.name, ...(metadata.namespace ? { namespace: metadata.namespace } : {}) };
}

/** With the labels that all of the app's objects have. */
function withLabels(objects: readonly Json[], metadata: Json, least: Json): Json {
  const manifests = manifestsOf(metadata, least) ?? [];
  const own = manifests.flatMap(({ kind, metadata: { name } }) => named(objects, kind, name) ?? []);
  const [first = {}, ...others] = own.map((object) => object.metadata.labels ?? {});
  const shared = Object.entries(first as object).filter(([name, value]) => others.every((one) => one[name] === value));
  return shared.length > 0 ? { ...metadata, labels: Object.fromEntries(shared) } : metadata;
}
