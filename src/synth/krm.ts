import { oneLine } from '../formats/encode/terminal';
import { InputError } from '../formats/input-error';
import { API_VERSION, KINDS, SpecDocument } from '../canaryfile/document';
import { mergeLayers, readDocuments } from '../canaryfile/layers';
import { Problem } from '../canaryfile/problem';
import { Manifest, manifestText, renderSpec } from '../canaryfile/render';
import { SourceFile } from '../formats/source';
import { readDocument, writeYaml } from '../formats/yaml';
import { isMapping, type Mapping, own } from '../graph';
import { identitiesOf, titleOf } from './identity';
import { ItemTexts } from './krm-items';
import { identitiesByName } from './stated-identity';

export interface KrmResult {
  /** The resulting ResourceList. */
  readonly text: string;
  /** The problems as text. They are also among the results of the list. */
  readonly problems: readonly string[];
}

/** A result of a function, which kpt and similar tools show next to its object. */
interface Result {
  readonly severity: 'error';
  readonly message: string;
  readonly resourceRef: Mapping;
  readonly field?: { readonly path: string };
  readonly file?: { readonly path: string; readonly index?: number };
}

/**
 * Runs the KRM function on a ResourceList: each CanaryApp among the items, and the one in `functionConfig`, is replaced
 * by its manifests; CanaryDefaults are merged below them. Other items stay as they are written. If there are problems, all of them
 * are among the results, and the items do not change.
 *
 * @see https://github.com/kubernetes-sigs/kustomize/blob/master/cmd/config/docs/api-conventions/functions-spec.md
 * @throws InputError if the input is not a ResourceList.
 */
export function runFunction(input: string): KrmResult {
  const list = readList(input);
  const work = new Work();
  const config = list.functionConfig;
  if (config !== undefined && !isOurs(config)) {
    work.report(
      config,
      'kind',
      `is '${String(own(config, 'kind'))}' of '${String(own(config, 'apiVersion'))}'; ${USE}`,
    );
  }
  const given = [...(config === undefined ? [] : [config]), ...list.items].filter(isOurs);
  const documents = given.flatMap((object) => work.read(object));
  const defaults = documents.filter(({ kind }) => kind === 'CanaryDefaults');
  const others = list.items.filter((item) => !isOurs(item));
  for (const other of others) work.claim(other, [other]);
  const rendered = documents
    .filter(({ kind }) => kind === 'CanaryApp')
    .flatMap((document) => work.render(document, defaults));
  const { results } = work;
  const texts = [
    writeYaml({ apiVersion: list.apiVersion ?? 'config.kubernetes.io/v1', kind: 'ResourceList' }),
    new ItemTexts(input, list.items).fieldOf(results.length > 0 ? list.items : [...others, ...rendered]),
    // kustomize loses the configuration of the function if it is not returned.
    ...(config === undefined ? [] : [writeYaml({ functionConfig: config })]),
    ...(results.length > 0 ? [writeYaml({ results })] : []),
  ];
  return { text: texts.join(''), problems: results.map(asText) };
}

const USE = `use ${KINDS.join(' or ')} of ${API_VERSION}`;

function readList(input: string): { apiVersion: unknown; items: readonly Mapping[]; functionConfig?: unknown } {
  const { value, error } = readDocument(input);
  if (error) {
    const { line, column } = new SourceFile('', input).place(error);
    throw new InputError(`standard input cannot be read: line ${line}, column ${column}: ${error.message}`);
  }
  const kind = own(value, 'kind');
  if (kind !== 'ResourceList') {
    throw new InputError(
      oneLine(`standard input is no ResourceList, but ${String(kind ?? 'something without a kind')}`),
    );
  }
  const items = own(value, 'items') ?? [];
  if (!Array.isArray(items) || !items.every(isMapping)) {
    throw new InputError('the items of the ResourceList are no list of objects');
  }
  return { apiVersion: own(value, 'apiVersion'), items, functionConfig: own(value, 'functionConfig') ?? undefined };
}

