import { existsSync, realpathSync, statSync } from 'node:fs';
import { join, normalize, resolve } from 'node:path';
import { isWithin, mayRefer } from '../formats/repository';
import { readTextFile } from '../formats/text-file';
import { type Kustomization, KUSTOMIZATION_NAMES, readKustomization } from '../graph';

/** All files of a kustomization, or why it is not rendered here. */
export interface Closure {
  /** Its patches and other inputs, and those of its bases: the outermost first. */
  readonly inputs: readonly string[];
  readonly resources: readonly string[];
  readonly kustomizations: readonly Kustomization[];
  readonly refusal?: string;
}

const MOST_FOLDERS = 500;

/**
 * Follows a kustomization to all of its files. It is refused where kustomize would fetch something, run a program or
 * leave the repository and the folders that were given, and where a name stands for nothing on the disk, which kustomize may take for an address.
 */
export function closureOf(root: Kustomization, cwd: string, given: readonly string[] = []): Closure {
  const inputs: string[] = [];
  const resources: string[] = [];
  const kustomizations: Kustomization[] = [];
  const seen = new Set<string>();
  const pending = [root];
  const refuse = (refusal: string): Closure => ({ inputs, resources, kustomizations, refusal });
  const from = resolve(cwd, root.folder);
  for (let one = pending.shift(); one !== undefined; one = pending.shift()) {
    if (seen.has(one.folder)) continue;
    seen.add(one.folder);
    kustomizations.push(one);
    if (seen.size > MOST_FOLDERS) return refuse(`it has more than ${MOST_FOLDERS} bases`);
    if (one.remote.length > 0) return refuse(`${one.file} takes ${one.remote[0]} from elsewhere`);
    if (one.programs.length > 0) return refuse(`${one.file} has ${one.programs[0]}, which may run a program`);
    for (const name of [...one.resources, ...one.components, ...one.inputs]) {
      const path = resolve(cwd, name);
      if (!existsSync(path)) return refuse(`${one.file} names ${name}, which does not exist`);
      if (!mayRefer(path, from, cwd) && !given.some((folder) => isWithin(realpathSync(path), real(folder, cwd))))
        return refuse(`${one.file} names ${name}, which is outside of this repository`);
      if (!statSync(path).isDirectory()) {
        (one.inputs.includes(name) ? inputs : resources).push(name);
        continue;
      }
      const below = kustomizationIn(name, cwd);
      if (below === undefined) return refuse(`${one.file} names the folder ${name}, which has no kustomization`);
      pending.push(below);
    }
  }
  return { inputs, resources, kustomizations };
}

function real(name: string, cwd: string): string {
  try {
    return realpathSync(resolve(cwd, name));
  } catch {
    return resolve(cwd, name);
  }
}

function kustomizationIn(folder: string, cwd: string): Kustomization | undefined {
  for (const name of KUSTOMIZATION_NAMES) {
    const file = join(folder, name);
    if (!existsSync(resolve(cwd, file))) continue;
    try {
      return readKustomization(file, readTextFile(resolve(cwd, file)));
    } catch {
      return undefined;
    }
  }
  return undefined;
}

/** The kustomizations that no other one uses. Components cannot be rendered on their own. */
export function rootsAmong(kustomizations: readonly Kustomization[]): Kustomization[] {
  const used = new Set(kustomizations.flatMap((one) => [...one.resources, ...one.components]));
  return kustomizations.filter((one) => !one.isComponent && !used.has(one.folder) && !used.has(normalize(one.file)));
}
