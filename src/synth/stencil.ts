import { Entry, MapNode, SpecNode, plain } from '../canaryfile/node';
import { Problem } from '../canaryfile/problem';
import { RenderedDocument, RenderedText, renderText } from '../canaryfile/render';

/**
 * The prefix of placeholders in a stencil. A placeholder is of the same kind as the value that it represents, and is
 * unique. It is as long as the longest value that it may represent, because names may be checked for length or
 * truncated: what happens to the longest happens to all.
 */
const MARK = 'zq7j';
/** Short names have separate stencils, because they have room for suffixes that long ones have not. */
const SHORT_NAME = 16;
const LONGEST_NAME = 32;
const LONGEST_REPOSITORY = 100;
const LONGEST_TAG = 61;
const LONGEST_HOST = 63;
const NAME = /^(?!(?:y|n|yes|no|on|off|true|false|null|inf|nan)$)[a-z](?:[a-z0-9-]{0,30}[a-z0-9])?$/;
const WORD = '[a-z0-9]{1,30}(?:[-.][a-z0-9]{1,30}){0,4}';
const IMAGE = new RegExp(
  `^(?=[a-z])(?=[^:]{1,${LONGEST_REPOSITORY}}:)${WORD}(?:/${WORD}){1,4}:(?!latest$)[A-Za-z0-9][\\w.-]{0,60}$`,
);
const HOST = /^(?=.{1,63}$)[a-z](?:[a-z0-9-]{0,30}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?){1,6}$/;
/** Hosts that a mesh knows as Services. */
const INSIDE = /(?:^|\.)(?:svc|local|internal)(?:\.|$)/;
/** Maximum number of shapes. A fleet has some dozens. */
const MOST_SHAPES = 500;

/** A value that differs between specs of one shape, and its placeholder. */
interface Hole {
  readonly path: readonly string[];
  readonly value: string;
  readonly mark: string;
}

interface StencilDocument {
  readonly kind: string;
  readonly name: Cut;
  readonly text: Cut;
}

/** A text in pieces, and the index of the hole before each piece but the first. */
interface Cut {
  readonly pieces: readonly string[];
  readonly holes: readonly number[];
}

/** Stencils as they are handed to another thread: by shape, the documents as JSON. */
export type CutStencils = ReadonlyMap<string, string>;

/**
 * Renders specs, those of one shape through a stencil.
 *
 * A fleet has thousands of specs and few shapes: most differ in name, namespace, image and host alone. The constructs
 * only validate these four values. So when a shape comes for the second time, it is rendered with placeholders instead,
 * and from then on the placeholders are replaced. This is verified: the text from the stencil must be byte-equal to
 * that of the constructs for the current spec. If a spec repeats one of the four values, in a label or an address, the
 * placeholder is used there too, and such specs have a separate shape. Values with a special meaning (a wildcard,
 * `:latest`, a YAML keyword, a name that is part of another word) are always rendered by the constructs.
 */
export class Stencils {
  private readonly shapes = new Map<string, readonly StencilDocument[] | 'met' | 'unfit'>();
  private readonly made = new Map<string, string>();

  /**
   * @param renderWhole How a spec is rendered by the constructs.
   * @param given Stencils that the same version of this tool created before.
   */
  constructor(
    private readonly renderWhole: typeof renderText = renderText,
    private readonly given: CutStencils = new Map(),
  ) {}

  /** The stencils that were created here. */
  public get cut(): CutStencils {
    return this.made;
  }

  public render(body: MapNode, problems: Problem[]): RenderedText | undefined {
    const before = problems.length;
    const holes = holesOf(body);
    const marked = holes && markedOf(body, holes);
    if (holes === undefined || marked === undefined) return this.renderWhole(body, problems);
    const { shape } = marked;
    const known = this.shapes.get(shape) ?? this.recall(shape);
    if (typeof known === 'object') return filled(known, holes);
    const made = this.renderWhole(body, problems);
    if (made === undefined || problems.length > before) return made;
    if (known === undefined) this.remember(shape, 'met');
    else if (known === 'met') {
      const stencil = this.stencilOf(marked.body, holes, made);
      this.remember(shape, stencil ?? 'unfit');
      if (stencil && this.made.size < MOST_SHAPES) this.made.set(shape, JSON.stringify(stencil));
    }
    return made;
  }

