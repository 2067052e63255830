import { holdsSuppressions, type KeptText, type Place, type Range, SourceFile } from '../formats/source';
import { documentParts, type LocatedDuplicate, readDocument, YamlSource } from '../formats/yaml';
import { isMapping, own, type Path } from './path';
import { Resource } from './resource';
import { isAssertion } from './test-assertions';

/** A text to be read, and the name by which the user knows it. */
export interface NamedText {
  readonly name: string;
  readonly text: string;
  /** Returns the text again, so that it does not have to stay in memory. Default: the text is kept. */
  readonly again?: KeptText;
}

/** Something in a text that should be a manifest, but is not. */
export interface LoadProblem {
  /** `broken`: a document cannot be read. `duplicate-key`: it can be read, but part of it is lost. */
  readonly kind: 'broken' | 'duplicate-key';
  readonly message: string;
  readonly place: Place;
  /** The resource with the problem, if it could be read. */
  readonly resource?: Resource;
  readonly path?: Path;
}

/** What was found in texts. */
export interface Loaded {
  readonly resources: readonly Resource[];
  readonly files: readonly SourceFile[];
  readonly problems: readonly LoadProblem[];
  /** Documents that are valid YAML, but no Kubernetes object. */
  readonly skipped: number;
}

/** Reads several texts. Never throws: documents that cannot be read are in `problems`, and all others are read. */
export function loadManifests(texts: Iterable<NamedText>): Loaded {
  const loader = new Loader();
  for (const text of texts) loader.add(text);
  return loader.loaded;
}

/** The path of an object that is the whole document. */
const WHOLE: Path = [];

/** The number of characters that are kept even if they can be read again. Most repositories have fewer. */
const KEPT = 16 * 1024 * 1024;

/** Reads texts one by one, for callers that show their progress. */
export class Loader {
  private readonly resources: Resource[] = [];
  private readonly files: SourceFile[] = [];
  private readonly problems: LoadProblem[] = [];
  private skipped = 0;
  private characters = 0;

  /** What was found so far. */
  get loaded(): Loaded {
    return { resources: this.resources, files: this.files, problems: this.problems, skipped: this.skipped };
  }

  /** Reads one more text. */
  add({ name, text, again }: NamedText): void {
    const documents = documentParts(text).map((part) => ({ part, document: readDocument(text, part, true) }));
    this.characters += text.length;
    // The exact reader returns views of the text, which keep all of it in memory.
    const keeps = this.characters <= KEPT || documents.some(({ document }) => !document.common);
    const file = new SourceFile(name, keeps ? text : (again ?? text), holdsSuppressions(text));
    this.files.push(file);
    let template = false;
    // Only then are the objects searched.
    const assertions = /\)["']?\s*:/.test(text);
    documents.forEach(({ part, document }, at) => {
      const source = new YamlSource(file, part, document.common);
      const broken = (message: string, range: Range) =>
        this.problems.push({ kind: 'broken', message, place: file.place(range) });
      const { error, dropped } = document;
      if (error) {
        const written = text.slice(part.from, part.to);
        if (isNoManifest(name, written)) return;
        const helm = HELM.test(written);
        if (!helm) broken(error.message, error);
        else if (!template) broken(`${IS_TEMPLATE} (${error.message})`, error);
        template ||= helm;
        return;
      }
      const before = this.resources.length;
      const patch = PATCH.test(text.slice(part.from, part.to)) && isPatch(document.value);
      if (!patch && (!assertions || !isAssertion(document.value)))
        this.take(document.value, file.name, at, source, WHOLE);
      if (dropped && !isNoManifest(name, text.slice(part.from, part.to))) broken(dropped.message, dropped);
      if (this.resources.length === before) {
        if (document.value !== null) this.skipped++;
        return;
      }
      for (const problem of document.duplicates) this.addDuplicate(problem, source, this.resources.slice(before));
    });
  }

  private take(value: unknown, file: string, document: number, source: YamlSource, prefix: Path): void {
    if (!isObject(value)) return;
    const items = own(value, 'items');
    // `kubectl get -o yaml` writes kind List, typed clients write RolloutList and the like.
    if (value.kind.endsWith('List') && Array.isArray(items)) {
      items.forEach((item, index) => this.take(item, file, document, source, [...prefix, 'items', index]));
      return;
    }
    this.resources.push(new Resource(value, { file, document, source, prefix }));
  }

  private addDuplicate(problem: LocatedDuplicate, source: YamlSource, resources: readonly Resource[]): void {
    const whole = [...problem.path, problem.key];
    const resource = resources.find(({ origin: { prefix } }) => prefix.every((step, i) => whole[i] === step));
    this.problems.push({
      kind: 'duplicate-key',
      message: problem.message,
      place: source.file.place(problem),
      resource,
      path: resource && whole.slice(resource.origin.prefix.length),
    });
  }
}

function isObject(value: unknown): value is { apiVersion: string; kind: string } {
  return isMapping(value) && typeof value.apiVersion === 'string' && typeof value.kind === 'string';
}

/** Quickly rules out nearly every text. */
const PATCH = /\$patch["']?\s*:/;

/** A patch for kustomize, which says what becomes of an object instead of being one: `$patch: delete`. */
function isPatch(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(isPatch);
  return isMapping(value) && (own(value, '$patch') !== undefined || Object.values(value).some(isPatch));
}

/** JSON with comments of other tools, and text that is not meant to be a manifest. */
function isNoManifest(name: string, text: string): boolean {
  return name.endsWith('.json') && !text.includes('"apiVersion"');
}

/** Actions of Helm templates outside of quotes. In quotes, other programs use templates of the same form. */
const HELM = /^[^'"\n]*\{\{-?\s*(\.|if\b|end\b|range\b|include\b|with\b|define\b|template\b|toYaml\b)/m;
const IS_TEMPLATE = "this is a Helm template, not YAML; lint what 'helm template' makes of it";
