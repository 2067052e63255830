import { acceptedSteps } from './accepted-steps';
import { type Field, isMapping, isSame, type Resource } from '../graph';
import { checkTemplates } from './analyses';
import { Candidate } from './candidate';
import { claimRemarks } from './claims';
import { companionCandidates } from './companions';
import { type AppMetadata, fit, manifestsOf, type SpecData, synthesized } from './fit';
import type { KnownFits } from './known-fits';
import { listIn, named, objectIn, ofKind, remade, titleOf } from './manifests';
import { candidates, partsOf, required } from './options';
import { Adoption, RefusedError } from './result';
import { routingOptions, serviceNameOptions } from './routing';
import { bare, specFile } from './spec-file';
import { stepsOf } from './steps';
import type { Options } from './values';

/** The spec that renders a Rollout and everything around it. */
export function adoptRollout(objects: readonly Resource[], rollout: Resource, known: KnownFits): Adoption {
  const workload = withPods(objects, rollout);
  const strategy = objectIn(workload.field('spec', 'strategy'));
  const [canary, blueGreen] = ['canary', 'blueGreen'].map((kind) => objectIn(strategy.get(kind)));
  if (!canary.exists && !blueGreen.exists) {
    throw new RefusedError('it has no strategy; give it spec.strategy.canary or spec.strategy.blueGreen');
  }
  if (!blueGreen.exists && listIn(canary.get('steps')).length === 0) {
    throw new RefusedError(
      'its canary strategy has no steps, so it rolls like a Deployment; give it at least one step',
    );
  }
  // The app's own analyses become typed options if they render unchanged; all others are carried over literally.
  const typed = attempt(objects, rollout, workload, false, known);
  const kept =
    typed !== undefined && ofKind(objects, 'AnalysisTemplate').every((template) => isCarried(template, typed));
  const found = kept ? typed : attempt(objects, rollout, workload, true, known);
  if (found === undefined) throw new RefusedError('no spec renders it');
  const { refused } = found;
  const claims = claimRemarks(objects, workload);
  const changes = refused === undefined ? [] : [`a patch states steps, because a spec refuses them: ${refused}`];
  return specFile(found.spec, {
    workload: rollout,
    objects,
    notes: [],
    dangerous: [],
    // The Rollout has these volumes already.
    changes: [...changes, ...claims.said, ...claims.dangerous],
  });
}

/** Without a Service of all pods, monitors select pods, or the Services of the versions. */
function monitoringOf([monitor]: readonly Resource[], isWithoutRoot: boolean): Options {
  if (monitor === undefined) return { monitoring: { kind: 'none' } };
  if (!isWithoutRoot) return {};
  return { monitoring: monitor.kind === 'PodMonitor' ? { kind: 'pod' } : { versionLabel: 'service' } };
}

interface Attempt {
  readonly spec: SpecData;
  readonly manifests: readonly Resource[];
  /** Why steps are left to a patch. */
  readonly refused?: string;
}

/** Whether an AnalysisTemplate is rendered unchanged, or is not one of the app's own. */
function isCarried(template: Resource, { manifests }: Attempt): boolean {
  const made = manifests.find((manifest) => titleOf(manifest) === titleOf(template));
  return made === undefined || isSame(template.manifest, made.manifest);
}

/**
 * The spec that fits best.
 *
 * @param literal Whether all analyses are carried over literally, instead of as typed options.
 */
