import { expandTemplate, goMatches, goRegExpProblem, WholeGoRegExp } from '../../src/formats/go-regexp';

describe('a regular expression of a relabeling', () => {
  test('must match the whole text, line breaks included', () => {
    expect(WholeGoRegExp.of('shop').test('shop-1')).toBe(false);
    expect(WholeGoRegExp.of('shop.*').test('shop\n1')).toBe(true);
    expect(WholeGoRegExp.of('a|ab').test('ab')).toBe(true);
  });

  test("has Go's flags, classes and names", () => {
    expect(WholeGoRegExp.of('(?i)SHOP').test('shop')).toBe(true);
    expect(WholeGoRegExp.of('[[:alpha:]]+\\pL').test('shopß')).toBe(true);
    expect(WholeGoRegExp.of('(?P<host>[^:]+):\\d+').match('10.0.0.1:80')?.names).toEqual({ host: 1 });
  });

  test.each(['(?=a)', '(a)\\1', 'a{1001}', '(', '*', 'a++'])('is refused where Go refuses it: %s', (pattern) => {
    expect(WholeGoRegExp.problem(pattern)).toMatch(/^error parsing regexp: /);
    expect(() => WholeGoRegExp.of(pattern)).toThrow(SyntaxError);
  });
});

describe('a regular expression that is searched for', () => {
  test('may match anywhere, case-insensitively where it says so', () => {
    expect(goMatches('hop', 'shop-1')).toBe(true);
    expect(goMatches('(?i)SHOP', 'shop')).toBe(true);
    expect(goMatches('^hop', 'shop')).toBe(false);
  });

  test('matches nothing where Go refuses it', () => {
    expect(goRegExpProblem('(?=a)')).toMatch(/^error parsing regexp: /);
    expect(goMatches('(?=a)', 'a')).toBe(false);
  });
});

describe('a template', () => {
  const match = WholeGoRegExp.of('(?P<host>[^:]+):(\\d+)(x)?').match('shop:80')!;

  test.each([
    ['$1/$2', 'shop/80'],
    ['${1}a', 'shopa'],
    ['${host}:9999', 'shop:9999'],
    // A name is as long as it can be: this is a group called `1a`.
    ['$1a', ''],
    ['[$3$9]', '[]'],
    ['$$1', '$1'],
    ['a$ ${ ${1', 'a$ ${ ${1'],
    ['$01', ''],
  ])('%s gives %s', (template, expected) => {
    expect(expandTemplate(template, match)).toBe(expected);
  });
});
