import { existsSync, readFileSync } from 'node:fs';
import Module, { createRequire, isBuiltin } from 'node:module';
import { dirname, join } from 'node:path';
import { Script } from 'node:vm';
import { settledSignatureOf, signatureOf } from '../formats/file-signature';
import { builtIn } from './built-in';
import type { CompiledFile } from './compiled-file';

const WRAPPER = '(function (exports, require, module, __filename, __dirname) {';
const SOURCE_MAP = '\n//# sourceMappingURL=';

/** A file of a package. */
interface PackageFile {
  /** Undefined while the file is too new to be known by it. */
  readonly signature: string | undefined;
  readonly text: Buffer;
  /** The files that its relative requests lead to. */
  readonly requests: Record<string, string>;
}

interface Known extends PackageFile {
  readonly code: Buffer;
}

interface Compiled extends PackageFile {
  readonly script: Script;
}

/** A file as the head of what is kept lists it. Its text follows, then its code. */
interface Listed extends Pick<PackageFile, 'signature' | 'requests'> {
  /** Bytes. */
  readonly text: number;
  /** Bytes. */
  readonly code: number;
}

/** Where the name of a package led to. */
interface Found {
  readonly path: string;
  /** The package's own description. */
  readonly manifest: string;
  readonly signature: string | undefined;
  /** The folders where Node.js looked before. */
  readonly before: readonly string[];
}

/** The head of what is kept. */
interface Head {
  readonly files: Readonly<Record<string, Listed>>;
  /** By the folder that requests a package, and its name. */
  readonly packages: Readonly<Record<string, Found>>;
}

/** The content of the file that earlier runs wrote. */
interface Kept {
  readonly files: ReadonlyMap<string, Known>;
  readonly packages: Head['packages'];
}

/**
 * Loads packages that are no part of this one, such as cdk8s, as Node.js does, but with their texts and with the code that
 * V8 compiled as an earlier run kept them: to find, to read and to compile their hundred files takes as long as all the
 * rest of a run that renders one spec. What is no plain CommonJS file is left to Node.js. All modules are in its cache, so
 * there is one copy of each.
 */
export class CompiledPackages {
  private readonly known: Kept;
  private readonly compiled = new Map<string, Compiled>();
  private readonly found = new Map<string, Found>();
  /** Whether everything in the file still applies. */
  private isGood: boolean;

  /**
   * @param kept The file that earlier runs wrote.
   * @param own What Node.js gives files of this package as `require`.
   */
  constructor(
    kept: Pick<CompiledFile, 'content' | 'keepAtExit'>,
    private readonly own: NodeJS.Require,
  ) {
    this.known = readKept(kept.content);
    this.isGood = this.known.files.size > 0;
    kept.keepAtExit(
      () => this.isGood,
      () => this.content(),
    );
  }

  /** The exports of a package. */
  require(name: string): unknown {
    return this.load(this.packageIn(__dirname, name, () => this.own));
  }

  private load(path: string): unknown {
    const { cache } = this.own;
    const before = cache[path];
    if (before) return before.exports;
    const compiled = path.endsWith('.js') ? this.compile(path) : undefined;
    if (!compiled) return this.own(path);
    const module = new Module(path);
    module.filename = path;
    module.require = this.requireOf(path, compiled.requests);
    cache[path] = module;
    try {
      const define = compiled.script.runInThisContext() as (...given: unknown[]) => void;
      define.call(module.exports, module.exports, module.require, module, path, dirname(path));
      module.loaded = true;
    } finally {
      if (!module.loaded) delete cache[path];
    }
    return module.exports;
  }

  /** Undefined if Node.js has to load the file. */
  private compile(path: string): Compiled | undefined {
    const kept = this.known.files.get(path);
    const known = kept && signatureOf(path) === kept.signature ? kept : undefined;
    const file = known ?? read(path);
    const text = file.text.toString();
    if (!known && !isPlain(text)) return undefined;
    try {
      const script = new Script(`${WRAPPER}${text}\n})`, {
        filename: path,
        columnOffset: -WRAPPER.length,
        cachedData: known?.code,
      });
      if (kept && script.cachedDataRejected !== false) this.isGood = false;
      const compiled = { ...file, script };
      this.compiled.set(path, compiled);
      return compiled;
    } catch (error) {
      // A module of the other system, or a text that is wrong: Node.js knows what to do and to say.
      if (error instanceof SyntaxError) return undefined;
      throw error;
    }
  }

