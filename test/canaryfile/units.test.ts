import { type Field, type SpecModel, type TypeRef, factoryFields, specModel } from '../../src/canaryfile/model';
import { NUMBERS_WITH_UNIT } from '../../src/canaryfile/units';
import { loadValue } from './load';

const model = specModel();

interface Place {
  readonly type: string;
  readonly name: string;
  readonly field: Field;
  /** The object around a value of the field. */
  readonly around: (value: unknown) => unknown;
}

/** Every field of the language, with the value around it that a spec writes. */
function placesOf({ types }: SpecModel): Place[] {
  return Object.entries(types).flatMap(([fqn, type]): Place[] => {
    const within = (fields: Record<string, Field>, around: (object: object) => unknown): Place[] =>
      Object.entries(fields).map(([name, field]) => ({
        type: fqn,
        name,
        field,
        around: (value) => around({ [name]: value }),
      }));
    switch (type.kind) {
      case 'struct':
        return within(type.fields, (object) => object);
      case 'built':
        return within(factoryFields(model, type.factory), (object) => object);
      case 'choice':
        return Object.entries(type.factories).flatMap(([key, factory]) => {
          const places = within(factoryFields(model, factory), (object) => ({ [key]: object }));
          const [first] = factory.params;
          // The only argument may stand for the whole object.
          const direct = factory.direct && !first.variadic ? places.filter(({ name }) => name === first.name) : [];
          return [...places, ...direct.map((place) => ({ ...place, around: (value: unknown) => ({ [key]: value }) }))];
        });
      default:
        return [];
    }
  });
}

const isDuration = (ref: TypeRef): boolean => {
  const type = 'ref' in ref ? model.types[ref.ref] : undefined;
  return type?.kind === 'quantity' && type.quantity === 'duration';
};
const short = (fqn: string) => fqn.replace(/^.*\./, '');
const titleOf = ({ type, name, around }: Place) => `${short(type)}: ${JSON.stringify(around('…'))} (${name})`;

/** The problems of the value itself; what else its object needs is not asked. */
function problemsOf({ type, around }: Place, value: unknown): string[] {
  const { problems } = loadValue(model, type, around(value));
  return problems.filter(
    (problem) => problem.includes('which is no duration') || /; give a number|; give an/.test(problem),
  );
}

const DURATIONS = placesOf(model).filter(({ field }) => isDuration(field.type));
const SHARES = placesOf(model).filter(({ field }) => field.unit !== undefined);

describe('every duration of a spec', () => {
  test('is found', () => expect(DURATIONS.length).toBeGreaterThan(60));

  test.each(DURATIONS.map((place) => [titleOf(place), place] as const))('%s', (_, place) => {
    for (const text of ['5m', '1h30m', '300s', '250ms', '300', 300, 0])
      expect([text, problemsOf(place, text)]).toEqual([text, []]);
    for (const nonsense of ['5 minuts', 'soon', '-5m', '', -5, 1.5, true]) {
      const problems = problemsOf(place, nonsense);
      expect([nonsense, problems.length]).toEqual([nonsense, 1]);
      expect(problems[0]).toMatch(/^value\.yaml:1:\d+: .*\bwhich is no duration; write 5m, 1h30m or 30s/);
    }
  });
});

describe('every share of a spec', () => {
  test('is found', () => expect(SHARES.length).toBeGreaterThanOrEqual(NUMBERS_WITH_UNIT.length));

  test.each(SHARES.map((place) => [titleOf(place), place] as const))('%s', (_, place) => {
    for (const value of ['99.9%', '5 %', '20%', 0.999, 20])
      expect([value, problemsOf(place, value)]).toEqual([value, []]);
    for (const nonsense of ['99,9%', 'most', '%', '1/2', true]) {
      const problems = problemsOf(place, nonsense);
      expect([nonsense, problems.length]).toEqual([nonsense, 1]);
      expect(problems[0]).toMatch(/^value\.yaml:1:\d+: /);
    }
  });
});

describe('a number of the API that its documentation calls a share or a percentage', () => {
  test('may be written with a percent sign', () => {
    const called = placesOf(model).filter(
      ({ field }) =>
        'primitive' in field.type &&
        field.type.primitive === 'number' &&
        /\b(in percent|percentage|share of|as a share)\b/i.test(field.docs) &&
        field.unit === undefined,
    );
    const names = [...new Set(called.map(({ type, name }) => `${short(type)}.${name}`))];
    expect(names).toEqual([]);
  });
});
