import { dirname } from 'node:path';
import type { Graph, Resource } from '../graph';
import { addWords, wordsIn } from './outline';
import { isWide, type Surroundings } from './wide';

/** A word in more files connects nothing: it is the name of a namespace, a team, a port. */
export const COMMON = 100;

/** How the files of a repository hang together. */
export interface Groups {
  /** By the place of a file: the number of its group. Files that share an uncommon word are in one. */
  readonly groupOf: readonly number[];
  /** By the place of a file: whether it holds an object that concerns files of any group. */
  readonly isHub: readonly boolean[];
}

/** The objects of each file, in the order of the files. */
export function resourcesByFile(graph: Graph): readonly (readonly Resource[])[] {
  const places = new Map(graph.files.map(({ name }, place) => [name, place]));
  const found = graph.files.map((): Resource[] => []);
  for (const resource of graph.resources) {
    const place = places.get(resource.origin.file);
    if (place !== undefined) found[place].push(resource);
  }
  return found;
}

/**
 * Divides files into groups that share no uncommon word: no name, label, host or path.
 *
 * @param common A word in more files than this is common.
 */
export function groupsOf(graph: Graph, common: number): Groups {
  const objects = resourcesByFile(graph);
  const uses = new Map<string, number[] | undefined>();
  graph.files.forEach(({ name }, place) => {
    const words = new Set(wordsIn(name));
    for (const resource of objects[place]) addWords(resource, words);
    for (const word of words) addUse(uses, word, place, common);
  });
  const above = graph.files.map((_, place) => place);
  for (const places of uses.values()) {
    for (const place of places ?? []) above[rootOf(above, place)] = rootOf(above, places![0]);
  }
  const around = surroundingsOf(graph, uses);
  const broken = new Set(graph.problems.map(({ place }) => place.file));
  return {
    groupOf: above.map((_, place) => rootOf(above, place)),
    isHub: graph.files.map(({ name }, place) => broken.has(name) || objects[place].some((one) => isWide(one, around))),
  };
}

/** Undefined instead of the places once a word is common. */
function addUse(uses: Map<string, number[] | undefined>, word: string, place: number, common: number): void {
  if (!uses.has(word)) uses.set(word, [place]);
  else if (uses.get(word)?.push(place) === common + 1) uses.set(word, undefined);
}

function rootOf(above: number[], place: number): number {
  let at = place;
  while (above[at] !== at) at = above[at] = above[above[at]];
  return at;
}

function surroundingsOf(graph: Graph, uses: ReadonlyMap<string, unknown>): Surroundings {
  const folders = new Set<string>();
  for (const folder of new Set(graph.files.map(({ name }) => dirname(name)))) {
    const steps = folder.split('/');
    steps.forEach((_, from) =>
      steps.slice(from).forEach((_one, to) => folders.add(steps.slice(from, from + to + 1).join('/'))),
    );
  }
  return {
    isCommon: (word) => uses.has(word) && uses.get(word) === undefined,
    hasFolder: (path) => folders.has(path.replace(/^\.?\/+|\/+$/g, '')),
  };
}
