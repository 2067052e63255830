import { resolve } from 'node:path';
import { InputError } from '../formats/input-error';
import { readTextFile } from '../formats/text-file';
import {
  NEWEST,
  newestOf,
  ranges,
  readVersions,
  SYSTEMS,
  type SystemKey,
  type Versions,
  formatVersions,
} from '../versions';
import type { Io } from './io';
import type { VersionFlags } from './version-options';

/** The file in which the linter's configuration, and with it the releases of a cluster, are stated. */
export const CONFIG_FILE = '.cdk8s-canary.yaml';

const FLAGS: readonly (readonly [keyof VersionFlags, SystemKey])[] = [
  ['argoRollouts', 'argoRollouts'],
  ['prometheusVersion', 'prometheus'],
  ['istio', 'istio'],
  ['gatewayApiPlugin', 'gatewayApiPlugin'],
  ['argoCd', 'argoCd'],
  ['prometheusOperator', 'prometheusOperator'],
];

/**
 * The releases that are stated by options, else in the linter's configuration of the current folder, else the newest.
 * Throws InputError.
 */
export async function statedVersions(flags: VersionFlags, io: Io): Promise<Versions> {
  let text: string;
  try {
    text = readTextFile(resolve(io.cwd, CONFIG_FILE));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return versionsOf(flags);
    throw new InputError(`${CONFIG_FILE}: ${(error as Error).message}`);
  }
  if (!/^\s*"?versions\b/m.test(text)) return versionsOf(flags);
  const [{ parseLintConfig }, { RULES }] = await Promise.all([import('../lint'), import('../rules')]);
  try {
    const { versions } = parseLintConfig(
      text,
      RULES.map(({ code }) => code),
    );
    return versionsOf(flags, versions);
  } catch (error) {
    throw new InputError(`${CONFIG_FILE}: ${(error as Error).message}`);
  }
}

/** The systems on which every report depends. */
const ALWAYS: readonly SystemKey[] = ['argoRollouts', 'prometheus'];

/** What a report is headed by: the releases that it is made for, of systems beside the two main ones those that are stated. */
export function versionsHeader(versions: Versions, always: readonly SystemKey[] = ALWAYS): string {
  const shown = (Object.keys(versions) as SystemKey[]).filter(
    (key) => always.includes(key) || versions[key].join() !== NEWEST[key].join(),
  );
  return `for ${formatVersions(versions, shown)}`;
}

/** What a report is headed by that is made for one release of each system, of a range the newest. */
export function newestHeader(versions: Versions, always?: readonly SystemKey[]): string {
  const header = versionsHeader(versions, always);
  const several = ranges(versions);
  if (several.length === 0) return header;
  const { name } = SYSTEMS[several[0]];
  const newest = newestOf(versions)[several[0]];
  const [oldest] = versions[several[0]];
  return `${header}; computed for the newest of each, see upgrade --from ${name}=${oldest} --to ${name}=${newest}`;
}

/** The same where a Prometheus measures, which says its own release: another is named only where it is stated. */
export const measuredHeader = (versions: Versions): string =>
  newestHeader(versions, versions.prometheus === NEWEST.prometheus ? ['argoRollouts'] : ALWAYS);

/** The releases that are stated by options, else by a configuration, else the newest. Throws InputError. */
export function versionsOf(flags: VersionFlags, config: { readonly [key in SystemKey]?: string } = {}): Versions {
  const stated = FLAGS.flatMap(([flag, key]) => (flags[flag] === undefined ? [] : [[key, flags[flag]]]));
  const { versions, problems } = readVersions({ ...config, ...(Object.fromEntries(stated) as object) });
  if (problems.length > 0) throw new InputError(problems.map(({ key, message }) => `${key}: ${message}`).join('\n'));
  return versions;
}
