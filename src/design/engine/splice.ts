import { fieldsOf, parseDocument, readDocument, writeYaml, type YamlNode } from '../../formats/yaml';

interface Fields {
  readonly [name: string]: unknown;
}

/**
 * A canary file whose spec has other values for some fields; a field that is `null` is left out. Lines that say nothing
 * about them stay as they are, comments among them.
 */
export function withChangedSpec(text: string, fields: Fields): string {
  if (Object.keys(fields).length === 0) return text;
  const spec = specOf(text);
  if (spec?.style !== 'block') return rewritten(text, fields);
  const indent = text.slice(text.lastIndexOf('\n', spec.from - 1) + 1, spec.from);
  const lines = (name: string): string =>
    writeYaml({ [name]: fields[name] })
      .trimEnd()
      .split('\n')
      .map((line, i) => (i === 0 || line === '' ? line : indent + line))
      .join('\n');
  let changed = text;
  const written = [...fieldsOf(spec)].filter(([name]) => Object.hasOwn(fields, name));
  for (const [name, { key, value }] of written.reverse()) {
    const end = key.to + text.slice(key.to, Math.max(key.to + 1, value.to)).trimEnd().length;
    if (fields[name] !== null) changed = changed.slice(0, key.from) + lines(name) + changed.slice(end);
    else changed = changed.slice(0, key.from - indent.length) + changed.slice(endOfLine(changed, end));
  }
  const known = new Set(written.map(([name]) => name));
  const added = Object.keys(fields).filter((name) => fields[name] !== null && !known.has(name));
  if (added.length === 0) return changed;
  const now = specOf(changed)!;
  const end = endOfLine(changed, now.from + changed.slice(now.from, now.to).trimEnd().length);
  const before = changed.slice(0, end);
  const more = added.map((name) => `${indent}${lines(name)}\n`).join('');
  return `${before}${before.endsWith('\n') ? '' : '\n'}${more}${changed.slice(end)}`;
}

const endOfLine = (text: string, from: number): number => {
  const at = text.indexOf('\n', from);
  return at < 0 ? text.length : at + 1;
};

function specOf(text: string): YamlNode | undefined {
  const root = parseDocument(text)?.root;
  return root?.kind === 'map' ? fieldsOf(root).get('spec')?.value : undefined;
}

/** A file in another style than lines is written anew. */
function rewritten(text: string, fields: Fields): string {
  const value = readDocument(text).value as { readonly spec?: object };
  const spec = Object.fromEntries(Object.entries({ ...value.spec, ...fields }).filter(([, one]) => one !== null));
  return writeYaml({ ...value, spec });
}
