import type { AnnotatedTextEdit, Location, Position, Range, TextEdit, WorkspaceEdit } from 'vscode-languageserver';
import { parseDocument, plainScalarIsSafe } from '../formats/yaml';
import { type Field, type Graph, textsIn } from '../graph';
import { type LeftOutMention, leftOutMentions } from './left-out-mentions';
import type { TextLeftOut } from './manifest-files';
import { type Mark, type Mention, mentions, type NamedThing } from './named-things';
import { contains, offsetOf, rangeIn } from './text-position';

/** The address of a file in the editor. */
export type UriOf = (file: string) => string;

/** The name at a position of a file, if it is the name of something that is known. */
export function mentionAt(graph: Graph, file: string, position: Position): Mention | undefined {
  const inFile = graph.resources.filter(({ origin }) => origin.file === file);
  const [source] = inFile.flatMap(({ origin }) => origin.source ?? []);
  if (source === undefined) return undefined;
  const offset = offsetOf(source.file.text, position);
  // To locate a name, its document is parsed; a file can have thousands.
  const here = inFile.filter(({ origin }) => {
    const part = origin.source?.part;
    return part && part.from <= offset && offset <= part.to;
  });
  for (const resource of here) {
    for (const mention of mentions(graph).get(resource) ?? []) {
      const range = rangeOf(mention.mark);
      if (range && contains(range, position)) return mention;
    }
  }
  return undefined;
}

/** Where a name is written. Undefined where its characters cannot be located with certainty. */
export function rangeOf({ field, within }: Mark): Range | undefined {
  const { source, prefix } = field.resource.origin;
  if (source === undefined) return undefined;
  const path = [...prefix, ...field.path];
  const { value, depth } = source.find(path);
  if (value === undefined || depth !== path.length) return undefined;
  const range = source.inside(value, within ?? { from: 0, to: field.string?.length ?? 0 });
  return range && rangeIn(source.file, range);
}

/** The line of an alias that stands for a field, or for something around it. Undefined without one. */
function aliasOf({ field }: Mark): number | undefined {
  const { source, prefix } = field.resource.origin;
  const { text } = source?.file ?? { text: '' };
  // Nearly no manifest has an anchor.
  if (source === undefined || !text.slice(source.part.from, source.part.to).includes('&')) return undefined;
  const { value } = source.find([...prefix, ...field.path]);
  const root = parseDocument(text, source.part)?.root;
  if (root === undefined || value === undefined) return undefined;
  const left = [root];
  for (let node = left.pop(); node !== undefined; node = left.pop()) {
    const { target } = node;
    if (target && target.from <= value.from && value.to <= target.to) return source.file.place(node).line;
    left.push(...node.items);
  }
  return undefined;
}

/** Where something is defined. */
export function definitions({ marks }: NamedThing, uriOf: UriOf): Location[] {
  return locations(
    marks.filter(({ isDefinition }) => isDefinition),
    uriOf,
  );
}

/** Where the name of something is written. */
export function usesOf({ marks }: NamedThing, withDefinition: boolean, uriOf: UriOf): Location[] {
  return locations(
    marks.filter(({ isDefinition }) => withDefinition || !isDefinition),
    uriOf,
  );
}

function locations(marks: readonly Mark[], uriOf: UriOf): Location[] {
  return marks.flatMap((mark) => {
    // A name whose characters cannot be located is written somewhere all the same, such as an alias.
    const range = rangeOf(mark) ?? placeOf(mark);
    return range ? [{ uri: uriOf(mark.field.resource.origin.file), range }] : [];
  });
}

function placeOf({ field }: Mark): Range | undefined {
  const { source, prefix } = field.resource.origin;
  return source && rangeIn(source.file, source.range([...prefix, ...field.path], 'value'));
}

/** A name that cannot be given. The message is for the user. */
export class RenameError extends Error {}

const LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const SUBDOMAIN = /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/;

/**
 * Renames something in all files. Throws a RenameError where the new name is not valid, is taken, or where a place cannot
 * be changed with certainty: a rename is done whole or not at all.
 *
 * @param graph All manifests.
 * @param leftOut The texts that refer to objects and are not read: patches of kustomizations and Helm templates.
 * @param asks Whether the editor can ask before single changes. Then texts that probably mean the renamed object, such as
 * the matcher of a query, are changed if the user agrees; otherwise they are left as they are. So are patches and
 * templates that have the name; otherwise the rename is refused, because what is rendered would no longer fit together.
 */