  private recall(shape: string): readonly StencilDocument[] | undefined {
    const given = this.given.get(shape);
    if (given === undefined) return undefined;
    const stencil = JSON.parse(given) as StencilDocument[];
    this.remember(shape, stencil);
    return stencil;
  }

  /** The stencil of a shape, if it gives for the spec at hand what the constructs gave. */
  private stencilOf(
    marked: MapNode,
    holes: readonly Hole[],
    made: RenderedText,
  ): readonly StencilDocument[] | undefined {
    const problems: Problem[] = [];
    const rendered = this.renderWhole(marked, problems);
    if (rendered === undefined || problems.length > 0) return undefined;
    const documents = rendered.documents.map(({ kind, name, text }) => ({
      kind,
      name: pieces(name, holes),
      text: pieces(text, holes),
    }));
    // What is left of a mark was changed on its way: a letter in upper case, a dot that was escaped.
    const left = documents.flatMap(({ name, text }) => [...name.pieces, ...text.pieces]).join('\n');
    if (left.toLowerCase().includes(MARK)) return undefined;
    const again = filled(documents, holes);
    return JSON.stringify(again.documents) === JSON.stringify(made.documents) ? documents : undefined;
  }

  private remember(shape: string, what: readonly StencilDocument[] | 'met' | 'unfit'): void {
    if (this.shapes.size >= MOST_SHAPES) this.shapes.clear();
    this.shapes.set(shape, what);
  }
}

const long = (text: string, length: number) => text.padEnd(length, 'x');
const like = (name: string) => (name.length <= SHORT_NAME ? SHORT_NAME : LONGEST_NAME);
const IMAGE_MARK = `${long(`${MARK}.example.com/${MARK}-image-`, LONGEST_REPOSITORY)}:${long(`${MARK}.`, LONGEST_TAG)}`;
const HOST_MARK = `${long(`${MARK}-host-`, LONGEST_NAME)}.${long('x', LONGEST_HOST - LONGEST_NAME - '..example'.length)}.example`;
const MARKS = {
  name: (value: string) => long(`${MARK}-app-`, like(value)),
  namespace: (value: string) => long(`${MARK}-space-`, like(value)),
  image: () => IMAGE_MARK,
  host: () => HOST_MARK,
};

/** The values that may differ, where all that are there are harmless. */
function holesOf(body: MapNode): Hole[] | undefined {
  const texts: [path: string[], pattern: RegExp, mark: (value: string) => string][] = [
    [['metadata', 'name'], NAME, MARKS.name],
    [['metadata', 'namespace'], NAME, MARKS.namespace],
    [['spec', 'image'], IMAGE, MARKS.image],
    [['spec', 'hosts', '0'], HOST, MARKS.host],
  ];
  const holes: Hole[] = [];
  for (const [path, pattern, mark] of texts) {
    const node = nodeAt(body, path);
    if (node === undefined) continue;
    if (node.kind !== 'scalar' || typeof node.value !== 'string' || !pattern.test(node.value)) return undefined;
    holes.push({ path, value: node.value, mark: mark(node.value) });
  }
  const hosts = nodeAt(body, ['spec', 'hosts']);
  // Several hosts could be put in order.
  if (hosts !== undefined && (hosts.kind !== 'list' || hosts.items.length > 1)) return undefined;
  const values = holes.map(({ value }) => value);
  if (values.some((value) => INSIDE.test(value))) return undefined;
  return holes[0]?.path[1] === 'name' ? holes : undefined;
}

/** A spec with the marks, and its shape: all else that it says, and which of the values are the same. */
interface Marked {
  readonly body: MapNode;
  readonly shape: string;
}

