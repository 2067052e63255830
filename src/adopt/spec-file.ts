import { writeYaml } from '../formats/yaml';
import { chartTests } from './chart-tests';
import { completion } from './complete';
import { type AppMetadata, type SpecData, manifestsOf, synthesized } from './fit';
import { KnownDefects } from './defects';
import { withVersionedCookie } from './cookie-value';
import { differences } from './differences';
import { titleOf } from './manifests';
import { isSame, type Resource } from '../graph';
import { comparedPlans } from './plans';
import { Adoption, RefusedError } from './result';
import type { Options } from './values';

const HEADER = '# yaml-language-server: $schema=https://unpkg.com/cdk8s-canary/lib/spec/canary-app.schema.json\n';
/** The order of the options: these come first, then all others, and `LAST` comes last. */
const FIRST = ['image', 'port', 'hosts', 'prometheus', 'replicas', 'steps', 'failures'];
const LAST = ['acceptedFindings', 'patches', 'extraManifests'];

/** What a spec has to render, and what is known about it already. */
export interface Wanted {
  readonly workload: Resource;
  readonly objects: readonly Resource[];
  /** The original objects, if they differ from those to be rendered. */
  readonly before?: readonly Resource[];
  /** The manifests that show which defects are old, if those are not the original objects. */
  readonly baseline?: readonly Resource[];
  /** Parts of the original objects that the rendered ones lack, one line each, if those are not `objects`. */
  readonly lost?: (rendered: readonly Resource[]) => readonly string[];
  /** What is not carried over, as reported. */
  readonly notes: readonly string[];
  readonly dangerous: readonly string[];
  /** How existing objects were adapted. */
  readonly changes?: readonly string[];
  /** Whether a sticky cookie has a value only while the spec is made. */
  readonly hasCookieValue?: boolean;
}

/**
 * The spec file of typed options, completed by patches and extra manifests so that it renders what is wanted. It is
 * synthesized as `synth` does, and compared.
 *
 * @throws RefusedError if the constructs or the rules refuse the result.
 */
export function specFile(
  typed: SpecData,
  {
    workload,
    objects,
    before = objects,
    baseline = before,
    lost: missing = () => [],
    notes,
    dangerous,
    changes = [],
    hasCookieValue = false,
  }: Wanted,
): Adoption {
  const rendered = manifestsOf(typed.metadata, typed.spec) ?? [];
  const { patches, extraManifests } = completion(rendered, objects);
  const complete = {
    ...typed.spec,
    ...(patches.length > 0 ? { patches } : {}),
    ...(extraManifests.length > 0 ? { extraManifests: extraManifests.map(({ manifest }) => manifest) } : {}),
  };
  const known = () => new KnownDefects([...before, ...baseline.filter((one) => !before.includes(one))], workload.kind);
  const { spec, manifests, defects, brought } = accepted(typed.metadata, complete, known);
  const versioned = hasCookieValue ? withVersionedCookie(typed.metadata, spec, manifests) : spec;
  const fixed = versioned === undefined ? [FIXED_COOKIE] : [];
  const lost = [...unequal(objects, manifests), ...missing(manifests), ...fixed];
  const plans = comparedPlans(workload, before, manifests);
  return {
    name: typed.metadata.name,
    namespace: typed.metadata.namespace,
    kind: workload.kind,
    text: HEADER + writeYaml({ ...typed, spec: sorted(versioned ?? spec) }),
    defects,
    brought,
    notes: [...new Set([...notes, ...lost, ...plans.differences, ...brought])],
    dangerous: [...new Set([...dangerous, ...lost.filter(isBehaviour), ...plans.differences, ...brought])],
    changes: [...changes, ...chartTests(extraManifests), ...plans.said],
    verbatim: extraManifests.map(({ kind, name }) => `${kind} ${name}`),
    patched: patches.filter((patch) => patch.remove !== true).length,
    objects: objects.length,
  };
}

const FIXED_COOKIE =
  'traffic.stickyCanary.value is stated; leave it out, and the cookie changes with each version by itself';

interface Accepted {
  readonly spec: Options;
  readonly manifests: readonly Resource[];
  readonly defects: readonly string[];
  readonly brought: readonly string[];
}

/**
 * The objects that a spec renders. Defects that the manifests already have are accepted and reported: adopting does not fix them.
 * Those that they lack are differences.
 */
function accepted(metadata: AppMetadata, spec: Options, known: () => KnownDefects): Accepted {
  const { manifests, problems, rules } = synthesized(metadata, spec);
  if (manifests !== undefined) return { spec, manifests, defects: [], brought: [] };
  const codes = [...new Set(rules.filter((rule) => rule !== undefined))];
  if (rules.includes(undefined))
    throw new RefusedError(`synth refuses what would come out: ${problems.map(bare).join('; ')}`);
  const old = known();
  const isOld = (i: number) => old.has(rules[i]!, bare(problems[i]));
  const acceptedFindings = codes.map((rule) => ({
    rule,
    reason: rules.every((one, i) => one !== rule || isOld(i))
      ? 'The adopted manifests have it.'
      : 'Adopting brings it.',
  }));
  const again = synthesized(metadata, { ...spec, acceptedFindings });
  if (again.manifests === undefined) throw new RefusedError(again.problems.map(bare).join('; '));
  return {
    spec: { ...spec, acceptedFindings },
    manifests: again.manifests,
    defects: problems.filter((_, i) => isOld(i)).map(bare),
    brought: problems.filter((_, i) => !isOld(i)).map(bare),
  };
}

/** The differences between two sets of objects, field by field. */
function unequal(wanted: readonly Resource[], got: readonly Resource[]): string[] {
  const objects = new Map(got.map((object) => [titleOf(object), object]));
  const lost = wanted.flatMap((object) => {
    const other = objects.get(titleOf(object));
    objects.delete(titleOf(object));
    if (isSame(object.manifest, other?.manifest)) return [];
    const found = differences(object.manifest, other?.manifest ?? {});
    return found.map((one) => `${object.kind} ${object.name}: ${one}`);
  });
  return [...lost, ...[...objects.values()].map(({ kind, name }) => `${kind} ${name} is added`)];
}

/** Annotations of an object do not change how a rollout behaves; everything else may. */
const isBehaviour = (difference: string) => !/^\w+ [\w.-]+: metadata\.annotations\b/.test(difference);

function sorted(spec: Options): Options {
  const rank = (name: string) => {
    if (LAST.includes(name)) return FIRST.length + 1 + LAST.indexOf(name);
    return FIRST.includes(name) ? FIRST.indexOf(name) : FIRST.length;
  };
  return Object.fromEntries(Object.entries(spec).sort(([a], [b]) => rank(a) - rank(b)));
}

/** A problem without its place, which is in the generated spec. */
export const bare = (problem: string) => problem.split('\n')[0].replace(/^adopted spec:\d+:\d+: (?:spec: )?/, '');
