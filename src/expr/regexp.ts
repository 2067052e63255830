const QUANTIFIER = /[*+?]|\{(\d+)(,(\d*))?\}/y;
const CLASSES: { [letter: string]: string } = {
  d: '[0-9]',
  D: '[^0-9]',
  w: '[0-9A-Za-z_]',
  W: '[^0-9A-Za-z_]',
  s: '[\\t\\n\\f\\r ]',
  S: '[^\\t\\n\\f\\r ]',
};

/**
 * A Go regular expression as a JavaScript one, where both surely mean the same: text, classes of characters, groups,
 * alternatives, anchors, quantifiers. Undefined for everything else, also for what Go would refuse.
 */
export function goRegExp(pattern: string): RegExp | undefined {
  let out = '';
  let at = 0;
  let depth = 0;
  let repeatable = false;
  const fixed = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');

  while (at < pattern.length) {
    const char = String.fromCodePoint(pattern.codePointAt(at)!);
    QUANTIFIER.lastIndex = at;
    const quantifier = QUANTIFIER.exec(pattern);
    if (quantifier !== null) {
      const [text, min, , max] = quantifier;
      const bounds = [min, max].filter((bound) => bound !== undefined && bound !== '').map(Number);
      if (!repeatable || bounds.some((bound) => bound > 1000) || (bounds.length > 1 && bounds[1] < bounds[0]))
        return undefined;
      at += text.length;
      const lazy = pattern[at] === '?';
      if (lazy) at++;
      out += lazy ? `${text}?` : text;
      repeatable = false;
      continue;
    }
    at += char.length;
    repeatable = true;
    if (char === '(') {
      if (pattern[at] === '?' && !pattern.startsWith('?:', at)) return undefined;
      if (pattern[at] === '?') at += 2;
      out += '(?:';
      depth++;
      repeatable = false;
    } else if (char === ')') {
      if (--depth < 0) return undefined;
      out += char;
    } else if (char === '|' || char === '^' || char === '$') {
      out += char;
      repeatable = false;
    } else if (char === '.') {
      out += '[^\\n]';
    } else if (char === '[') {
      const set = /^\^?\]?[^\]\\[]*\]/u.exec(pattern.slice(at))?.[0];
      const inner = set?.slice(0, -1).replace(/^\^/, '');
      if (
        set === undefined ||
        inner === undefined ||
        !/^([\p{L}\p{N}_ ,;:.@#%&=!/]|[a-zA-Z0-9]-[a-zA-Z0-9])+$/u.test(inner)
      ) {
        return undefined;
      }
      out += `[${set}`;
      at += set.length;
    } else if (char === '\\') {
      const escaped = pattern[at] ?? '';
      if (escaped in CLASSES) out += CLASSES[escaped];
      else if (/[^\p{L}\p{N}_\s]/u.test(escaped) && escaped.charCodeAt(0) < 128) out += fixed(escaped);
      else return undefined;
      at++;
    } else if ('{}]'.includes(char)) {
      return undefined;
    } else {
      out += fixed(char);
    }
  }
  if (depth !== 0) return undefined;
  try {
    return new RegExp(out, 'u');
  } catch {
    return undefined;
  }
}
