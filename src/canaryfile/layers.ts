import { SpecDocument, readDocument } from './document';
import { mergeSpecs } from './merge';
import { specModel } from './model';
import { MapNode, readNodes } from './node';
import { Problem } from './problem';
import type { SourceFile } from '../formats/source';

/** The documents of a file, each a spec, an overlay or defaults. */
export function readDocuments(file: SourceFile, problems: Problem[]): SpecDocument[] {
  return readNodes(file, problems)
    .map((node) => readDocument(node, problems))
    .filter((document) => document !== undefined);
}

/** Merges documents; later ones win. */
export function mergeLayers(layers: readonly SpecDocument[]): MapNode | undefined {
  let merged: MapNode | undefined;
  for (const { body } of layers) merged = mergeSpecs(specModel(), merged, body);
  return merged;
}