  private requireOf(path: string, requests: Record<string, string>): NodeJS.Require {
    const folder = dirname(path);
    let native: NodeJS.Require | undefined;
    const nodes = (): NodeJS.Require => (native ??= createRequire(path));
    const require = (request: string): unknown => {
      if (isBuiltin(request)) return builtIn(request, this.own);
      if (request.startsWith('.')) return this.load((requests[request] ??= nodes().resolve(request)));
      return this.load(this.packageIn(folder, request, nodes));
    };
    const resolve = Object.assign((request: string, how?: { paths?: string[] }) => nodes().resolve(request, how), {
      paths: (request: string) => nodes().resolve.paths(request),
    });
    return Object.assign(require, { ...this.own, resolve });
  }

  /** Where a name leads to. `nodes` gives the `require` of Node.js for the folder. */
  private packageIn(folder: string, name: string, nodes: () => NodeJS.Require): string {
    const key = `${folder}\n${name}`;
    const known = this.found.get(key) ?? trusted(this.known.packages[key]);
    const found = known ?? findPackage(name, nodes());
    if (!known && this.known.packages[key]) this.isGood = false;
    this.found.set(key, found);
    return found.path;
  }

  /** The new content of the file: the modules of this run, and those of earlier runs that this one did not load. */
  private content(): Buffer {
    const files: Record<string, Listed> = {};
    const rest: Buffer[] = [];
    const add = (path: string, { signature, requests, text, code }: Known): void => {
      files[path] = { signature, requests, text: text.length, code: code.length };
      rest.push(text, code);
    };
    for (const [path, { script, ...file }] of this.compiled)
      if (file.signature !== undefined) add(path, { ...file, code: script.createCachedData() });
    if (this.isGood) for (const [path, file] of this.known.files) if (!this.compiled.has(path)) add(path, file);
    const found = [...this.found].filter(([, { signature }]) => signature !== undefined);
    const packages = { ...(this.isGood ? this.known.packages : {}), ...Object.fromEntries(found) };
    const head: Head = { files, packages };
    return Buffer.concat([Buffer.from(`${JSON.stringify(head)}\n`), ...rest]);
  }
}

/** A file as it is, without the map of its sources at the end, which can be most of it. */
function read(path: string): PackageFile {
  // Taken before the file is read: what is written after that has another signature.
  const signature = settledSignatureOf(path);
  const content = readFileSync(path);
  const map = content.lastIndexOf(SOURCE_MAP);
  const isLast = map >= 0 && content.subarray(map + 1, -1).indexOf('\n') < 0;
  return { signature, text: isLast ? content.subarray(0, map) : content, requests: {} };
}

/** Whether a text means the same within a function, and asks for no module of the other system. */
const isPlain = (text: string): boolean => !/^(?:#!|\ufeff)/.test(text) && !text.includes('import(');

/** Undefined where Node.js may find another package now. */
const trusted = (found: Found | undefined): Found | undefined =>
  found?.signature !== undefined && signatureOf(found.manifest) === found.signature && !found.before.some(existsSync)
    ? found
    : undefined;

function findPackage(name: string, nodes: NodeJS.Require): Found {
  const path = nodes.resolve(name);
  const folders = (nodes.resolve.paths(name) ?? []).map((folder) => join(folder, name));
  const nth = folders.findIndex(existsSync);
  if (nth < 0) return { path, manifest: '', signature: undefined, before: [] };
  const manifest = join(folders[nth], 'package.json');
  return { path, manifest, signature: settledSignatureOf(manifest), before: folders.slice(0, nth) };
}

function readKept(content: Buffer | undefined): Kept {
  const files = new Map<string, Known>();
  if (content === undefined) return { files, packages: {} };
  try {
    let at = content.indexOf('\n') + 1;
    const next = (length: number): Buffer => content.subarray(at, (at += length));
    const head = JSON.parse(content.toString('utf8', 0, at)) as Head;
    for (const [path, { signature, requests, text, code }] of Object.entries(head.files))
      files.set(path, { signature, requests, text: next(text), code: next(code) });
    return { files, packages: { ...head.packages } };
  } catch {
    // It was not written by this code.
    return { files: new Map(), packages: {} };
  }
}
