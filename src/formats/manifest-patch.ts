/** A patch cannot be applied to a manifest. The message says which operation, and why. */
export class PatchError extends Error {
  constructor(
    message: string,
    /** The path of the operation. */
    public readonly path: string,
  ) {
    super(message);
  }
}

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
    const fail = (why: string) => new PatchError(`cannot ${op} ${path}: ${why}`, path);
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
        requireValue(take(structuredClone(result), path, fail).value, value, fail);
        break;
      default:
        throw fail('unknown operation; use add, remove, replace, move, copy or test');
    }
  }
  return result;
}

type Fail = (why: string) => Error;

/** The text of a value that does not depend on the order of fields. */
const canonical = (value: unknown): string | undefined =>
  JSON.stringify(value, (_, one: unknown) =>
    isObject(one) ? Object.fromEntries(Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1))) : one,
  );

function requireValue(found: unknown, value: unknown, fail: Fail): void {
  if (canonical(found) === canonical(value)) return;
  const [is, was] = [found, value].map((one) => JSON.stringify(one));
  throw fail(`the value differs: it is ${is}, not ${was}; adapt the patch`);
}

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
 * Merges fields into a manifest: objects field by field, and lists of objects item by item, as Kubernetes does. Items are
 * the same if they have the same key: for most lists `name`, for those of Kubernetes with another key that one
 * (`mountPath` of `volumeMounts`, `containerPort` or `port` of `ports`, and so on). Other lists are replaced. `null`
 * removes a field, `$patch: delete` an item, and `$patch: replace` keeps nothing of what was there.
 *
 * @param field The field that holds the values.
 * @see https://kubernetes.io/docs/tasks/manage-kubernetes-objects/update-api-object-kubectl-patch/
 */
export function mergeManifest(base: unknown, over: unknown, field = ''): unknown {
  if (Array.isArray(over)) {
    const [first, ...others] = over as unknown[];
    if (isObject(first) && first.$patch === 'replace') return others;
    const keys = KEYS.get(field) ?? ['name'];
    return Array.isArray(base) && hasKeys(base, keys) && hasKeys(over, keys) ? mergeLists(base, over, keys) : over;
  }
  if (!isObject(over)) return over;
  const { $patch: directive, ...fields } = over;
  const result: Container = isObject(base) && directive !== 'replace' ? { ...base } : {};
  for (const [name, value] of Object.entries(fields)) {
    if (value === null || (isObject(value) && value.$patch === 'delete')) delete result[name];
    else setField(result, name, mergeManifest(result[name], value, name));
  }
  return result;
}

/**
 * The fields that tell the items of a list apart, if it is not their name. Of two fields, the second counts for an item
 * that lacks the first.
 *
 * @see https://github.com/kubernetes/api/blob/master/core/v1/types.go (`patchMergeKey`)
 */
const KEYS: ReadonlyMap<string, readonly string[]> = new Map([
  ['volumeMounts', ['mountPath']],
  ['volumeDevices', ['devicePath']],
  ['ports', ['name', 'containerPort', 'port']],
  ['hostAliases', ['ip']],
  ['topologySpreadConstraints', ['topologyKey']],
  ['resizePolicy', ['resourceName']],
]);

function mergeLists(base: readonly Container[], over: readonly Container[], keys: readonly string[]): unknown[] {
  const result: unknown[] = [...base];
  for (const item of over) {
    const at = indexOf(item, result, keys);
    if (item.$patch === 'delete') {
      if (at >= 0) result.splice(at, 1);
    } else if (at >= 0) result[at] = mergeManifest(result[at], item);
    else result.push(mergeManifest(undefined, item));
  }
  return result;
}

/** The index of the item that an item changes: that with the same first key that both state. */
function indexOf(item: Container, list: readonly unknown[], keys: readonly string[]): number {
  for (const key of keys.filter((one) => item[one] !== undefined)) {
    const at = list.findIndex((one) => isObject(one) && one[key] === item[key]);
    if (at >= 0) return at;
  }
  return -1;
}

/** Adds an own field, even one named `__proto__`. */
function setField(object: object, name: string, value: unknown): void {
  Object.defineProperty(object, name, { value, writable: true, enumerable: true, configurable: true });
}

const isContainer = (value: unknown): value is Container => typeof value === 'object' && value !== null;
const isObject = (value: unknown): value is Container => isContainer(value) && !Array.isArray(value);
const hasKeys = (list: readonly unknown[], keys: readonly string[]): list is readonly Container[] =>
  list.length > 0 && list.every((item) => isObject(item) && keys.some((key) => item[key] !== undefined));
