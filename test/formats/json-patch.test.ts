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

  test('tests values whatever the order of their fields, and says what it found', () => {
    const value = { a: { b: 1, c: [{ d: 2, e: 3 }] } };
    const test = (to: unknown) => applyJsonPatch(value, [{ op: 'test', path: '/a', value: to }]);
    expect(test({ c: [{ e: 3, d: 2 }], b: 1 })).toEqual(value);
    expect(() => test({ b: 2 })).toThrow(
      'cannot test /a: the value differs: it is {"b":1,"c":[{"d":2,"e":3}]}, not {"b":2}',
    );
  });

  test('does not change what it is applied to, nor any prototype', () => {
    const document = { a: [1, 2] };
    applyJsonPatch(document, [{ op: 'add', path: '/__proto__/x', value: 1 }].slice(1));
    expect(() => applyJsonPatch(document, [{ op: 'add', path: '/__proto__/x', value: 1 }])).toThrow('there is no');
    mergeManifest(document, JSON.parse('{"__proto__": {"polluted": 1}}'));
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
    expect(document).toEqual({ a: [1, 2] });
  });
});

describe('a strategic merge', () => {
  test.each([
    [
      'containers by name',
      'containers',
      [{ name: 'a', image: 'x' }],
      [{ name: 'a', tty: true }],
      [{ name: 'a', image: 'x', tty: true }],
    ],
    [
      'volumeMounts by mountPath',
      'volumeMounts',
      [{ name: 'v', mountPath: '/a' }],
      [{ name: 'v', mountPath: '/b' }],
      [
        { name: 'v', mountPath: '/a' },
        { name: 'v', mountPath: '/b' },
      ],
    ],
    [
      'ports of a container without names',
      'ports',
      [{ containerPort: 80 }, { containerPort: 81 }],
      [{ containerPort: 81, hostPort: 9 }],
      [{ containerPort: 80 }, { containerPort: 81, hostPort: 9 }],
    ],
    [
      'ports of a Service without names',
      'ports',
      [{ port: 80 }],
      [{ port: 80, nodePort: 30080 }, { port: 81 }],
      [{ port: 80, nodePort: 30080 }, { port: 81 }],
    ],
    [
      'ports by name, of which one has none',
      'ports',
      [{ name: 'web', port: 80 }, { port: 81 }],
      [{ name: 'web', port: 8080 }],
      [{ name: 'web', port: 8080 }, { port: 81 }],
    ],
    [
      'hostAliases by address',
      'hostAliases',
      [{ ip: '10.0.0.1', hostnames: ['a'] }],
      [{ ip: '10.0.0.2', hostnames: ['b'] }],
      [
        { ip: '10.0.0.1', hostnames: ['a'] },
        { ip: '10.0.0.2', hostnames: ['b'] },
      ],
    ],
    [
      'topologySpreadConstraints by key',
      'topologySpreadConstraints',
      [{ topologyKey: 'zone', maxSkew: 1 }],
      [{ topologyKey: 'zone', maxSkew: 2 }],
      [{ topologyKey: 'zone', maxSkew: 2 }],
    ],
    [
      'an item that is deleted',
      'volumeMounts',
      [{ mountPath: '/a' }, { mountPath: '/b' }],
      [{ mountPath: '/a', $patch: 'delete' }],
      [{ mountPath: '/b' }],
    ],
    ['a list that is replaced', 'containers', [{ name: 'a' }], [{ $patch: 'replace' }, { name: 'b' }], [{ name: 'b' }]],
    ['tolerations as a whole', 'tolerations', [{ key: 'a' }], [{ key: 'b' }], [{ key: 'b' }]],
    ['texts as a whole', 'args', ['a'], ['b'], ['b']],
  ])('merges %s', (_, field, base, over, expected) => {
    expect(mergeManifest({ spec: { [field]: base } }, { spec: { [field]: over } })).toEqual({
      spec: { [field]: expected },
    });
  });
});
