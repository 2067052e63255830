import { dirname, join, normalize } from 'node:path';
import { lastPart } from '../formats/last-part';
import { readDocuments } from '../formats/yaml';
import { isMapping, own } from './path';

/** The references of a `kustomization.yaml` to files. */
export interface Kustomization {
  /** The file, as the user would write it. */
  readonly file: string;
  readonly folder: string;
  /** A component cannot be rendered on its own. */
  readonly isComponent: boolean;
  /** Files and folders that its objects come from, relative to the current folder. */
  readonly resources: readonly string[];
  /** Components that it applies. */
  readonly components: readonly string[];
  /** Files that are not complete objects: patches, replacements, configuration, contents of ConfigMaps. */
  readonly inputs: readonly string[];
  /** Its references outside the repository: addresses and absolute paths. */
  readonly remote: readonly string[];
  /** Fields with which it would run a program. */
  readonly programs: readonly string[];
}

/** The names that kustomize looks for. */
export const KUSTOMIZATION_NAMES: readonly string[] = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];

/** Whether a file is a kustomization, by its name. */
export function isKustomizationFile(name: string): boolean {
  return KUSTOMIZATION_NAMES.includes(lastPart(name));
}

/** Reads a kustomization. Undefined for text that cannot be read, and for Flux's object of the same kind. */
export function readKustomization(file: string, text: string): Kustomization | undefined {
  const { value, error } = readDocuments(text).find(({ value: found }) => isMapping(found)) ?? {};
  if (error || !isMapping(value)) return undefined;
  const { apiVersion, kind } = value;
  if (typeof apiVersion === 'string' && !apiVersion.startsWith('kustomize.config.k8s.io/')) return undefined;
  const folder = dirname(file);
  const list = (...names: string[]): unknown[] => names.flatMap((name) => listOf(own(value, name)));
  const resources = texts(list('resources', 'bases'));
  const components = texts(list('components'));
  const plugins = texts(list('generators', 'transformers', 'validators'));
  const inputs = [
    ...pathsOf(list('patches', 'patchesJson6902', 'replacements', 'openapi')),
    ...texts(list('patchesStrategicMerge', 'configurations', 'crds')),
    ...plugins,
    ...list('configMapGenerator', 'secretGenerator').flatMap(generatorFiles),
    ...list('helmCharts').flatMap((chart) => [
      ...texts([part(chart, 'valuesFile')]),
      ...texts(listOf(part(chart, 'additionalValuesFiles'))),
    ]),
  ].filter((path) => !path.includes('\n'));
  const paths = [...resources, ...components, ...plugins, ...inputs];
  const local = (names: readonly string[]): string[] => names.filter((one) => !isRemote(one)).map(inFolder);
  const inFolder = (name: string): string => normalize(join(folder, name));
  return {
    file,
    folder,
    isComponent: kind === 'Component',
    resources: local(resources),
    components: local(components),
    inputs: local(inputs),
    remote: [...new Set(paths.filter(isRemote))],
    programs: ['generators', 'transformers', 'validators', 'helmCharts', 'helmChartInflationGenerator'].filter(
      (name) => listOf(own(value, name)).length > 0,
    ),
  };
}

const listOf = (value: unknown): unknown[] =>
  Array.isArray(value) ? value : value === undefined || value === null ? [] : [value];
const texts = (values: readonly unknown[]): string[] =>
  values.filter((one): one is string => typeof one === 'string' && one !== '');
const part = (value: unknown, name: string): unknown => (isMapping(value) ? own(value, name) : undefined);
const pathsOf = (values: readonly unknown[]): string[] => texts(values.map((one) => part(one, 'path')));

/** The contents of a ConfigMap or Secret: `file` or `key=file`. */
function generatorFiles(generator: unknown): string[] {
  const files = texts(listOf(part(generator, 'files'))).map((entry) => entry.slice(entry.indexOf('=') + 1));
  return [...files, ...texts([part(generator, 'env')]), ...texts(listOf(part(generator, 'envs')))];
}

/** An address, an absolute path, or a repository in one of the short forms that kustomize understands. */
function isRemote(path: string): boolean {
  return (
    path.startsWith('/') ||
    path.includes('_git/') ||
    /^[a-z][a-z0-9+.-]*:/i.test(path) ||
    /^[^/]+@[^/]+:/.test(path) ||
    /[?&](ref|version|timeout|submodules)=/.test(path) ||
    /^(www\.)?(github\.com|gitlab\.com|bitbucket\.org)\//i.test(path) ||
    /(\.git|\/\/)(\/|$)/.test(path.replace(/^\.\.?\//, ''))
  );
}

/** Files that kustomizations use, and the folder whose kustomization renders each. */
export interface KustomizeInputs {
  /** The rest: complete objects, and files that no kustomization names. */
  readonly files: readonly string[];
  /** Files that are not complete objects, by the folder of the kustomization that names them. */
  readonly inputs: ReadonlyMap<string, readonly string[]>;
}

/**
 * Separates files from those that kustomizations name as patches and the like. A file that is also a resource stays.
 */
export function withoutKustomizeInputs(
  files: readonly string[],
  kustomizations: readonly Kustomization[],
): KustomizeInputs {
  if (kustomizations.length === 0) return { files, inputs: new Map() };
  const resources = new Set(kustomizations.flatMap((one) => one.resources));
  const folderOf = new Map<string, string>();
  for (const one of kustomizations) for (const input of one.inputs) folderOf.set(input, one.folder);
  const kept: string[] = [];
  const inputs = new Map<string, string[]>();
  for (const file of files) {
    const path = normalize(file);
    const folder = resources.has(path) ? undefined : folderOf.get(path);
    if (folder === undefined) kept.push(file);
    else if (inputs.has(folder)) inputs.get(folder)!.push(file);
    else inputs.set(folder, [file]);
  }
  return { files: kept, inputs };
}

/** The resources of kustomizations that are not among the files: addresses, and files and folders elsewhere. */
export function resourcesElsewhere(
  kustomizations: readonly Kustomization[],
  files: readonly string[],
): ReadonlyMap<Kustomization, readonly string[]> {
  const found = new Map<Kustomization, readonly string[]>();
  if (kustomizations.length === 0) return found;
  const known = new Set<string>();
  for (const file of [...files, ...kustomizations.map((one) => one.file)]) {
    for (let path = normalize(file); !known.has(path); path = dirname(path)) known.add(path);
  }
  for (const one of kustomizations) {
    const missing = [...one.resources, ...one.components].filter((name) => !known.has(normalize(join(name, '.'))));
    const elsewhere = [...missing, ...one.remote];
    if (elsewhere.length > 0) found.set(one, elsewhere);
  }
  return found;
}
