/** A patch cannot be applied to a manifest. The message says which operation, and why. */
export class PatchError extends Error {}

/** An operation of a JSON patch. */
export interface PatchOperation {
  readonly op: string;
  readonly path: string;
  readonly value?: unknown;
  readonly from?: string;
}

/**
 * Applies a JSON patch to a copy of a document.
 *
 * @throws PatchError if an operation cannot be applied.
 * @see https://www.rfc-editor.org/rfc/rfc6902
 */
export function applyJsonPatch(document: unknown, operations: readonly PatchOperation[]): unknown {
  let result: unknown = structuredClone(document);
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
          throw fail('the value differs');
        }
        break;
      default:
        throw fail('unknown operation; use add, remove, replace, move, copy or test');
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

/** Any object or list, by keys or indexes. */
interface Container {
  [key: string]: unknown;
}

/** The object or list that contains the value at a path, and the last part of the path. */
function parentOf(document: unknown, path: string, fail: Fail): { parent: Container; last: string } {
  const all = parts(path, fail);
  let parent = document;
  for (const [i, part] of all.slice(0, -1).entries()) {
    const next = isContainer(parent) && Object.hasOwn(parent, part) ? parent[part] : undefined;
    if (!isContainer(next)) throw fail(`there is no /${all.slice(0, i + 1).join('/')}`);
    parent = next;
  }
  return { parent: parent as Container, last: all[all.length - 1] };
}

function write(document: unknown, path: string, value: unknown, fail: Fail, mustExist: boolean): unknown {
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

function take(document: unknown, path: string, fail: Fail): { value: unknown; rest: unknown } {
  if (path === '') return { value: document, rest: undefined };
  const { parent, last } = parentOf(document, path, fail);
  if (!Object.hasOwn(parent, last)) throw fail('there is no such field');
  const value = parent[last];
  if (Array.isArray(parent)) parent.splice(Number(last), 1);
  else delete parent[last];
  return { value, rest: document };
}

/**
 * Merges fields into a manifest: objects field by field, lists of objects that all have a `name` by name, other lists as
 * a whole. `null` removes a field, `$patch: delete` an item, and `$patch: replace` keeps nothing of what was there.
 *
 * @see https://kubernetes.io/docs/tasks/manage-kubernetes-objects/update-api-object-kubectl-patch/
 */
export function mergeManifest(base: unknown, over: unknown): unknown {
  if (Array.isArray(over)) return Array.isArray(base) && isNamed(base) && isNamed(over) ? mergeLists(base, over) : over;
  if (!isObject(over)) return over;
  const { $patch: directive, ...fields } = over;
  const result: Container = isObject(base) && directive !== 'replace' ? { ...base } : {};
  for (const [name, value] of Object.entries(fields)) {
    if (value === null || (isObject(value) && value.$patch === 'delete')) delete result[name];
    else setField(result, name, mergeManifest(result[name], value));
  }
  return result;
}

function mergeLists(base: readonly Container[], over: readonly Container[]): unknown[] {
  const result: unknown[] = [...base];
  for (const item of over) {
    const at = result.findIndex((one) => isObject(one) && one.name === item.name);
    if (item.$patch === 'delete') {
      if (at >= 0) result.splice(at, 1);
    } else if (at >= 0) result[at] = mergeManifest(result[at], item);
    else result.push(mergeManifest(undefined, item));
  }
  return result;
}

/** Adds an own field, even one named `__proto__`. */
function setField(object: object, name: string, value: unknown): void {
  Object.defineProperty(object, name, { value, writable: true, enumerable: true, configurable: true });
}

const isContainer = (value: unknown): value is Container => typeof value === 'object' && value !== null;
const isObject = (value: unknown): value is Container => isContainer(value) && !Array.isArray(value);
const isNamed = (list: readonly unknown[]): list is readonly Container[] =>
  list.length > 0 && list.every((item) => isObject(item) && typeof item.name === 'string');