/** Undefined if a value is also part of another text, because the two could be related. */
function markedOf(body: MapNode, holes: readonly Hole[]): Marked | undefined {
  const values = holes.map(({ value }) => value);
  const alike = values.map((value) => values.indexOf(value)).join();
  const once = withMarks(body, holes);
  for (const mark of [() => once, () => markedAgain(once, holes)]) {
    const marked = mark();
    const text = JSON.stringify(plain(marked));
    const rest = holes.reduce((left, hole) => left.replaceAll(hole.mark, ''), text);
    if (rest.includes(MARK)) return undefined;
    if (!values.some((value) => rest.includes(value))) return { body: marked, shape: `${alike} ${text}` };
  }
  return undefined;
}

/** The values are marked wherever they stand by themselves in a text: never in the name of a field. */
function markedAgain(body: MapNode, holes: readonly Hole[]): MapNode {
  const marks = new Map(holes.map(({ value, mark }) => [value, mark]).reverse() as [string, string][]);
  const words = [...marks.keys()].sort((a, b) => b.length - a.length).map((value) => value.replace(/\./g, '\\.'));
  const pattern = new RegExp(`(?<![A-Za-z0-9])(?:${words.join('|')})(?![A-Za-z0-9])`, 'g');
  const visit = (node: SpecNode): SpecNode => {
    if (node.kind === 'list') return { ...node, items: node.items.map(visit) };
    if (node.kind === 'map') {
      const entries = [...node.entries].map(([name, { key, value }]): [string, Entry] => [
        name,
        { key, value: visit(value) },
      ]);
      return { ...node, entries: new Map(entries) };
    }
    if (typeof node.value !== 'string') return node;
    return { ...node, value: node.value.replace(pattern, (value) => marks.get(value)!) };
  };
  return visit(body) as MapNode;
}

function pieces(text: string, holes: readonly Hole[]): Cut {
  // The longer marks first: one is the beginning of another.
  const marks = holes.map(({ mark }) => mark).sort((a, b) => b.length - a.length);
  const parts = text.split(new RegExp(`(${marks.map((mark) => mark.replace(/\./g, '\\.')).join('|')})`));
  return {
    pieces: parts.filter((_, i) => i % 2 === 0),
    holes: parts.filter((_, i) => i % 2 === 1).map((mark) => holes.findIndex((hole) => hole.mark === mark)),
  };
}

function filled(documents: readonly StencilDocument[], holes: readonly Hole[]): RenderedText {
  const fill = ({ pieces: [first, ...rest], holes: at }: Cut) =>
    rest.reduce((text, piece, i) => text + holes[at[i]].value + piece, first);
  const said = (name: string) => holes.find(({ path }) => path[1] === name)?.value;
  return {
    name: said('name')!,
    namespace: said('namespace'),
    documents: documents.map(({ kind, name, text }): RenderedDocument => {
      return { kind, name: fill(name), text: fill(text) };
    }),
  };
}

function nodeAt(node: SpecNode | undefined, [name, ...rest]: readonly string[]): SpecNode | undefined {
  if (name === undefined || node === undefined) return node;
  if (node.kind === 'list') return nodeAt(node.items[Number(name)], rest);
  return node.kind === 'map' ? nodeAt(node.entries.get(name)?.value, rest) : undefined;
}

function withMarks(body: MapNode, holes: readonly Hole[]): MapNode {
  return holes.reduce((node, { path, mark }) => withValue(node, path, mark), body as SpecNode) as MapNode;
}

function withValue(node: SpecNode, [name, ...rest]: readonly string[], value: string): SpecNode {
  if (name === undefined) return { kind: 'scalar', value, at: node.at };
  if (node.kind === 'list') {
    return { ...node, items: node.items.map((item, i) => (i === Number(name) ? withValue(item, rest, value) : item)) };
  }
  if (node.kind !== 'map') return node;
  const entries = [...node.entries].map(([key, entry]): [string, Entry] => [
    key,
    key === name ? { key: entry.key, value: withValue(entry.value, rest, value) } : entry,
  ]);
  return { ...node, entries: new Map(entries) };
}