function attempt(
  objects: readonly Resource[],
  rollout: Resource,
  workload: Resource,
  literal: boolean,
  known: KnownFits,
): Attempt | undefined {
  const app = workload.name;
  const found = partsOf(objects, workload);
  const parts = literal ? { ...found, analysis: undefined } : found;
  const failures = parts.analysis === undefined ? [] : [parts.analysis];
  const ofChecks = literal ? [] : checkTemplates(objects, app);
  const steps = stepsOf(workload, [...failures, ...ofChecks.filter(({ name }) => name === `${app}-checks`)]);
  const [metric] = [...failures, ...ofChecks].flatMap((template) => template.field('spec', 'metrics').items());
  const prometheus = metric?.get('provider', 'prometheus', 'address').value;
  const services = serviceNameOptions(objects, workload, app);
  const reference = rollout.field('spec', 'workloadRef');
  const stated: Options = {
    ...required(parts),
    ...routingOptions(workload),
    ...monitoringOf(parts.monitors, services?.withRoot === false),
    ...(services ? { services } : {}),
    ...(reference.exists ? { deployment: deploymentOptions(reference, objects, app) } : {}),
    // A step with an analysis requires the address of Prometheus.
    ...(prometheus ? { prometheus } : {}),
    ...(steps.length > 0 ? { steps } : {}),
  };
  const accepted = acceptedSteps(metadataOf(workload), stated, literal);
  if (accepted === undefined) {
    if (!literal) return undefined;
    throw new RefusedError(synthesized(metadataOf(workload), stated).problems.map(bare).join('; '));
  }
  const { options: least, refused } = accepted;
  const metadata = withLabels(objects, metadataOf(workload), least);
  const typed = candidates(parts, least.steps, !literal).filter(({ path }) => path[0] !== 'prometheus');
  const all = [...companionCandidates(objects, workload), ...typed];
  const spec = fit(objects, metadata, least, withStated(least, all), known);
  return { spec, manifests: manifestsOf(metadata, spec.spec) ?? [], refused };
}

/** Merges candidates into the objects that are already stated in part. */
function withStated(least: Options, all: readonly Candidate[]): Candidate[] {
  return all.map(({ path, values }) => {
    const stated = path.length === 1 ? least[path[0]] : undefined;
    return isMapping(stated)
      ? { path, values: values.map((value) => (isMapping(value) ? { ...stated, ...value } : value)) }
      : { path, values };
  });
}

/** The Rollout with the pods of the Deployment that it refers to. */
function withPods(objects: readonly Resource[], rollout: Resource): Resource {
  const reference = rollout.field('spec', 'workloadRef');
  if (!reference.exists) return rollout;
  const [kind, name] = ['kind', 'name'].map((field) => reference.get(field).string);
  const deployment = named(objects, 'Deployment', name, rollout);
  if (deployment === undefined) {
    const missing =
      kind === 'Deployment' ? 'which is not among the files; name its file too' : 'and only Deployments are known';
    throw new RefusedError(`it refers to ${kind} ${name}, ${missing}`);
  }
  const [selector, template] = ['selector', 'template'].map((field) => deployment.field('spec', field).value);
  const spec = { selector, ...(rollout.manifest.spec as Options), template };
  return remade(rollout, { ...rollout.manifest, spec });
}

const SCALE_DOWN = new Map<unknown, string>([['onsuccess', 'onSuccess']]);

function deploymentOptions(reference: Field, objects: readonly Resource[], app: string): Options {
  const name = reference.get('name').string;
  const scaleDown = reference.get('scaleDown').value;
  const replicas = named(objects, 'Deployment', name, reference.resource)?.field('spec', 'replicas').value;
  return {
    ...(name === app ? {} : { name }),
    ...(scaleDown === undefined ? {} : { scaleDown: SCALE_DOWN.get(scaleDown) ?? scaleDown }),
    ...(replicas === undefined ? {} : { replicas }),
  };
}

/** The metadata of the spec of a workload. */
export function metadataOf({ name, namespace }: Resource): AppMetadata {
  return { name, ...(namespace === undefined ? {} : { namespace }) };
}

/** With the labels that all of the app's objects have. */
function withLabels(objects: readonly Resource[], metadata: AppMetadata, least: Options): AppMetadata {
  const manifests = manifestsOf(metadata, least) ?? [];
  const own = manifests.flatMap(({ kind, name }) => named(objects, kind, name) ?? []);
  const [first = {}, ...others] = own.map((object) => object.field('metadata', 'labels').strings);
  const shared = Object.entries(first).filter(([name, value]) => others.every((one) => one[name] === value));
  return shared.length > 0 ? { ...metadata, labels: Object.fromEntries(shared) } : metadata;
}
