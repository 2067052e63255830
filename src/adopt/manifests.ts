import { dirname } from 'node:path';
import { InputError } from '../formats/input-error';
import { SourceFile } from '../formats/source';
import { documentParts, readDocument, YamlSource } from '../formats/yaml';
import {
  Field,
  isKustomizationFile,
  isMapping,
  type Mapping,
  type NamedText,
  own,
  type Path,
  Resource,
} from '../graph';
import { written } from './normalise';
import { RefusedError } from './result';

/**
 * The objects in some texts, without what a cluster added to them. Lists are split into their items, and files that hold
 * no objects are left out, such as the values of a chart.
 *
 * @throws InputError that names every text that cannot be read, and every kustomization that changes its resources.
 */
export function readManifests(texts: readonly NamedText[]): Resource[] {
  const problems: string[] = [];
  const objects = texts.flatMap(({ name, text }) => {
    if (isKustomizationFile(name)) {
      if (changesResources(text)) problems.push(`${name}: ${notRendered(dirname(name))}`);
      return [];
    }
    const file = new SourceFile(name, text);
    return documentParts(text).flatMap((part, document) => {
      const { value, error, duplicates } = readDocument(text, part);
      if (error) {
        const { line, column } = file.place(error);
        const hint = text.includes('{{') ? `; of a Helm chart, adopt what 'helm template' makes of it` : '';
        problems.push(`${name}:${line}:${column}: not valid YAML: ${error.message}${hint}`);
        return [];
      }
      const source = new YamlSource(file, part);
      const resource = (manifest: unknown, prefix: Path) =>
        isMapping(manifest) && isObject(manifest)
          ? [new Resource(written(manifest), { file: name, document, source, prefix })]
          : [];
      const items = own(value, 'kind') === 'List' ? own(value, 'items') : undefined;
      const found = Array.isArray(items)
        ? items.flatMap((item, index) => resource(item, ['items', index]))
        : resource(value, []);
      // Of two values of one key, kubectl drops the first without a word; adopting would, too.
      for (const duplicate of found.length > 0 ? duplicates : []) {
        const { line, column } = file.place(duplicate);
        problems.push(
          `${name}:${line}:${column}: ${duplicate.message}; leave one of them out, or separate two objects with ---`,
        );
      }
      return found;
    });
  });
  if (problems.length > 0) throw new InputError(problems.join('\n'));
  return objects;
}

/** Whether it has what makes an object of a cluster. One that lacks its kind by mistake is not left out. */
const isObject = (value: Mapping): boolean => own(value, 'kind') !== undefined || isMapping(own(value, 'metadata'));

const notRendered = (folder: string) =>
  `kustomize changes the objects that it names; adopt what it makes of them: kustomize build ${folder} | cdk8s-canary adopt -`;

/** Fields with which a kustomization changes nothing of the objects of other files. */
const NEUTRAL = ['apiVersion', 'kind', 'metadata', 'resources', 'bases', 'openapi', 'buildMetadata', 'sortOptions'];

function changesResources(text: string): boolean {
  const [{ value } = { value: undefined }] = documentParts(text).map((part) => readDocument(text, part));
  return isMapping(value) && Object.keys(value).some((field) => !NEUTRAL.includes(field));
}

/** An object that was made of another one, or takes its place. */
export function remade({ origin }: Resource, manifest: Mapping): Resource {
  return new Resource(manifest, origin);
}

/** A value that was made of a field, read as that field. */
export function fieldOf(value: unknown, of: Field): Field {
  return new Field(of.resource, of, [], value);
}

/** Identifies an object in a set: group, kind, namespace and name. */
export function titleOf({ group, kind, namespace, name }: Resource): string {
  return [group, kind, namespace ?? '', name].join('|');
}

/** Whether two objects are in one namespace. One that states none is in that of the others. */
export function isSamePlace(one: Resource, other: Resource): boolean {
  return one.namespace === undefined || other.namespace === undefined || one.namespace === other.namespace;
}

/** The objects of a kind. */
export function ofKind(objects: readonly Resource[], kind: string): Resource[] {
  return objects.filter((object) => object.kind === kind);
}

/**
 * The object of a kind and name. Undefined if there is none, or no name.
 *
 * @param near An object in whose namespace it is.
 */
export function named(
  objects: readonly Resource[],
  kind: string,
  name: string | undefined,
  near?: Resource,
): Resource | undefined {
  if (name === undefined) return undefined;
  return objects.find(
    (object) => object.kind === kind && object.name === name && (near === undefined || isSamePlace(object, near)),
  );
}

/** The labels of a workload's pods. */
export function podLabels(workload: Resource): Field {
  return workload.field('spec', 'template', 'metadata', 'labels');
}

/**
 * The elements of a list that must be read to adopt a workload; none where the field is absent.
 *
 * @throws RefusedError if the field is something else.
 */
export function listIn(field: Field): Field[] {
  if (field.exists && !Array.isArray(field.value)) throw wrongType(field, 'a list');
  return field.items();
}

/** As `listIn`, of a list of objects. */
export function objectsIn(field: Field): Field[] {
  return listIn(field).map(objectIn);
}

/** As `listIn`, for an object. */
export function objectIn(field: Field): Field {
  if (field.value !== undefined && !isMapping(field.value)) throw wrongType(field, 'an object');
  return field;
}

/** As `listIn`, for a text. Undefined where the field is absent. */
export function textIn(field: Field): string | undefined {
  if (field.exists && field.string === undefined) throw wrongType(field, 'a text');
  return field.string;
}

/** As `listIn`, for a number. Undefined where the field is absent. */
export function numberIn(field: Field): number | undefined {
  if (field.exists && field.number === undefined) throw wrongType(field, 'a number');
  return field.number;
}

function wrongType(field: Field, wanted: string): RefusedError {
  const { value, resource } = field;
  const found = Array.isArray(value)
    ? 'a list'
    : isMapping(value)
      ? 'an object'
      : value === null
        ? 'empty'
        : `${JSON.stringify(value)}`;
  const place = field.place();
  const where = place === undefined ? '' : `${place.file}:${place.line}:${place.column}: `;
  return new RefusedError(`${where}${String(field)} of ${String(resource).trim()} is ${found}; make it ${wanted}`);
}
