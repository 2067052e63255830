import { writeYaml } from '../formats/yaml';
import { checkTemplates } from './analyses';
import { Fit, fit, manifestsOf, synthesized } from './fit';
import { flaggerPlan } from './flagger';
import { Json, named, ofKind, readManifests } from './manifests';
import { Parts, candidates, partsOf, required } from './options';
import { stepsOf } from './steps';

export interface Adoption {
  readonly name: string;
  /** The spec file. */
  readonly text: string;
  /** What could not be carried over, and what is added. */
  readonly notes: readonly string[];
}

export interface AdoptOptions {
  /** The address of Prometheus, where the manifests do not say it. */
  readonly prometheus?: string;
}

const HEADER = '# yaml-language-server: $schema=https://unpkg.com/cdk8s-canary/lib/spec/canary-app.schema.json\n';

/** The specs that reproduce some manifests: one for each Rollout, each Flagger Canary, and each other Deployment. */
export function adopt(
  files: readonly { readonly name: string; readonly text: string }[],
  options: AdoptOptions = {},
): Adoption[] {
  const objects = readManifests(files);
  const workloads = ofKind(objects, 'Rollout');
  const rollouts = workloads.map((rollout) => adoptRollout(ofOneApp(objects, rollout, workloads), rollout));
  const flagger = ofKind(objects, 'Canary').map((canary) => adoptFlagger(objects, canary, options));
  const targets = new Set(ofKind(objects, 'Canary').map((canary) => canary.spec?.targetRef?.name));
  const deployments = ofKind(objects, 'Deployment')
    .filter((deployment) => !targets.has(deployment.metadata.name))
    .map((deployment) => adoptDeployment(objects, deployment, {}, stepsByHand(options), [], options));
  const found = [...rollouts, ...flagger, ...deployments];
  if (found.length === 0) throw new Error('there is no Rollout, Deployment or Flagger Canary in these files');
  return found;
}

/** Without what belongs to other apps: is called after them, in their namespace. */
function ofOneApp(objects: readonly Json[], { metadata: own }: Json, workloads: readonly Json[]): Json[] {
  return objects.filter(({ metadata: { name = '', namespace } = {} as Json }) => {
    const named = workloads
      .map(({ metadata }) => metadata)
      .filter((one) => one.namespace === namespace && `${name}-`.startsWith(`${one.name}-`));
    const longest = Math.max(...named.map((one) => one.name.length as number));
    return (
      named.length === 0 ||
      named.some((one) => one.name.length === longest && one.name === own.name && one.namespace === own.namespace)
    );
  });
}

function adoptRollout(objects: readonly Json[], rollout: Json): Adoption {
  const parts = partsOf(objects, rollout);
  const ofChecks = checkTemplates(objects, rollout.metadata.name);
  const [checks] = ofChecks.filter(({ metadata }) => metadata.name === `${rollout.metadata.name}-checks`);
  const steps = stepsOf(
    rollout,
    [parts.analysis, checks].filter((one) => one !== undefined),
  );
  const metrics = [parts.analysis, ...ofChecks].flatMap((template) => template?.spec?.metrics ?? []);
  const prometheus = metrics[0]?.provider?.prometheus?.address;
  // An analysis step cannot be had without the address of what it asks.
  const least = { ...required(parts), ...(prometheus ? { prometheus } : {}), ...(steps.length > 0 ? { steps } : {}) };
  const metadata = withLabels(objects, metadataOf(rollout), least);
  const all = candidates(parts, undefined).filter(({ path }) => path[0] !== 'prometheus');
  const found = fit(objects, metadata, least, all);
  return written(found, found.differences);
}

