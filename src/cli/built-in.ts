/** The functions of `node:child_process`. Few runs call one of them, and loading the module takes as long as forty files. */
const FUNCTIONS = ['exec', 'execFile', 'execFileSync', 'execSync', 'fork', 'spawn', 'spawnSync', 'ChildProcess'];

/**
 * A module of Node.js. `child_process`, which Commander and cdk8s ask for in each run, is loaded when one of its functions is
 * called or looked at.
 *
 * @param load What Node.js gives as `require`.
 */
export function builtIn(name: string, load: NodeJS.Require): unknown {
  if (name !== 'child_process' && name !== 'node:child_process') return load(name);
  return Object.fromEntries(FUNCTIONS.map((key) => [key, whenUsed(() => (load(name) as Functions)[key])]));
}

type Functions = Readonly<Record<string, () => void>>;

/** The target of the proxies. It must be a constructor too, so that `new` works. */
const ANY_FUNCTION = function (): void {
  throw new Error('never called');
};

/** A function that is fetched when it is called, or when something else is done with it. */
function whenUsed(fetch: () => () => void): () => void {
  return new Proxy(ANY_FUNCTION, {
    apply: (_, self, given) => Reflect.apply(fetch(), self, given) as unknown,
    construct: (_, given) => Reflect.construct(fetch(), given) as object,
    get: (_, key) => Reflect.get(fetch(), key) as unknown,
  });
}
