import { readFileSync } from 'node:fs';

interface Member {
  readonly name: string;
  readonly static?: boolean;
}

interface Type {
  readonly kind: string;
  readonly name: string;
  readonly base?: string;
  readonly interfaces?: readonly string[];
  readonly properties?: readonly Member[];
  readonly methods?: readonly Member[];
}

const { types, docs } = JSON.parse(readFileSync('.jsii', 'utf8')) as {
  readonly types: Readonly<Record<string, Type>>;
  readonly docs?: { readonly stability?: string };
};

const membersOf = ({ properties = [], methods = [] }: Type): string[] =>
  [...properties, ...methods].filter((member) => member.static !== true).map(({ name }) => name);

const classes = Object.values(types).filter(({ kind }) => kind === 'class');

test('no class is without a member of its own: Go would take any value in its place', () => {
  const without = classes.filter(
    (one) => membersOf(one).length === 0 && one.base === undefined && (one.interfaces ?? []).length === 0,
  );
  expect(without.map(({ name }) => name)).toEqual([]);
});

test('the members that tell value classes apart are distinct', () => {
  const telling = classes.flatMap((one) => membersOf(one).filter((name) => name === `is${one.name}`));
  expect(telling).toHaveLength(26);
  expect(new Set(telling).size).toBe(telling.length);
});

test('no docstring is stamped as experimental', () => {
  expect(docs?.stability).toBe('stable');
  expect(JSON.stringify(types)).not.toContain('"stability":"experimental"');
});