/** The objects that were read and rendered, and the problems. */
class Work {
  public readonly results: Result[] = [];
  private readonly objects = new Map<SourceFile, Mapping>();
  private readonly claims = new Map<string, unknown>();

  /** Reads a spec, without the annotations that kustomize adds. */
  public read(object: Mapping): SpecDocument[] {
    const { annotations: _, ...metadata } = isMapping(object.metadata) ? object.metadata : {};
    const file = new SourceFile(nameOf(object), writeYaml({ ...object, metadata }));
    this.objects.set(file, object);
    const problems: Problem[] = [];
    const documents = readDocuments(file, problems);
    this.add(problems);
    for (const { base } of documents.filter((document) => document.base !== undefined)) {
      this.report(object, 'base', `is '${base}'; a ResourceList has no files to be merged over: use CanaryDefaults`);
    }
    return documents;
  }

  public render(document: SpecDocument, defaults: readonly SpecDocument[]): readonly Manifest[] {
    const problems: Problem[] = [];
    const body = mergeLayers([...defaults, document]);
    const manifests = body && renderSpec(body, problems)?.manifests;
    this.add(problems);
    const object = this.objects.get(document.at.file);
    if (manifests !== undefined) this.claim(object, manifests);
    else if (body !== undefined) this.claimKeys(object, identitiesByName(body));
    return manifests ?? [];
  }

  /** Reports an object that renders the same object as another one, or has the same host. */
  public claim(object: unknown, manifests: readonly Mapping[]): void {
    this.claimKeys(object, identitiesOf(manifestText(manifests as readonly Manifest[]), undefined));
  }

  private claimKeys(object: unknown, keys: readonly string[]): void {
    for (const key of keys) {
      const other = this.claims.get(key);
      if (other === undefined) this.claims.set(key, object);
      else if (other !== object) {
        this.report(
          object,
          undefined,
          `${titleOf(key)} is also that of ${nameOf(other)}; give one of them another name`,
        );
      }
    }
  }

  public report(object: unknown, path: string | undefined, message: string): void {
    const metadata = own(object, 'metadata');
    const [apiVersion, kind] = ['apiVersion', 'kind'].map((field) => own(object, field));
    const [name, namespace, annotations] = ['name', 'namespace', 'annotations'].map((field) => own(metadata, field));
    const note = (key: string) =>
      own(annotations, `internal.config.kubernetes.io/${key}`) ?? own(annotations, `config.kubernetes.io/${key}`);
    const [file, index] = [note('path'), Number(note('index') ?? NaN)];
    this.results.push({
      severity: 'error',
      message,
      resourceRef: { apiVersion, kind, name, namespace },
      ...(path ? { field: { path } } : {}),
      ...(file ? { file: { path: String(file), ...(Number.isInteger(index) ? { index } : {}) } } : {}),
    });
  }

  private add(problems: readonly Problem[]): void {
    for (const { at, path, message } of problems) this.report(this.objects.get(at.file), path, message);
  }
}

/** Whether an object is a spec, even if its kind or its version has a typo: no cluster knows such an object. */
function isOurs(object: unknown): object is Mapping {
  return own(object, 'apiVersion') === API_VERSION || KINDS.some((kind) => kind === own(object, 'kind'));
}

function nameOf(object: unknown): string {
  const [name = '', namespace] = ['name', 'namespace'].map((field) => own(own(object, 'metadata'), field));
  return `${String(own(object, 'kind'))} ${namespace ? `${String(namespace)}/` : ''}${String(name)}`.trim();
}

function asText({ message, resourceRef, field, file }: Result): string {
  const where = [nameOf({ kind: resourceRef.kind, metadata: resourceRef }), file && `(${file.path})`, field?.path];
  return oneLine(`${where.filter((part) => part !== undefined).join(' ')}: ${message}`);
}
