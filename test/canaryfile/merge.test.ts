import { parse } from 'yaml';
import { mergeSpecs } from '../../src/canaryfile/merge';
import { specModel } from '../../src/canaryfile/model';
import { MapNode, plain, readNodes } from '../../src/canaryfile/node';
import { SourceFile } from '../../src/formats/source';

function merged(base: string, over: string): unknown {
  const read = (text: string) => readNodes(new SourceFile('x.yaml', `spec:\n  ${text}\n`), [])[0] as MapNode;
  const model = specModel();
  return (plain(mergeSpecs(model, mergeSpecs(model, undefined, read(base)), read(over))) as { spec: unknown }).spec;
}

describe('what lies over', () => {
  test.each([
    ['replaces a value', '{ port: 1, image: a }', '{ port: 2 }', '{ port: 2, image: a }'],
    ['takes a value back with null', '{ port: 1, image: a }', '{ port: null }', '{ image: a }'],
    [
      'is merged into objects',
      '{ failures: { atMost: 5, within: 5m } }',
      '{ failures: { atMost: 3 } }',
      '{ failures: { atMost: 3, within: 5m } }',
    ],
    ['replaces a list', '{ hosts: [a, b] }', '{ hosts: [c] }', '{ hosts: [c] }'],
    [
      'replaces the steps',
      '{ steps: [{ setWeight: 10 }, analysis] }',
      '{ steps: [{ setWeight: 20 }] }',
      '{ steps: [{ setWeight: 20 }] }',
    ],
    [
      'keeps all of its own steps, though they are about one route',
      '{ image: a }',
      '{ steps: [{ setHeaderRoute: { name: try, matches: [] } }, { pause: {} }, { removeHeaderRoute: try }] }',
      '{ image: a, steps: [{ setHeaderRoute: { name: try, matches: [] } }, { pause: {} }, { removeHeaderRoute: try }] }',
    ],
    [
      'keeps two of one name in its own list, for the constructs to refuse',
      '{ image: a }',
      '{ traffic: { routes: [{ split: { name: a } }, { to: { name: a, destination: c } }] } }',
      '{ image: a, traffic: { routes: [{ split: { name: a } }, { to: { name: a, destination: c } }] } }',
    ],
    [
      'is merged into what has the same name',
      '{ rollout: { containers: [{ name: a, image: x }, { name: b, image: w }] } }',
      '{ rollout: { containers: [{ name: b, image: z }, { name: c, image: w }] } }',
      '{ rollout: { containers: [{ name: a, image: x }, { name: b, image: z }, { name: c, image: w }] } }',
    ],
    [
      'is merged into a route of the same name',
      '{ traffic: { routes: [{ split: { name: a, matches: [{ exact: / }] } }, { to: { name: b, destination: c } }] } }',
      '{ traffic: { routes: [{ to: { name: b, destination: d } }] } }',
      '{ traffic: { routes: [{ split: { name: a, matches: [{ exact: / }] } }, { to: { name: b, destination: d } }] } }',
    ],
    [
      'removes what has the name that it says',
      '{ rollout: { containers: [{ name: a, image: x }, { name: b, image: w }] } }',
      '{ rollout: { containers: [{ name: a, $patch: delete }] } }',
      '{ rollout: { containers: [{ name: b, image: w }] } }',
    ],
    [
      'replaces a list of named things where it says so',
      '{ rollout: { containers: [{ name: a, image: x }] } }',
      '{ rollout: { containers: [{ $patch: replace }, { name: b, image: w }] } }',
      '{ rollout: { containers: [{ name: b, image: w }] } }',
    ],
    [
      'replaces an object where it says so',
      '{ failures: { atMost: 5, within: 5m } }',
      '{ failures: { $patch: replace, atMost: 3 } }',
      '{ failures: { atMost: 3 } }',
    ],
    [
      'is merged into a value of the same factory',
      '{ container: { liveness: { httpGet: { path: /a, port: 1 } } } }',
      '{ container: { liveness: { httpGet: { path: /b } } } }',
      '{ container: { liveness: { httpGet: { path: /b, port: 1 } } } }',
    ],
    [
      'replaces a value of another factory',
      '{ container: { liveness: { httpGet: { path: /a } } } }',
      '{ container: { liveness: { command: [ls] } } }',
      '{ container: { liveness: { command: [ls] } } }',
    ],
  ])('%s', (_, base, over, expected) => {
    expect(merged(base, over)).toEqual(parse(expected));
  });
});
