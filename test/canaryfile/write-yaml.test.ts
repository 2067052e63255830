import { Yaml } from 'cdk8s';
import fc from 'fast-check';
import { writeYaml } from '../../src/canaryfile/write-yaml';

const words = fc.constantFrom(
  'yes',
  'on',
  '0755',
  '1e3',
  '12:30',
  '',
  ' a',
  'a ',
  'a: b',
  '#',
  'a #b',
  '~',
  'null',
  '/',
  'N',
);
const lines = fc.array(fc.string({ maxLength: 12 }), { minLength: 1, maxLength: 4 }).map((parts) => parts.join('\n'));
const sentences = fc.stringMatching(/^[a-zA-Z/][a-z0-9 :.,#&*!|>'"%@`{}[\]()=<>?$~^;-]{0,30}$/);
const text = fc.oneof(
  sentences,
  words,
  lines,
  fc.string(),
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.stringMatching(/^[a-z][a-z0-9./_-]{0,60}$/),
);
const { object } = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    text,
    fc.integer(),
    fc.double(),
    fc.boolean(),
    tie('object'),
    fc.array(tie('value'), { maxLength: 4 }),
  ),
  object: fc.dictionary(text, tie('value'), { maxKeys: 5 }),
}));

describe('manifests are written', () => {
  test('in the bytes of the library, whatever they hold', () => {
    fc.assert(
      fc.property(fc.array(object, { minLength: 1, maxLength: 3 }), (objects) => {
        expect(writeYaml(Yaml, objects)).toBe(Yaml.stringify(...objects));
      }),
      { seed: 20260101, numRuns: 3000 },
    );
  });

  test('with an object that is met twice as the library writes it', () => {
    const shared = { a: 1 };
    expect(writeYaml(Yaml, [{ x: shared, y: [shared] }])).toBe(Yaml.stringify({ x: shared, y: [shared] }));
  });
});
