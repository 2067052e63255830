import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { InputError } from '../formats/input-error';
import {
  DEFAULTS,
  Found,
  environmentOf,
  environmentsBelow,
  existing,
  foldersAbove,
  misnamedLayers,
  stemOf,
} from './discover';
import { suggestion } from './problem';

/**
 * Refuses names of environments that no overlay and no defaults file mentions: nearly always a typo, and rendering it
 * would put the values of no environment in the place of those that are meant.
 *
 * @param rendered Environments that are known by other means: those that an earlier run rendered.
 * @param skip A folder that is not searched: the output.
 * @throws where a name is unknown.
 */
export function refuseUnknownEnvironments(
  names: readonly string[],
  found: Found,
  rendered: ReadonlySet<string>,
  skip?: string,
): void {
  const folders = [...new Set(found.specs.map(({ path }) => dirname(path)))];
  const unknown = names.filter(
    (name) =>
      !found.environments.has(name) &&
      !found.specs.some(({ path }) => existing(dirname(path), `${stemOf(path)}.${name}`) !== undefined) &&
      !folders.some((folder) =>
        foldersAbove(folder).some((one) => existing(one, `${DEFAULTS}.${name}`) !== undefined),
      ) &&
      !rendered.has(name),
  );
  if (unknown.length === 0) return;
  // Only part of the repository may have been given; the environment may be mentioned in another part.
  const roots = new Set(
    folders.map((folder) => foldersAbove(folder).at(-1)!).filter((root) => existsSync(join(root, '.git'))),
  );
  const known = new Set([...found.environments, ...rendered]);
  for (const root of roots) for (const name of environmentsBelow(root, skip)) known.add(name);
  const [wrong] = unknown.filter((name) => !known.has(name));
  if (wrong === undefined) return;
  const named = found.misnamed.filter((path) => environmentOf(basename(path).toLowerCase()) === wrong);
  const [misnamed] = misnamedLayers({ misnamed: named }, [wrong]);
  if (misnamed !== undefined) throw new InputError(misnamed);
  const hint = suggestion(wrong, [...known].sort());
  const create = `${hint.endsWith('?') ? ' If it is new, create' : '; if it is new, create'} ${DEFAULTS}.${wrong}.yaml`;
  throw new InputError(`no overlay or defaults file mentions the environment '${wrong}'${hint}${create}`);
}