export function renameThing(
  graph: Graph,
  thing: NamedThing,
  newName: string,
  { uriOf, asks, leftOut }: { readonly uriOf: UriOf; readonly asks: boolean; readonly leftOut: Iterable<TextLeftOut> },
): WorkspaceEdit {
  checkName(graph, thing, newName);
  const changes = new Map<string, (TextEdit | AnnotatedTextEdit)[]>();
  /** The identifiers of the annotations that edits use; an editor shows unused ones as well, so these are left out. */
  const asked = new Set<string>();
  const add = (file: string, edit: TextEdit | AnnotatedTextEdit): void => {
    const uri = uriOf(file);
    if ('annotationId' in edit) asked.add(edit.annotationId);
    changes.set(uri, [...(changes.get(uri) ?? []), edit]);
  };
  for (const mark of thing.marks) {
    const range = rangeOf(mark);
    const { file } = mark.field.resource.origin;
    if (range === undefined) {
      throw new RenameError(
        `${file}: ${mark.field} is written in a way that cannot be edited safely; write the name in one line, then rename it`,
      );
    }
    const alias = aliasOf(mark);
    if (alias !== undefined) {
      throw new RenameError(
        `${file}:${alias} is an alias of ${mark.field}, which would change with it; write out what it stands for, then rename it`,
      );
    }
    add(file, { range, newText: newName });
  }
  const unread = newName === thing.name ? [] : leftOutMentions(leftOut, thing.name);
  if (!asks) {
    if (unread.length > 0) throw new RenameError(unreadText(thing, unread));
    return { changes: Object.fromEntries(changes) };
  }
  for (const mark of probableMentions(graph, thing)) {
    const range = rangeOf(mark);
    if (range) add(mark.field.resource.origin.file, { range, newText: newName, annotationId: PROBABLE });
  }
  for (const { at } of unread)
    add(at.file.name, { range: rangeIn(at.file, at), newText: newName, annotationId: UNREAD });
  const annotations = {
    [PROBABLE]: {
      label: `texts that probably mean ${thing.title}`,
      description: 'Queries and arguments name it by text, which no reference confirms.',
      needsConfirmation: true,
    },
    [UNREAD]: {
      label: `patches and Helm templates that have the name ${thing.name}`,
      description: 'They are not rendered here, so which object they mean is not known.',
      needsConfirmation: true,
    },
  };
  return {
    documentChanges: [...changes].map(([uri, edits]) => ({ textDocument: { uri, version: null }, edits })),
    changeAnnotations: Object.fromEntries(Object.entries(annotations).filter(([id]) => asked.has(id))),
  };
}

const PROBABLE = 'probable';
const UNREAD = 'unread';

function unreadText({ title, name }: NamedThing, [first, ...others]: readonly LeftOutMention[]): string {
  const { line, file } = first.at.file.place(first.at);
  const also = others.length === 0 ? '' : ` and ${others.length} other ${others.length === 1 ? 'place' : 'places'}`;
  return `${title} cannot be renamed here: ${file}:${line}${also} ${others.length === 0 ? 'has' : 'have'} the name '${name}' in a ${first.what}, which is not rendered here; change ${others.length === 0 ? 'that' : 'those'} first, then rename it`;
}

/** Where queries and arguments of analyses have the name of a Service as a text. */
function probableMentions(graph: Graph, { what, name, marks }: NamedThing): Mark[] {
  const { resource: renamed } = marks[0].field;
  if (what !== 'object' || renamed.kind !== 'Service') return [];
  const texts = graph.resources
    .filter(({ group, namespace }) => group === 'argoproj.io' && namespace === renamed.namespace)
    .flatMap((resource) => [...analysisTexts(resource.field('spec'))]);
  return texts.flatMap((field): Mark[] => {
    const text = field.string!;
    if (text === name && field.path.at(-1) === 'value') return [{ field, isDefinition: false }];
    return [...text.matchAll(/"([^"]*)"/g)].flatMap(({ 1: quoted, index }): Mark[] =>
      quoted === name ? [{ field, within: { from: index + 1, to: index + 1 + name.length }, isDefinition: false }] : [],
    );
  });
}

/** The texts below `args` and `query` fields. */
function* analysisTexts(field: Field): Generator<Field> {
  for (const [key, entry] of field.entries()) {
    if (key === 'args' || key === 'query') yield* textsIn(entry);
    else yield* analysisTexts(entry);
  }
  for (const item of field.items()) yield* analysisTexts(item);
}

function checkName(graph: Graph, { what, name, title, marks }: NamedThing, newName: string): void {
  if (newName === name) return;
  const { resource } = marks[0].field;
  const pattern = what === 'object' ? (resource.kind === 'Service' ? LABEL : SUBDOMAIN) : /^[A-Za-z0-9][-\w.]*$/;
  if (!pattern.test(newName) || newName.length > (pattern === LABEL ? 63 : 253)) {
    throw new RenameError(
      what === 'object'
        ? `'${newName}' is no name of a ${resource.kind}; use lower-case letters, digits and '-'`
        : `'${newName}' is no name of an ${what === 'argument' ? what : 'object'}; use letters, digits, '-' and '_'`,
    );
  }
  if (!plainScalarIsSafe(newName))
    throw new RenameError(`YAML reads ${newName} as something else than text; add a letter`);
  if (what !== 'object') return;
  const { group, kind, namespace } = resource;
  const taken = graph.findAll({ group, kind, name: newName, namespace })[0];
  if (taken)
    throw new RenameError(
      `${title} cannot have the name of ${taken.origin.file}, which is a ${kind} as well; choose another name`,
    );
}
