import { writeYaml } from '../formats/yaml';
import { completion } from './complete';
import { SpecData, manifestsOf, synthesized } from './fit';
import { differences } from './differences';
import { Json, titleOf } from './manifests';
import { isSame } from '../graph';
import { comparedPlans } from './plans';
import { Adoption, RefusedError } from './result';

const HEADER = '# yaml-language-server: $schema=https://unpkg.com/cdk8s-canary/lib/spec/canary-app.schema.json\n';
/** The order in which a reader meets the options; others follow, and what completes them comes last. */
const FIRST = ['image', 'port', 'hosts', 'prometheus', 'replicas', 'steps', 'failures'];
const LAST = ['acceptedFindings', 'patches', 'extraManifests'];

/** What a spec is to render, and what is known of it already. */
export interface Wanted {
  readonly workload: Json;
  readonly objects: readonly Json[];
  /** The objects as they were, where those to be rendered differ from them. */
  readonly before?: readonly Json[];
  /** What is lost for sure, as it is reported. */
  readonly notes: readonly string[];
  readonly dangerous: readonly string[];
  /** What existing objects were adapted to. */
  readonly changes?: readonly string[];
}

/**
 * The spec file of typed options, completed by patches and further manifests until it renders what is wanted; then it is
 * synthesized as `synth` would, and compared.
 *
 * @throws RefusedError where the constructs or the rules refuse the result.
 */
export function specFile(
  typed: SpecData,
  { workload, objects, before = objects, notes, dangerous, changes = [] }: Wanted,
): Adoption {
  const rendered = manifestsOf(typed.metadata, typed.spec) ?? [];
  const { patches, extraManifests } = completion(rendered, objects);
  const complete = {
    ...typed.spec,
    ...(patches.length > 0 ? { patches } : {}),
    ...(extraManifests.length > 0 ? { extraManifests } : {}),
  };
  const { spec, manifests, defects } = accepted(typed.metadata, complete);
  const lost = unequal(objects, manifests);
  const plans = comparedPlans(workload, before, manifests);
  return {
    name: typed.metadata.name,
    namespace: typed.metadata.namespace,
    kind: workload.kind,
    text: HEADER + writeYaml({ ...typed, spec: sorted(spec) }),
    defects,
    notes: [...new Set([...notes, ...lost, ...plans.differences])],
    dangerous: [...new Set([...dangerous, ...lost.filter(isBehaviour), ...plans.differences])],
    changes: [...changes, ...plans.said],
    verbatim: extraManifests.map(({ kind, metadata }) => `${kind} ${metadata.name}`),
    patched: patches.filter((patch) => patch.remove !== true).length,
    objects: objects.length,
  };
}

/**
 * What a spec renders. Defects that the manifests already have are accepted and reported: adopting does not change them.
 */
function accepted(metadata: Json, spec: Json): { spec: Json; manifests: readonly Json[]; defects: string[] } {
  const { manifests, problems, rules } = synthesized(metadata, spec);
  if (manifests !== undefined) return { spec, manifests, defects: [] };
  const codes = [...new Set(rules.filter((rule) => rule !== undefined))];
  if (rules.includes(undefined))
    throw new RefusedError(`synth refuses what would come out: ${problems.map(bare).join('; ')}`);
  const acceptedFindings = codes.map((rule) => ({ rule, reason: 'The adopted manifests have it.' }));
  const again = synthesized(metadata, { ...spec, acceptedFindings });
  if (again.manifests === undefined) throw new RefusedError(again.problems.map(bare).join('; '));
  return { spec: { ...spec, acceptedFindings }, manifests: again.manifests, defects: problems.map(bare) };
}

/** What differs between two sets of objects, field by field. */
function unequal(wanted: readonly Json[], got: readonly Json[]): string[] {
  const objects = new Map(got.map((object) => [titleOf(object), object]));
  const lost = wanted.flatMap((object) => {
    const other = objects.get(titleOf(object));
    objects.delete(titleOf(object));
    if (isSame(object, other)) return [];
    return differences(object, other ?? {}).map((found) => `${object.kind} ${object.metadata.name}: ${found}`);
  });
  return [...lost, ...[...objects.values()].map(({ kind, metadata }) => `${kind} ${metadata.name} is added`)];
}

/** Annotations of an object decide nothing about a rollout; everything else may. */
const isBehaviour = (difference: string) => !/^\w+ [\w.-]+: metadata\.annotations\b/.test(difference);

function sorted(spec: Json): Json {
  const rank = (name: string) => {
    if (LAST.includes(name)) return FIRST.length + 1 + LAST.indexOf(name);
    return FIRST.includes(name) ? FIRST.indexOf(name) : FIRST.length;
  };
  return Object.fromEntries(Object.entries(spec as object).sort(([a], [b]) => rank(a) - rank(b)));
}

/** A problem without its place in the generated spec. */
export const bare = (problem: string) => problem.split('\n')[0].replace(/^adopted spec:\d+:\d+: (?:spec: )?/, '');
