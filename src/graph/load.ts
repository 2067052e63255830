import { isMapping, own, type Path } from './path';
import { Resource } from './resource';
import { type Place, SourceDocument, SourceFile } from './source';
import { readYaml, type YamlProblem } from './yaml-text';

/** A text to be read, and the name by which the user knows it. */
export interface NamedText {
  readonly name: string;
  readonly text: string;
}

/** Something in a text that is not a manifest, though it ought to be. */
export interface LoadProblem {
  /** `broken`: a document cannot be read. `duplicate-key`: it can, but part of it is lost. */
  readonly kind: 'broken' | 'duplicate-key';
  readonly message: string;
  readonly place: Place;
  /** What it is about, where that could be read. */
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

/** Reads many texts. Never throws: what cannot be read is among the problems, and the rest is read all the same. */
export function loadManifests(texts: Iterable<NamedText>): Loaded {
  const loader = new Loader();
  for (const text of texts) loader.add(text);
  return loader.loaded;
}

/** Reads texts one by one, for those who show their progress. */
export class Loader {
  private readonly resources: Resource[] = [];
  private readonly files: SourceFile[] = [];
  private readonly problems: LoadProblem[] = [];
  private skipped = 0;

  /** What was found so far. */
  get loaded(): Loaded {
    return { resources: this.resources, files: this.files, problems: this.problems, skipped: this.skipped };
  }

  /** Reads one more text. */
  add({ name, text }: NamedText): void {
    const file = new SourceFile(name, text);
    this.files.push(file);
    let count = 0;
    for (const section of sections(text)) {
      const part = text.slice(section.from, section.to);
      readYaml(part).forEach((document, index) => {
        const source = new SourceDocument(file, section, index, document.marks);
        const at = count++;
        const first = document.errors[0] as YamlProblem | undefined;
        if (first) {
          if (isNoManifest(name, part)) return;
          const place = file.place(source.toFile(first));
          this.problems.push({ kind: 'broken', message: describe(first, part), place });
          return;
        }
        const before = this.resources.length;
        this.take(document.value, file.name, at, source, []);
        if (this.resources.length === before) {
          if (document.value !== null && document.value !== undefined) this.skipped++;
          return;
        }
        for (const problem of document.duplicates) this.addDuplicate(problem, source, this.resources.slice(before));
      });
    }
  }

  private take(value: unknown, file: string, document: number, source: SourceDocument, prefix: Path): void {
    if (!isObject(value)) return;
    const items = own(value, 'items');
    // `kubectl get -o yaml` writes kind List, typed clients write RolloutList and the like.
    if (value.kind.endsWith('List') && Array.isArray(items)) {
      items.forEach((item, index) => this.take(item, file, document, source, [...prefix, 'items', index]));
      return;
    }
    this.resources.push(new Resource(value, { file, document, source, prefix }));
  }

  private addDuplicate(problem: YamlProblem, source: SourceDocument, resources: readonly Resource[]): void {
    const { path, key } = problem.duplicate!;
    const whole = [...path, key];
    const resource = resources.find(({ origin: { prefix } }) => prefix.every((step, i) => whole[i] === step));
    this.problems.push({
      kind: 'duplicate-key',
      message: problem.message,
      place: source.file.place(source.toFile(problem)),
      resource,
      path: resource && whole.slice(resource.origin.prefix.length),
    });
  }
}

function isObject(value: unknown): value is { apiVersion: string; kind: string } {
  return isMapping(value) && typeof value.apiVersion === 'string' && typeof value.kind === 'string';
}

/**
 * The parts of a text between the markers (`---`) at the beginnings of lines. kubectl cuts there before it reads any
 * YAML, so that a broken document cannot take the next one with it. Directives and comments before a marker are no
 * document.
 */
function sections(text: string): { from: number; to: number }[] {
  const cuts = [...text.matchAll(/^---(?=[ \t\r\n]|$)/gm)].map(({ index }) => index);
  const starts = text.startsWith('\uFEFF---') ? [0, ...cuts.filter((at) => at > 1)] : cuts;
  const bounds = starts[0] === 0 ? starts : [0, ...starts];
  return bounds
    .map((from, i) => ({ from, to: bounds[i + 1] ?? text.length }))
    .filter(({ from, to }) => {
      const part = text.slice(from, Math.min(to, from + 4096));
      // A section that is long has something in it, and one after a marker is a document even when it is empty.
      return to - from > 4096 || !part.split('\n').every((line) => /^\uFEFF?\s*([#%].*)?$/.test(line));
    });
}

/** Other tools' JSON with comments, and text that does not even try to be a manifest. */
function isNoManifest(name: string, text: string): boolean {
  return name.endsWith('.json') && !text.includes('"apiVersion"');
}

function describe({ message }: YamlProblem, text: string): string {
  if (/\{\{-?\s/.test(text) && /\{\{-?\s*(\.|if|end|range|include|with|define|template|toYaml)/.test(text)) {
    return `this is a Helm template, not YAML; lint what 'helm template' makes of it (${message})`;
  }
  return message;
}
