import { dirname } from 'node:path';
import { Graph, memoizeOnGraph, references } from '../graph';

/** Kinds with no more objects than this are few, such as Prometheus or PeerAuthentication, and concern many files. */
const FEW = 40;
/** How often references are followed from file to file. */
const ROUNDS = 3;

/** The files that reference each other, in both directions. */
export const links = memoizeOnGraph((graph) => {
  const found = new Map<string, Set<string>>();
  const link = (from: string, to: string): void => {
    if (from === to) return;
    const files = found.get(from);
    if (files) files.add(to);
    else found.set(from, new Set([to]));
  };
  for (const { from, target } of references(graph)) {
    if (target === undefined) continue;
    link(from.resource.origin.file, target.origin.file);
    link(target.origin.file, from.resource.origin.file);
  }
  return found;
});

const byFolder = memoizeOnGraph((graph) => {
  const found = new Map<string, string[]>();
  for (const { name } of graph.files) {
    const folder = dirname(name);
    const files = found.get(folder);
    if (files) files.push(name);
    else found.set(folder, [name]);
  }
  return found;
});

/** The files with objects of rare kinds: they configure the mesh, the monitoring or a namespace. */
const rare = memoizeOnGraph((graph) => {
  const files = graph.kinds().flatMap((kind) => {
    const resources = graph.ofKind(kind);
    return resources.length > FEW ? [] : resources.map(({ origin }) => origin.file);
  });
  return [...new Set(files)];
});

/**
 * The files that a change of one file can concern: those that reference each other, those beside it, and those that
 * concern many. Their findings are nearly those of the whole set, in a small part of the time.
 *
 * @param before All manifests, as they were before the change.
 * @param current The manifests of the changed file.
 */
export function relatedFiles(before: Graph, current: Graph, name: string): Set<string> {
  const related = new Set([name]);
  const beside = byFolder(before).get(dirname(name)) ?? [];
  if (beside.length <= FEW) for (const file of beside) related.add(file);
  let last: Iterable<string> = [...related, ...targetsOf(before, current)];
  for (let round = 0; round < ROUNDS; round++) {
    const next: string[] = [];
    for (const file of last) {
      related.add(file);
      for (const other of links(before).get(file) ?? []) if (!related.has(other)) next.push(other);
    }
    last = next;
  }
  for (const file of last) related.add(file);
  for (const file of rare(before)) related.add(file);
  return related;
}

/** The files of what the changed file references now. */
function targetsOf(before: Graph, current: Graph): string[] {
  return references(current).flatMap(({ from, to, target }) => {
    const found = target ?? before.find(to, from.resource);
    return found === undefined ? [] : [found.origin.file];
  });
}
