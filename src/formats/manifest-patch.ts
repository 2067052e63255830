/* eslint-disable @typescript-eslint/no-explicit-any */
type Json = any;

/** A patch cannot be applied to a manifest: the message says which operation, and why. */
export class PatchError extends Error {}

/** An operation of a JSON patch. */
export interface PatchOperation {
  readonly op: string;
  readonly path: string;
  readonly value?: unknown;
  readonly from?: string;
}

/**
 * The document that a JSON patch makes of another. The other is not changed.
 *
 * @throws where an operation cannot be applied: the message tells which, and why.
 * @see https://www.rfc-editor.org/rfc/rfc6902
 */
export function applyJsonPatch(document: unknown, operations: readonly PatchOperation[]): unknown {
  let result: Json = structuredClone(document);
  for (const { op, path, value, from } of operations) {
    const fail = (why: string) => new PatchError(`cannot ${op} ${path}: ${why}`);
    switch (op) {
      case 'add':
        result = write(result, path, structuredClone(value), fail, false);
        break;
      case 'replace':
        result = write(result, path, structuredClone(value), fail, true);
        break;
      case 'remove':
        result = take(result, path, fail).rest;
        break;
      case 'move': {
        const { value: moved, rest } = take(result, from ?? '', fail);
        result = write(rest, path, moved, fail, false);
        break;
      }
      case 'copy':
        result = write(
          result,
          path,
          structuredClone(take(structuredClone(result), from ?? '', fail).value),
          fail,
          false,
        );
        break;
      case 'test':
        if (JSON.stringify(take(structuredClone(result), path, fail).value) !== JSON.stringify(value)) {
          throw fail('the value is another');
        }
        break;
      default:
        throw fail('there is no such operation; use add, remove, replace, move, copy or test');
    }
  }
  return result;
}

type Fail = (why: string) => Error;

function parts(path: string, fail: Fail): string[] {
  if (path === '') return [];
  if (!path.startsWith('/')) throw fail('a path begins with /');
  return path
    .slice(1)
    .split('/')
    .map((part) => part.replace(/~1/g, '/').replace(/~0/g, '~'));
}

/** The object or list that a path ends in, and the last part of the path. */
function parentOf(document: Json, path: string, fail: Fail): { parent: Json; last: string } {
  const all = parts(path, fail);
  let parent = document;
  for (const [i, part] of all.slice(0, -1).entries()) {
    const next =
      typeof parent === 'object' && parent !== null && Object.hasOwn(parent, part) ? parent[part] : undefined;
    if (typeof next !== 'object' || next === null) throw fail(`there is no /${all.slice(0, i + 1).join('/')}`);
    parent = next;
  }
  return { parent, last: all[all.length - 1] };
}

function write(document: Json, path: string, value: Json, fail: Fail, mustExist: boolean): Json {
  if (path === '') return value;
  const { parent, last } = parentOf(document, path, fail);
  if (Array.isArray(parent)) {
    const index = last === '-' ? parent.length : Number(last);
    if (!Number.isInteger(index) || index < 0 || index > parent.length - (mustExist ? 1 : 0)) {
      throw fail(`the list has ${parent.length} items`);
    }
    parent.splice(index, mustExist ? 1 : 0, value);
  } else {
    if (mustExist && !Object.hasOwn(parent, last)) throw fail('there is no such field');
    setField(parent, last, value);
  }
  return document;
}

function take(document: Json, path: string, fail: Fail): { value: Json; rest: Json } {
  if (path === '') return { value: document, rest: undefined };
  const { parent, last } = parentOf(document, path, fail);
  if (!Object.hasOwn(parent, last)) throw fail('there is no such field');
  const value = parent[last];
  if (Array.isArray(parent)) parent.splice(Number(last), 1);
  else delete parent[last];
  return { value, rest: document };
}

/**
 * Fields merged into a manifest: objects field by field, lists of things that all have a `name` by name, other lists as
 * a whole. `null` removes a field, `$patch: delete` an item, and `$patch: replace` keeps nothing of what was there.
 *
 * @see https://kubernetes.io/docs/tasks/manage-kubernetes-objects/update-api-object-kubectl-patch/
 */
export function mergeManifest(base: Json, over: Json): Json {
  if (Array.isArray(over)) return Array.isArray(base) && isNamed(base) && isNamed(over) ? mergeLists(base, over) : over;
  if (!isObject(over)) return over;
  const { $patch: directive, ...fields } = over;
  const result: Json = isObject(base) && directive !== 'replace' ? { ...base } : {};
  for (const [name, value] of Object.entries(fields)) {
    if (value === null || (isObject(value) && (value as Json).$patch === 'delete')) delete result[name];
    else setField(result, name, mergeManifest(result[name], value));
  }
  return result;
}

function mergeLists(base: readonly Json[], over: readonly Json[]): Json[] {
  const result = [...base];
  for (const item of over) {
    const at = result.findIndex(({ name }) => name === item.name);
    if (item.$patch === 'delete') {
      if (at >= 0) result.splice(at, 1);
    } else if (at >= 0) result[at] = mergeManifest(result[at], item);
    else result.push(mergeManifest(undefined, item));
  }
  return result;
}

/** Adds an own field, even one named `__proto__`. */
function setField(object: Json, name: string, value: Json): void {
  Object.defineProperty(object, name, { value, writable: true, enumerable: true, configurable: true });
}

const isObject = (value: Json) => typeof value === 'object' && value !== null && !Array.isArray(value);
const isNamed = (list: readonly Json[]) =>
  list.length > 0 && list.every((item) => isObject(item) && typeof item.name === 'string');
