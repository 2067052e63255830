import { isDeepStrictEqual } from 'node:util';
import { dereference, fieldsOf, parseDocument, readDocument, writeYaml } from '../formats/yaml';

/**
 * The items of a ResourceList as text: those of the input as they are written there, others in our layout. A number beyond
 * 2^53, or a key such as `y`, is not the same once it was read and is written again, and comments are lost.
 */
export class ItemTexts {
  private readonly written = new Map<unknown, string>();

  /**
   * @param input the ResourceList
   * @param items its items, as they were read
   */
  constructor(input: string, items: readonly unknown[]) {
    const { root, comments = [] } = parseDocument(input) ?? {};
    const list = root?.kind === 'map' ? fieldsOf(root).get('items') : undefined;
    const nodes = list && dereference(list.value).items;
    if (nodes?.length !== items.length) return;
    const above = new Comments(input, comments, list!.key.to);
    for (const [i, { from, to }] of nodes.entries()) {
      const heads = above.before(from);
      const lines = dedented(input, from, above.endOfLine(to));
      // An item that needs an anchor elsewhere does not stand by itself, and is written anew.
      if (!isDeepStrictEqual(readDocument(lines.join('\n')).value, items[i])) continue;
      const [first, ...rest] = lines;
      const body = [`- ${first}`, ...rest.map((line) => (line === '' ? '' : `  ${line}`))];
      this.written.set(items[i], [...heads, ...body].map((line) => (line === '' ? '\n' : `  ${line}\n`)).join(''));
    }
  }

  /** The field `items` of the resulting list. */
  public fieldOf(items: readonly unknown[]): string {
    if (items.length === 0) return 'items: []\n';
    const texts = items.map((item) => this.written.get(item) ?? writeYaml({ items: [item] }).slice('items:\n'.length));
    return `items:\n${texts.join('')}`;
  }
}

/** The comments of a text, from the first to the last. */
class Comments {
  private next = 0;

  constructor(
    private readonly text: string,
    /** Two offsets each. */
    private readonly offsets: readonly number[],
    start: number,
  ) {
    this.skipTo(start);
  }

  /** The comments on lines of their own between the last item and an offset. */
  before(offset: number): string[] {
    const found: string[] = [];
    for (; this.offsets[this.next] < offset; this.next += 2) {
      const [from, to] = this.offsets.slice(this.next, this.next + 2);
      const line = this.text.slice(this.text.lastIndexOf('\n', from) + 1, from);
      if (line.trim() === '') found.push(this.text.slice(from, to).trimEnd());
    }
    return found;
  }

  /** The end of an item, after a comment on its last line. Comments inside the item are skipped. */
  endOfLine(offset: number): number {
    this.skipTo(offset);
    const [from, to] = this.offsets.slice(this.next, this.next + 2);
    if (from === undefined || /[^ \t]/.test(this.text.slice(offset, from))) return offset;
    this.next += 2;
    return to;
  }

  private skipTo(offset: number): void {
    while (this.offsets[this.next] < offset) this.next += 2;
  }
}

/** The lines of a node without the indentation of its first one. */
function dedented(text: string, from: number, to: number): string[] {
  const column = from - (text.lastIndexOf('\n', from - 1) + 1);
  const [first, ...rest] = text.slice(from, to).trimEnd().split(/\r?\n/);
  const margin = new RegExp(`^ {0,${column}}`);
  return [first, ...rest.map((line) => line.replace(margin, ''))];
}
