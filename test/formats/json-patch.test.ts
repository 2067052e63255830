import { applyJsonPatch, mergeManifest } from '../../src/formats/manifest-patch';

describe('a JSON patch', () => {
  test.each([
    [[{ op: 'add', path: '/a/-', value: 3 }], { a: [1, 2, 3] }],
    [[{ op: 'add', path: '/a/0', value: 0 }], { a: [0, 1, 2] }],
    [[{ op: 'replace', path: '/a/1', value: 9 }], { a: [1, 9] }],
    [[{ op: 'move', from: '/a', path: '/b~1c' }], { 'b/c': [1, 2] }],
    [[{ op: 'copy', from: '/a/0', path: '/b' }], { a: [1, 2], b: 1 }],
    [
      [
        { op: 'test', path: '/a/0', value: 1 },
        { op: 'remove', path: '/a' },
      ],
      {},
    ],
  ])('%j', (operations, result) => expect(applyJsonPatch({ a: [1, 2] }, operations)).toEqual(result));

  test.each([
    [{ op: 'add', path: '/b/c', value: 1 }, 'cannot add /b/c: there is no /b'],
    [{ op: 'add', path: '/a/7', value: 1 }, 'the list has 2 items'],
    [{ op: 'test', path: '/a', value: 1 }, 'the value differs'],
    [{ op: 'delete', path: '/a' }, 'unknown operation'],
  ])('refuses %j', (operation, message) => expect(() => applyJsonPatch({ a: [1, 2] }, [operation])).toThrow(message));

  test('does not change what it is applied to, nor any prototype', () => {
    const document = { a: [1, 2] };
    applyJsonPatch(document, [{ op: 'add', path: '/__proto__/x', value: 1 }].slice(1));
    expect(() => applyJsonPatch(document, [{ op: 'add', path: '/__proto__/x', value: 1 }])).toThrow('there is no');
    mergeManifest(document, JSON.parse('{"__proto__": {"polluted": 1}}'));
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
    expect(document).toEqual({ a: [1, 2] });
  });
});
