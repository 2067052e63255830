import { dirname, resolve } from 'node:path';
import { InputError } from '../formats/input-error';
import type { Graph, NamedText } from '../graph';
import type { Io } from './io';
import { graphOf, type Inputs, inputsOf, isFolder, readTexts } from './read-inputs';

/** What the arguments of a command named, in sets that are each judged by itself. */
export interface InputSets extends Pick<Inputs, 'unreadable'> {
  readonly graphs: readonly Graph[];
  /** What is wrong with the canary files of sets that cannot be rendered, while others can. */
  readonly failures: readonly string[];
}

/**
 * Reads manifests and canary files as `readInputs` does. Where two files hold an object of one name, as the folders of
 * several environments do, each folder is a set of its own, and where they are in one folder each file.
 *
 * @throws InputError where all is one set, and a canary file of it is not valid
 */
export async function readInputSets(
  paths: readonly string[],
  environment: string | undefined,
  io: Io,
): Promise<InputSets> {
  const read = await readTexts(paths, io);
  const sets = setsOf(read.texts);
  if (sets.length <= 1) {
    const { graph, unreadable } = await inputsOf(read, paths, environment, io);
    return { graphs: [graph], failures: [], unreadable };
  }
  const files = paths.filter((path) => !isFolder(resolve(io.cwd, path)));
  const graphs: Graph[] = [];
  const failures: string[] = [];
  for (const texts of sets) {
    try {
      graphs.push((await inputsOf({ ...read, texts }, files, environment, io)).graph);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      failures.push(error.message);
    }
  }
  return { graphs: graphs.filter(({ resources }) => resources.length > 0), failures, unreadable: read.unreadable };
}

/** Texts in sets in which no two files hold an object of one name. */
function setsOf(texts: readonly NamedText[]): readonly (readonly NamedText[])[] {
  const names = new Map(texts.map((text) => [text, namesIn(text)]));
  const divide = (some: readonly NamedText[], depth: number): readonly (readonly NamedText[])[] => {
    if (!repeats(some.map((text) => names.get(text)!))) return [some];
    const groups = new Map<string, NamedText[]>();
    for (const text of some) {
      const folders = dirname(text.name).split('/');
      // Files of the folder that is divided are a group beside its folders.
      const key = folders.length > depth ? `${folders.slice(0, depth + 1).join('/')}/` : dirname(text.name);
      groups.set(key, [...(groups.get(key) ?? []), text]);
    }
    const deepest = [...groups.keys()].every((key) => !key.endsWith('/'));
    if (deepest) return some.map((text) => [text]);
    return [...groups.values()].flatMap((group) => divide(group, depth + 1));
  };
  return divide(texts, 0);
}

/** A canary file counts by its name, since its namespace may come from defaults. */
function namesIn(text: NamedText): ReadonlySet<string> {
  return new Set(
    graphOf([text]).resources.flatMap(({ kind, group, namespace, name }) => {
      if (name === undefined || name === '') return [];
      return kind === 'CanaryApp' ? `${kind} ${name}` : `${group} ${kind} ${namespace ?? ''}/${name}`;
    }),
  );
}

function repeats(sets: readonly ReadonlySet<string>[]): boolean {
  const seen = new Set<string>();
  for (const names of sets) {
    for (const name of names) {
      if (seen.has(name)) return true;
      seen.add(name);
    }
  }
  return false;
}