/** A Deployment becomes the Rollout's pods; everything around it is new. So only its pods are compared. */
function adoptDeployment(
  objects: readonly Json[],
  deployment: Json,
  stated: Json,
  steps: Json[],
  notes: readonly string[],
  { prometheus }: AdoptOptions,
): Adoption {
  const parts: Parts = partsOf(objects, deployment);
  const metadata = metadataOf(deployment);
  const whole = { ...required(parts, stated.port), ...stated, ...(prometheus ? { prometheus } : {}), steps };
  const { least, manifests, refused } = acceptable(metadata, whole);
  // What is wanted: the Rollout that would come out, with this Deployment's pods, and the rest as it comes out.
  const wanted = manifests.map((manifest) =>
    manifest.kind === 'Rollout'
      ? {
          ...manifest,
          metadata: { ...manifest.metadata, labels: deployment.metadata.labels },
          spec: {
            ...manifest.spec,
            replicas: deployment.spec.replicas ?? manifest.spec.replicas,
            revisionHistoryLimit: deployment.spec.revisionHistoryLimit,
            template: meshed(deployment.spec.template, manifest.spec.template),
          },
        }
      : manifest,
  );
  const service = parts.service;
  const from = candidates(parts, undefined).filter(({ path }) =>
    ['container', 'rollout', 'replicas', 'portName', 'servicePort'].includes(path[0]),
  );
  const asService = wanted.map((manifest) => (manifest.kind === 'Service' ? withPorts(manifest, service) : manifest));
  const found = fit(asService, metadata, least, from);
  return written(found, [...notes, ...refused, ...strategyNotes(deployment), ...found.differences]);
}

/** What is stated, without the parts that the constructs refuse: those are told, and left to a person. */
function acceptable(metadata: Json, stated: Json): { least: Json; manifests: readonly Json[]; refused: string[] } {
  const refused: string[] = [];
  let least = stated;
  for (const part of ['', 'backgroundChecks', 'traffic', 'strategy', 'rollout', 'steps']) {
    if (part !== '' && least[part] === undefined) continue;
    const { [part]: left, ...others } = least;
    const { manifests, problems } = synthesized(metadata, part === '' ? least : others);
    if (manifests !== undefined) {
      if (part === '') return { least, manifests, refused };
      const why = synthesized(metadata, least)
        .problems[0].split('\n')[0]
        .replace(/^[^ ]* /, '');
      return { least: others, manifests, refused: [...refused, `\`${part}\` is not carried over: ${why}`] };
    }
    if (part === 'steps') throw new Error(problems.join('\n'));
    if (part !== '') least = others;
    if (left !== undefined) refused.push(`\`${part}\` is not carried over (${JSON.stringify(left).slice(0, 200)})`);
  }
  throw new Error(synthesized(metadata, least).problems.join('\n'));
}

function adoptFlagger(objects: readonly Json[], canary: Json, options: AdoptOptions): Adoption {
  const deployment = named(objects, 'Deployment', canary.spec?.targetRef?.name);
  if (deployment === undefined) {
    const { kind, name } = canary.spec?.targetRef ?? {};
    throw new Error(
      `Canary ${canary.metadata.name} is for ${kind} ${name}, which is not among the files; name its file too`,
    );
  }
  const plan = flaggerPlan(canary, objects, options.prometheus);
  return adoptDeployment(objects, deployment, plan.options, plan.steps, plan.notes, options);
}

function stepsByHand({ prometheus }: AdoptOptions): Json[] {
  const judge = prometheus === undefined ? { pause: {} } : 'analysis';
  return [{ setWeight: 10 }, judge, { setWeight: 50 }, judge];
}

/** The Deployment's pods with what makes them part of a canary: the mesh's label, the selector's, the port's name. */
function meshed(template: Json, canary: Json): Json {
  const { labels, annotations } = template.metadata ?? {};
  const metadata = {
    labels: { ...labels, ...canary.metadata.labels },
    annotations: { ...annotations, ...canary.metadata.annotations },
  };
  return { metadata, spec: template.spec };
}

function withPorts(manifest: Json, service: Json): Json {
  if (service === undefined) return manifest;
  const [port] = manifest.spec.ports;
  const [own] = service.spec.ports;
  return { ...manifest, spec: { ...manifest.spec, ports: [{ ...port, port: own.port }] } };
}

function strategyNotes({ spec }: Json): string[] {
  return spec.strategy === undefined
    ? []
    : [`Deployment: strategy (${JSON.stringify(spec.strategy)}) gives way to the steps`];
}

function metadataOf({ metadata }: Json): Json {
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

/** The order in which a reader meets the options; others follow. */
const ORDER = ['image', 'port', 'hosts', 'prometheus', 'replicas', 'steps', 'failures'];

function written({ spec: found }: Fit, notes: readonly string[]): Adoption {
  const rank = (name: string) => (ORDER.includes(name) ? ORDER.indexOf(name) : ORDER.length);
  const options = Object.entries(found.spec as object).sort(([a], [b]) => rank(a) - rank(b));
  const spec = { ...found, spec: Object.fromEntries(options) };
  return {
    name: spec.metadata.name,
    text: HEADER + writeYaml(spec),
    notes: [...new Set(notes)],
  };
}
