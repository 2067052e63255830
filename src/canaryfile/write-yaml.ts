import type { Yaml } from 'cdk8s';

/** Words of YAML 1.1 that are no strings unless quoted. */
const RESERVED = /^(?:y|n|yes|no|on|off|true|false|null|~)$/i;
/** Names that need no quotes. */
const PLAIN_NAME = /^[A-Za-z/][A-Za-z0-9_./-]*$/;
/** Texts that every version of YAML reads as the string they are: words apart by one space or colon. */
const PLAIN_TEXT = /^[A-Za-z/][\w./@$()=<>!&|+*?%^~;,"'[\]{}-]*(?:[ :][\w./@$()=<>!&|+*?%^~;,"'[\]{}-]+)*$/;
/** So many texts are remembered as the library wrote them, over all that is rendered. */
const MOST_REMEMBERED = 5000;
/** As the library does, names of more than 1,024 characters are written with a question mark. */
const LONGEST_NAME = 1000;

/**
 * The same bytes as `Yaml.stringify`, which spends most of the time of a synthesis on finding out how to quote. Texts
 * that need no thought are written at once; all others, and everything unusual, go through the library.
 */
export function writeYaml(library: typeof Yaml, objects: readonly unknown[]): string {
  const writer = new Writer(library);
  return objects.map((object) => writer.document(object)).join('---\n');
}

const remembered = new Map<string, string>();

class Writer {
  private readonly seen = new Set<object>();

  constructor(private readonly library: typeof Yaml) {}

  public document(object: unknown): string {
    this.seen.clear();
    const text = isObject(object) && Object.keys(object).length > 0 ? this.object(object, '') : undefined;
    return text ?? this.library.stringify(object);
  }

  /** The lines of an object, or undefined where something in it needs the library. */
  private object(object: { readonly [name: string]: unknown }, indent: string): string | undefined {
    let text = '';
    for (const name of Object.keys(object)) {
      // Names are quoted by rules of their own.
      if (!PLAIN_NAME.test(name) || RESERVED.test(name) || name.length > LONGEST_NAME) return undefined;
      const value = this.value(object[name], indent);
      if (value === undefined) return undefined;
      text += `${indent}${name}:${value}`;
    }
    return text;
  }

  /** What follows a colon, to the end of its last line. */
  private value(value: unknown, indent: string): string | undefined {
    const inner = `${indent}  `;
    if (typeof value === 'object' && value !== null && this.isShared(value)) return undefined;
    if (Array.isArray(value)) {
      if (value.length === 0) return ' []\n';
      const items = this.list(value, inner);
      return items === undefined ? undefined : `\n${items}`;
    }
    if (isObject(value)) {
      if (Object.keys(value).length === 0) return ' {}\n';
      const lines = this.object(value, inner);
      return lines === undefined ? undefined : `\n${lines}`;
    }
    const scalar = this.scalar(value, inner);
    return scalar === undefined ? undefined : ` ${scalar}\n`;
  }

  private list(items: readonly unknown[], indent: string): string | undefined {
    let text = '';
    for (const item of items) {
      if (typeof item === 'object' && item !== null && this.isShared(item)) return undefined;
      let lines: string | undefined;
      if (isObject(item) && Object.keys(item).length > 0) {
        lines = this.object(item, `${indent}  `)?.slice(indent.length + 2);
      } else if (isObject(item)) lines = '{}\n';
      else if (Array.isArray(item)) return undefined;
      else {
        const scalar = this.scalar(item, `${indent}  `);
        lines = scalar === undefined ? undefined : `${scalar}\n`;
      }
      if (lines === undefined) return undefined;
      text += `${indent}- ${lines}`;
    }
    return text;
  }

  private scalar(value: unknown, indent: string): string | undefined {
    if (typeof value === 'string') {
      if (PLAIN_TEXT.test(value) && !RESERVED.test(value)) return value;
      const text = this.asLibrary(value);
      if (!text.includes('\n')) return text;
      return text.startsWith('|') ? text.replace(/\n {2}(?=[^\n])/g, `\n${indent}`) : undefined;
    }
    if (typeof value === 'boolean' || Number.isSafeInteger(value)) return String(value);
    return undefined;
  }

  /** A text as the library writes it after a name that is not indented. The same text is often met again. */
  private asLibrary(value: string): string {
    let text = remembered.get(value);
    if (text === undefined) {
      text = this.library.stringify({ k: value }).slice('k: '.length, -1);
      if (remembered.size >= MOST_REMEMBERED) remembered.clear();
      remembered.set(value, text);
    }
    return text;
  }

  /** Whether an object is met for the second time: the library would write an alias. */
  private isShared(value: object): boolean {
    if (this.seen.has(value)) return true;
    this.seen.add(value);
    return false;
  }
}

function isObject(value: unknown): value is { readonly [name: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
