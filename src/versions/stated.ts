import { ARGO_CD_SYSTEM } from './argo-cd';
import { ARGO_ROLLOUTS_SYSTEM } from './argo-rollouts';
import { differing, type System } from './entry';
import { sameFields } from './fields';
import { GATEWAY_API_PLUGIN_SYSTEM } from './gateway-api-plugin';
import { ISTIO_SYSTEM } from './istio';
import { PROMETHEUS_SYSTEM } from './prometheus';
import { PROMETHEUS_OPERATOR_SYSTEM } from './prometheus-operator';
import { parseReleases, formatReleases } from './release';

/** The systems, by the name that they have in a configuration. */
export const SYSTEMS = {
  argoRollouts: ARGO_ROLLOUTS_SYSTEM,
  prometheus: PROMETHEUS_SYSTEM,
  argoCd: ARGO_CD_SYSTEM,
  gatewayApiPlugin: GATEWAY_API_PLUGIN_SYSTEM,
  prometheusOperator: PROMETHEUS_OPERATOR_SYSTEM,
  istio: ISTIO_SYSTEM,
} satisfies { [name: string]: System };

/** A system, as it is named in `versions:` of a configuration. */
export type SystemKey = keyof typeof SYSTEMS;

/** The releases that a cluster runs, or that manifests must work on, by system. Never empty; oldest first. */
export type Versions = { readonly [key in SystemKey]: readonly string[] };

/** An error in stated versions. */
export interface VersionProblem {
  /** The key as it was written. */
  readonly key: string;
  readonly message: string;
}

const keys = Object.keys(SYSTEMS) as SystemKey[];

/** The default: the newest release of each system that the tables cover. */
export const NEWEST: Versions = Object.fromEntries(
  keys.map((key) => [key, [SYSTEMS[key].releases[SYSTEMS[key].releases.length - 1]]]),
) as unknown as Versions;

/** Reads stated versions, such as `{argoRollouts: '1.8 - 1.10'}`. The default is the newest release. */
export function readVersions(stated: { readonly [key: string]: unknown }): {
  readonly versions: Versions;
  readonly problems: readonly VersionProblem[];
} {
  const problems: VersionProblem[] = [];
  const versions: { [key: string]: readonly string[] } = { ...NEWEST };
  for (const [key, text] of Object.entries(stated)) {
    if (!Object.prototype.hasOwnProperty.call(SYSTEMS, key)) {
      problems.push({ key, message: `'${key}' is no system; there are ${formatReleases(keys)}` });
    } else if (typeof text !== 'string') {
      problems.push({ key, message: `write the release as text: "${String(text)}"` });
    } else {
      const found = parseReleases(text, SYSTEMS[key as SystemKey].releases);
      if ('message' in found) problems.push({ key, message: found.message });
      else versions[key] = found;
    }
  }
  return { versions: versions as unknown as Versions, problems };
}

/** The stated releases in one line: "Argo Rollouts 1.8 and 1.9, Prometheus 3.16". */
export function formatVersions(versions: Versions, wanted: readonly SystemKey[] = keys): string {
  return wanted.map((key) => `${SYSTEMS[key].title} ${formatReleases(versions[key])}`).join(', ');
}

/** Stated releases as properties of a report, such as `versions.argoRollouts`: `1.8, 1.9`. */
export const releaseProperties = (versions: Versions): { readonly [name: string]: string } =>
  Object.fromEntries(keys.map((key) => [`versions.${key}`, versions[key].join(', ')]));

/** One release of each system. */
export type Releases = { readonly [key in SystemKey]: string };

/** The newest stated release of each system. */
export const newestOf = (versions: Versions): Releases =>
  Object.fromEntries(keys.map((key) => [key, versions[key][versions[key].length - 1]])) as unknown as Releases;

/** Of stated versions the newest of each system, as versions of which there is one each. */
export const onlyNewest = (versions: Versions): Versions =>
  Object.fromEntries(keys.map((key) => [key, versions[key].slice(-1)])) as unknown as Versions;

/** Releases of a system that do the same in everything that the table knows, with one that stands for them. */
export interface Alike {
  readonly key: SystemKey;
  readonly release: string;
  readonly covers: readonly string[];
}

/** The stated releases of a system, grouped by behaviour, oldest first. */
export function alikeReleases(versions: Versions, key: SystemKey): readonly Alike[] {
  const groups: { release: string; covers: string[] }[] = [];
  for (const release of versions[key]) {
    const last = groups[groups.length - 1];
    if (last && sameBehaviour(key, last.release, release)) last.covers.push(release);
    else groups.push({ release, covers: [release] });
  }
  return groups.map((group) => ({ key, ...group }));
}

/** The systems whose stated releases behave differently. */
export const ranges = (versions: Versions): readonly SystemKey[] =>
  keys.filter((key) => alikeReleases(versions, key).length > 1);

function sameBehaviour(key: SystemKey, a: string, b: string): boolean {
  return differing(SYSTEMS[key], a, b).length === 0 && sameFields(key, a, b);
}
