import fc from 'fast-check';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { markdownCode, markdownFence, markdownText, mermaidLabel } from '../../../src/formats/encode/markdown';
import { markupAttribute, markupText } from '../../../src/formats/encode/markup';
import { joinLines, logLines, oneLine, severalLines, styled, visible } from '../../../src/formats/encode/terminal';

/** Texts made of what means something to a terminal, a log, Markdown, Mermaid, HTML or XML. */
const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        ...['\u001b[31m', '\u001b]8;;http://x\u0007', '\u009b2J', '\r', '\n', '\n::error::x', '##[error]', '\t'],
        ...['\u202e', '\u2066', '\u2028', '\0', '<script>', '</script>', '"', "'", '&amp;', ']]>', '<!--', '\ufffe'],
        ...[
          '```',
          '`',
          '|',
          '](javascript:x)',
          '![x](y)',
          '# x',
          '@team',
          '<img src=x onerror=y>',
          '\\',
          '- x',
          '1. x',
        ],
        ...['"];', 'click a href', '#quot;', '%%{init}%%', '\ud800', 'www.x.y', 'https://x.y', '***', '~~~', ' '],
      ),
      fc.string({ unit: 'grapheme' }),
    ),
    { maxLength: 6 },
  )
  .map((parts) => parts.join(''));
const check = (law: (text: string) => void): void => fc.assert(fc.property(hostile, law), { seed: 7, numRuns: 500 });

const MOVES = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/;

describe('a terminal', () => {
  test('gets one line of a text, without control characters', () =>
    check((text) => expect(oneLine(text)).not.toMatch(new RegExp(`${MOVES.source}|\n`))));

  test('gets as many lines as there are, and no other control character than tabs', () =>
    check((text) => {
      const lines = severalLines(text);
      expect(lines.replaceAll('\t', '')).not.toMatch(MOVES);
      expect(lines.split('\n')).toHaveLength(text.split('\n').length);
    }));

  test('shows what was there', () => {
    expect(oneLine('a\u001b[31mb\nc\u202e')).toBe('a\\u001b[31mb\\nc\\u202e');
    expect(oneLine('größe ✓ 東京')).toBe('größe ✓ 東京');
  });
});

describe('a report', () => {
  test('keeps its own colours, one in another too, and spells those of a text', () =>
    check((text) => {
      const [line, ...rest] = joinLines([styled(`a ${styled(text, 2, 22)} b`, 1, 22)]).split('\n');
      expect(rest).toEqual(['']);
      expect(line).toMatch(/^\u001b\[1ma \u001b\[2m/);
      expect(line).toMatch(/\u001b\[22m\u001b\[1m b\u001b\[22m$/);
      expect(line.match(/\u001b/g)).toHaveLength(5);
      expect(line.replace(/\u001b|\t/g, '')).not.toMatch(MOVES);
    }));
});

describe('what is written', () => {
  test('has no control character but line breaks, tabs and colours', () =>
    check((text) => {
      const rest = visible(`a${text}`).replace(/\u001b\[[\d;]*[mK]|\r\n|[\n\t]/g, '');
      expect(rest).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
    }));

  test('keeps colours and progress, and spells out what moves the cursor', () => {
    expect(visible('\r\u001b[Kread 5')).toBe('\r\u001b[Kread 5');
    expect(visible('\u001b[31merror\u001b[39m')).toBe('\u001b[31merror\u001b[39m');
    expect(visible('a\u001b[2Jb\u001b]0;x\u0007\r')).toBe('a\\u001b[2Jb\\u001b]0;x\\u0007\\r');
  });
});

test('a log finds no command in a text', () =>
  check((text) => {
    const lines = logLines(severalLines(text));
    expect(lines).not.toMatch(/^\s*::/m);
    expect(lines).not.toMatch(/##(\[|vso\[)/);
  }));

describe('markup', () => {
  test('is well-formed with any text in it, and gives the text back', () =>
    check((text) => {
      const xml = `<a b="${markupAttribute(text)}">${markupText(text)}</a>`;
      expect(XMLValidator.validate(xml)).toBe(true);
    }));

  test('is no command to a CI system that prints it', () =>
    check((text) => {
      const xml = `<a b="${markupAttribute(text)}">\n${markupText(text)}</a>`;
      expect(xml).not.toMatch(/^\s*::|##\[|##vso\[/m);
    }));

  test('gives ordinary text back', () => {
    const parser = new XMLParser({
      ignoreAttributes: false,
      processEntities: true,
      htmlEntities: true,
      trimValues: false,
    });
    const text = `a < b && "c" > 'd'`;
    expect(parser.parse(`<a b="${markupAttribute(text)}">${markupText(text)}</a>`)).toEqual({
      a: { '#text': text, '@_b': text },
    });
  });
});

describe('Markdown', () => {
  test('gets text in which nothing has a meaning', () =>
    check((text) => {
      const line = markdownText(text);
      expect(line).not.toContain('\n');
      // Each character that Markdown may read as syntax has a backslash before it, and no tag or entity of the text lives.
      expect(line.replace(/\\[\\`*_[\]<>|~$]/g, '')).not.toMatch(/[`*_[\]<>|~$@]/);
      expect(line.replace(/&(amp|#64|#47|#46);/g, '')).not.toContain('&');
      // A number is the mark of a list only before a space.
      expect(line).not.toMatch(/^\s*([-+#=>]|\d+[.)](\s|$))|https?:\/\/|www\./i);
    }));

  test('gets code that its text does not close', () =>
    check((text) => {
      const code = markdownCode(text, true);
      const fence = /^`+/.exec(code)![0];
      const inner = code.slice(fence.length, -fence.length);
      expect([...inner.matchAll(/`+/g)].every(([run]) => run.length !== fence.length)).toBe(true);
      expect(inner.replace(/\\\|/g, '')).not.toContain('|');
      expect(code).not.toContain('\n');
    }));

  test('gets fences that their text does not close', () =>
    check((text) => {
      const [open, ...rest] = markdownFence(text, 'promql');
      const fence = rest.pop()!;
      expect(open).toBe(`${fence}promql`);
      expect(rest.some((line) => line.trim().startsWith(fence))).toBe(false);
    }));

  test('leaves ordinary words as they are', () => {
    expect(markdownText('shop/checkout: 5 min, 10 %')).toBe('shop/checkout: 5 min, 10 %');
    expect(markdownText('33.3 %')).toBe('33.3 %');
    expect(markdownText('1. a list')).toBe('1\\. a list');
    expect(markdownCode('result[0] <= 5')).toBe('`result[0] <= 5`');
    expect(markdownCode('a || b', true)).toBe('`a \\|\\| b`');
  });
});

test('a label of Mermaid holds no syntax of Mermaid', () =>
  check((text) => expect(mermaidLabel(text).replace(/#\d+;/g, '')).toMatch(/^[\p{L}\p{N} .,%/()'+-]*$/u)));

test('letters from right to left stay among themselves, and what turns directions is spelled', () => {
  expect(markupText('step 3: שגיאות של התשלום (אחוז), 3 times')).toBe(
    'step 3: \u2068שגיאות של התשלום (אחוז)\u2069, 3 times',
  );
  expect(markupText('a\u202eb\u2066')).toBe('a\\u202eb\\u2066');
  expect(markupText('plain (text)')).toBe('plain (text)');
});
