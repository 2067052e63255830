import { InputError } from '../formats/input-error';
import { API_VERSION, KINDS, SpecDocument } from '../canaryfile/document';
import { mergeLayers, readDocuments } from '../canaryfile/layers';
import { Problem } from '../canaryfile/problem';
import { Manifest, manifestText, renderSpec } from '../canaryfile/render';
import { SourceFile } from '../formats/source';
import { readDocument, writeYaml } from '../formats/yaml';
import { identitiesOf, titleOf } from './identity';

// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Json = any;

export interface KrmResult {
  /** The ResourceList to hand on. */
  readonly text: string;
  /** What is wrong, as a person reads it. The same is among the results of the list. */
  readonly problems: readonly string[];
}

/** A result of a function, which kpt and similar tools show next to its object. */
interface Result {
  readonly severity: 'error';
  readonly message: string;
  readonly resourceRef?: Json;
  readonly field?: { readonly path: string };
  readonly file?: { readonly path: string; readonly index?: number };
}

/**
 * What a KRM function makes of a ResourceList: each CanaryApp among the items, and the one in `functionConfig`, gives way
 * to its manifests; CanaryDefaults lie below them. Other items stay as they are. When something is wrong, all of it is
 * among the results, and the items stay as they were.
 *
 * @see https://github.com/kubernetes-sigs/kustomize/blob/master/cmd/config/docs/api-conventions/functions-spec.md
 * @throws where the input is no ResourceList.
 */
export function runFunction(input: string): KrmResult {
  const list = readList(input);
  const work = new Work();
  const config = list.functionConfig;
  if (config !== undefined && !isOurs(config)) {
    work.report(config, 'kind', `is '${config?.kind}' of '${config?.apiVersion}'; ${USE}`);
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
  const result = {
    apiVersion: list.apiVersion ?? 'config.kubernetes.io/v1',
    kind: 'ResourceList',
    items: results.length > 0 ? list.items : [...others, ...rendered],
    // kustomize forgets its own configuration of the function where it is not handed back.
    ...(config === undefined ? {} : { functionConfig: config }),
    ...(results.length > 0 ? { results } : {}),
  };
  return { text: writeYaml(result), problems: results.map(asText) };
}

const USE = `use ${KINDS.join(' or ')} of ${API_VERSION}`;

function readList(input: string): { apiVersion?: string; items: Json[]; functionConfig?: Json } {
  const { value, error } = readDocument(input);
  if (error) {
    const { line, column } = new SourceFile('', input).place(error);
    throw new InputError(`standard input cannot be read: line ${line}, column ${column}: ${error.message}`);
  }
  const list = value as Json;
  if (list?.kind !== 'ResourceList') {
    throw new InputError(`standard input is no ResourceList, but ${list?.kind ?? 'something without a kind'}`);
  }
  const items: unknown = list.items ?? [];
  if (!Array.isArray(items) || items.some((item) => typeof item !== 'object' || item === null)) {
    throw new InputError('the items of the ResourceList are no list of objects');
  }
  return { apiVersion: list.apiVersion, items, functionConfig: list.functionConfig ?? undefined };
}

/** What was read and rendered so far, and what was wrong with it. */
class Work {
  public readonly results: Result[] = [];
  private readonly objects = new Map<SourceFile, Json>();
  private readonly claims = new Map<string, Json>();

  /** kustomize adds annotations of its own to what it hands over; they are no part of a spec. */
  public read(object: Json): SpecDocument[] {
    const { annotations: _, ...metadata } = object.metadata ?? {};
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
    const manifests = (body && renderSpec(body, problems)?.manifests) ?? [];
    this.add(problems);
    this.claim(this.objects.get(document.at.file), manifests);
    return manifests;
  }

  /** No two may make the same object, or take the same host. */
  public claim(object: Json, manifests: readonly Json[]): void {
    for (const key of identitiesOf(manifestText(manifests), undefined)) {
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

  public report(object: Json, path: string | undefined, message: string): void {
    const { apiVersion, kind, metadata = {} } = object ?? {};
    const { name, namespace, annotations = {} } = metadata;
    const note = (key: string) =>
      annotations[`internal.config.kubernetes.io/${key}`] ?? annotations[`config.kubernetes.io/${key}`];
    const index = Number(note('index') ?? NaN);
    this.results.push({
      severity: 'error',
      message,
      resourceRef: { apiVersion, kind, name, namespace },
      ...(path ? { field: { path } } : {}),
      ...(note('path') ? { file: { path: note('path'), ...(Number.isInteger(index) ? { index } : {}) } } : {}),
    });
  }

  private add(problems: readonly Problem[]): void {
    for (const { at, path, message } of problems) this.report(this.objects.get(at.file), path, message);
  }
}

/** Also where the kind is misspelt: it would be applied to a cluster that does not know it. */
function isOurs(object: Json): boolean {
  return object?.apiVersion === API_VERSION || KINDS.includes(object?.kind);
}

function nameOf({ kind, metadata }: Json): string {
  const place = metadata?.namespace ? `${metadata.namespace}/` : '';
  return `${kind} ${place}${metadata?.name ?? ''}`.trim();
}

function asText({ message, resourceRef, field, file }: Result): string {
  const where = [nameOf({ kind: resourceRef.kind, metadata: resourceRef }), file && `(${file.path})`, field?.path];
  return `${where.filter((part) => part !== undefined).join(' ')}: ${message}`;
}
