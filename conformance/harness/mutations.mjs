// Ways in which a manifest goes wrong. Each way knows the places in a set where it can happen, and what it does there.

const isMapping = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);

/** A place: the manifest, the way to the container that holds the value, and its key there. */
function placesOf(manifests) {
  const places = [];
  manifests.forEach((manifest, index) => {
    const walk = (parent, path) => {
      for (const key of Array.isArray(parent) ? parent.keys() : Object.keys(parent)) {
        const value = parent[key];
        const way = [...path, key];
        if (way[0] !== 'apiVersion' && way[0] !== 'kind') places.push({ manifest: index, path: way, value });
        if (typeof value === 'object' && value !== null) walk(value, way);
      }
    };
    walk(manifest, []);
  });
  return places;
}

const containerAt = (manifest, path) => path.slice(0, -1).reduce((value, key) => value[key], manifest);
const last = (list) => list[list.length - 1];

function set(manifests, { manifest, path }, value) {
  containerAt(manifests[manifest], path)[last(path)] = value;
}

function remove(manifests, { manifest, path }) {
  const container = containerAt(manifests[manifest], path);
  if (Array.isArray(container)) container.splice(last(path), 1);
  else delete container[last(path)];
}

function replaceKey(manifests, { manifest, path }, name) {
  const container = containerAt(manifests[manifest], path);
  const entries = Object.entries(container).map(([key, value]) => [key === last(path) ? name : key, value]);
  for (const key of Object.keys(container)) delete container[key];
  for (const [key, value] of entries) container[key] = value;
}

/** A slip of the pen: a letter left out, doubled, exchanged with the next, or in the other case. */
function misspelt(text, pick) {
  if (text.length < 2) return `${text}x`;
  const at = pick(text.length - 1);
  const [before, letter, next, after] = [text.slice(0, at), text[at], text[at + 1], text.slice(at + 2)];
  const other = letter === letter.toUpperCase() ? letter.toLowerCase() : letter.toUpperCase();
  return [
    before + next + after,
    before + letter + letter + next + after,
    before + next + letter + after,
    before + other + next + after,
  ][pick(4)];
}

const DURATION = /^\d+(\.\d+)?(ms|s|m|h)(\d+(s|m))?$/;
const QUANTITY = /^\d+(\.\d+)?(m|k|M|G|Ki|Mi|Gi)?$/;
const DURATIONS = [
  '5',
  '5 m',
  '-5m',
  '1d',
  '1h30',
  '0',
  '',
  '5M',
  '1.5h',
  'PT5M',
  '0s',
  'five',
  '1w',
  '5m0s',
  '90s',
  '{{args.interval}}',
  ' 5m',
  '.5m',
  '5m 30s',
  '100us',
];
const QUANTITIES = ['', '-1', '1 Gi', '1gb', '500MB', '1e3', '0.5', '100mi', 'lots', '1Ti', '0', '1.5Gi', '10u'];
const EXPRESSIONS = ['query', 'successCondition', 'failureCondition'];

const WORDS = [
  '',
  ' ',
  'x',
  'Not_A_Name',
  'a.b',
  'a/b',
  '-a',
  'a'.repeat(64),
  'http://',
  '*',
  '5',
  '50%',
  'true',
  '{{args.nothing}}',
  'ä',
];
const NUMBERS = [-1, 0, 1, 2, 99, 100, 101, 65535, 65536, 70000, 2147483648, 0.5, -100, 1e12];
const OTHERS = ['5', 5, true, {}, [], '', null, ['a'], { a: 'b' }, 'abc', 0.5];

/** What an expression suffers: characters lost, brackets, operators and functions exchanged. */
const SLIPS = [
  (text, pick) => text.slice(0, pick(text.length)) + text.slice(pick(text.length)),
  (text, pick) => {
    const at = pick(text.length);
    return text.slice(0, at) + text.slice(at + 1);
  },
  (text) => text.replace(/[)\]}]([^)\]}]*)$/, '$1'),
  (text) => text.replace(/[([{]/, ''),
  (text) => text.replace(/\[\d+[smhd]\]/, ''),
  (text) => text.replace(/\[(\d+)([smhd])\]/, '[$2$1]'),
  (text) => text.replace(/\[(\d+)([smhd])\]/, '[$1]'),
  (text) => text.replace(/&&/, '&'),
  (text) => text.replace(/&&/, 'and'),
  (text) => text.replace(/\|\|/, 'or'),
  (text) => text.replace(/result\[0\]/, 'result'),
  (text) => text.replace(/result/, 'results'),
  (text) => text.replace(/<=/, '=<'),
  (text) => text.replace(/<=|>=|<|>/, '='),
  (text) => text.replace(/<=|>=|<|>/, '=='),
  (text) => text.replace(/\b(rate|increase|sum|len|isNaN)\b/, 'raet'),
  (text) => text.replace(/\b(sum)\b/, 'avg'),
  (text) => text.replace(/\b(rate|increase)\b/, 'sum'),
  (text) => text.replace(/\b(sum)\b/, 'rate'),
  (text) => text.replace(/"/, "'"),
  (text) => text.replace(/"/g, ''),
  (text) => text.replace(/=~/, '='),
  (text) => text.replace(/=~/, '~='),
  (text) => text.replace(/\{\{ *args\.[^}]*\}\}/, '{{args.nothing}}'),
  (text) => text.replace(/\{\{ *args\.([^}]*)\}\}/, '{{ arg.$1 }}'),
  (text) => text.replace(/\}\}/, '}'),
  (text) => text.replace(/\d+(\.\d+)?/, 'none'),
  (text) => text.replace(/\d+(\.\d+)?/, '5%'),
  (text) => `${text} /`,
  (text) => `${text} > 0`,
  (text) => `(${text})`,
  (text) => `!(${text})`,
  () => '',
  () => 'true',
  () => 'result',
  () => 'result[0]',
  () => 'up',
  () => 'up[5m]',
  () => '1',
];

/**
 * The ways. `at` says where one can happen: places of the set, or of what else is needed. `make` changes the set, which is
 * a copy; it may say that nothing came of it by leaving it as it was.
 */
const WAYS = {
  'field dropped': {
    at: ({ places }) => places,
    make: ({ manifests }, place) => remove(manifests, place),
  },
  'field misspelt': {
    at: ({ places }) => places.filter(({ path }) => typeof last(path) === 'string'),
    make: ({ manifests, pick }, place) => replaceKey(manifests, place, misspelt(last(place.path), pick)),
  },
  'values swapped': {
    at: ({ places }) => places.filter(({ path }) => path.length > 1),
    make: ({ manifests, pick }, { manifest, path }) => {
      const container = containerAt(manifests[manifest], path);
      const others = Object.keys(container).filter((key) => key !== String(last(path)));
      if (others.length === 0) return;
      const other = others[pick(others.length)];
      [container[last(path)], container[other]] = [container[other], container[last(path)]];
    },
  },
  'field moved': {
    at: ({ places }) => places.filter(({ path }) => path.length > 2 && typeof last(path) === 'string'),
    make: ({ manifests, pick }, place) => {
      const { path, value } = place;
      const up = path.slice(0, -2).reduce((one, key) => one[key], manifests[place.manifest]);
      const target = isMapping(up) ? up : up[pick(up.length)];
      if (!isMapping(target) || last(path) in target) return;
      remove(manifests, place);
      target[last(path)] = value;
    },
  },
  'another type': {
    at: ({ places }) => places,
    make: ({ manifests, pick }, place) => {
      const { value } = place;
      const turned = [typeof value === 'string' ? Number(value) || 1 : String(value), [value], { value }];
      const choices = [...turned, ...OTHERS];
      set(manifests, place, structuredClone(choices[pick(choices.length)]));
    },
  },
  'out of range': {
    at: ({ places }) => places.filter(({ value }) => typeof value === 'number'),
    make: ({ manifests, pick }, place) => {
      const choices = [...NUMBERS, place.value + 1, place.value - 1, -place.value];
      set(manifests, place, choices[pick(choices.length)]);
    },
  },
  'not in the enumeration': {
    at: ({ places }) =>
      places.filter(({ value }) => typeof value === 'string' && /^[A-Z][A-Za-z]+$|^[A-Z_]+$/.test(value)),
    make: ({ manifests, pick }, place) => {
      const { value } = place;
      const choices = [
        value.toLowerCase(),
        value.toUpperCase(),
        misspelt(value, pick),
        '',
        `${value}s`,
        'Never',
        'None',
      ];
      set(manifests, place, choices[pick(choices.length)]);
    },
  },
  'duration or quantity malformed': {
    at: ({ places }) =>
      places.filter(({ value }) => typeof value === 'string' && (DURATION.test(value) || QUANTITY.test(value))),
    make: ({ manifests, pick }, place) => {
      const choices = DURATION.test(place.value) ? DURATIONS : QUANTITIES;
      set(manifests, place, choices[pick(choices.length)]);
    },
  },
  'text changed': {
    at: ({ places }) => places.filter(({ value }) => typeof value === 'string'),
    make: ({ manifests, pick }, place) => {
      const choices = [misspelt(place.value, pick), ...WORDS];
      set(manifests, place, choices[pick(choices.length)]);
    },
  },
  'reference broken': {
    at: ({ places, names }) =>
      places.filter(({ value, path }) => names.has(value) && path.join('.') !== 'metadata.namespace'),
    make: ({ manifests, names, pick }, place) => {
      const choices = [misspelt(place.value, pick), ...names].filter((name) => name !== place.value);
      set(manifests, place, choices[pick(2) ? pick(choices.length) : 0]);
    },
  },
  'reference of another': {
    at: ({ places }) =>
      places.filter(
        ({ value, path }) => typeof value === 'string' && /([nN]ame|host|Service|key|port)$/.test(String(last(path))),
      ),
    make: ({ manifests, places, pick }, place) => {
      const choices = places.filter(
        ({ value, path }) => typeof value === 'string' && last(path) === last(place.path) && value !== place.value,
      );
      if (choices.length > 0) set(manifests, place, choices[pick(choices.length)].value);
    },
  },
  'label or selector changed': {
    at: ({ places }) =>
      places.filter(
        ({ value, path }) =>
          typeof value === 'string' && /labels|matchLabels|selector/i.test(String(path[path.length - 2])),
      ),
    make: ({ manifests, pick }, place) => {
      if (pick(2)) set(manifests, place, misspelt(place.value, pick));
      else replaceKey(manifests, place, misspelt(last(place.path), pick));
    },
  },
  'element duplicated': {
    at: ({ places }) => places.filter(({ path }) => typeof last(path) === 'number'),
    make: ({ manifests }, { manifest, path, value }) =>
      containerAt(manifests[manifest], path).splice(last(path), 0, structuredClone(value)),
  },
  'elements exchanged': {
    at: ({ places }) => places.filter(({ value }) => Array.isArray(value) && value.length > 1),
    make: ({ manifests, pick }, { manifest, path }) => {
      const list = containerAt(manifests[manifest], path)[last(path)];
      const at = pick(list.length - 1);
      [list[at], list[at + 1]] = [list[at + 1], list[at]];
    },
  },
  'expression broken': {
    at: ({ places }) =>
      places.filter(({ value, path }) => typeof value === 'string' && value !== '' && EXPRESSIONS.includes(last(path))),
    make: ({ manifests, pick }, place) => set(manifests, place, SLIPS[pick(SLIPS.length)](place.value, pick)),
  },
  'field of another': {
    at: ({ places }) => places.filter(({ value, path }) => isMapping(value) && path[0] === 'spec'),
    make: ({ manifests, donors, pick }, { manifest, path }) => {
      const { kind, apiVersion } = manifests[manifest];
      const given = donors.get(`${kind} ${apiVersion} ${shapeOf(path)}`) ?? [];
      if (given.length === 0) return;
      const donor = given[pick(given.length)];
      const keys = Object.keys(donor);
      const key = keys[pick(keys.length)];
      containerAt(manifests[manifest], path)[last(path)][key] = structuredClone(donor[key]);
    },
  },
  'element of another': {
    at: ({ places }) => places.filter(({ value, path }) => Array.isArray(value) && path[0] === 'spec'),
    make: ({ manifests, donors, pick }, { manifest, path }) => {
      const { kind, apiVersion } = manifests[manifest];
      const given = donors.get(`${kind} ${apiVersion} ${shapeOf(path)}`) ?? [];
      if (given.length === 0) return;
      const donor = given[pick(given.length)];
      const list = containerAt(manifests[manifest], path)[last(path)];
      list.splice(pick(list.length + 1), 0, structuredClone(donor[pick(donor.length)]));
    },
  },
  'object dropped': {
    at: ({ manifests }) => manifests.map((_, manifest) => ({ manifest, path: [] })),
    make: ({ manifests }, { manifest }) => manifests.splice(manifest, 1),
  },
  'object renamed': {
    at: ({ manifests }) =>
      manifests.flatMap(({ metadata }, manifest) =>
        typeof metadata?.name === 'string' ? [{ manifest, path: ['metadata', 'name'] }] : [],
      ),
    make: ({ manifests, pick }, { manifest }) => {
      const { metadata } = manifests[manifest];
      if (pick(3) === 0) metadata.namespace = ['elsewhere', 'default', 'Not a name', ''][pick(4)];
      else metadata.name = misspelt(metadata.name, pick);
    },
  },
  'kind or version changed': {
    at: ({ manifests }) =>
      manifests.flatMap((_, manifest) => [
        { manifest, path: ['kind'] },
        { manifest, path: ['apiVersion'] },
      ]),
    make: ({ manifests, pick }, place) => {
      const old = manifests[place.manifest][place.path[0]];
      const choices =
        place.path[0] === 'kind'
          ? [misspelt(old, pick)]
          : [
              misspelt(old, pick),
              'v1',
              'v2',
              old.replace(/v1.*/, 'v1'),
              old.replace(/v1.*/, 'v1beta1'),
              old.replace(/v1.*/, 'v2'),
            ];
      set(manifests, place, choices[pick(choices.length)]);
    },
  },
};

/** The names of the ways. */
export const WAY_NAMES = Object.keys(WAYS);

/** The way to a place without positions: `spec.strategy.canary.steps[]`. */
const shapeOf = (path) => path.map((key) => (typeof key === 'number' ? '[]' : `.${key}`)).join('');

/** What sets have at each place, for sets that take it over. */
export function donorsOf(sets) {
  const donors = new Map();
  for (const { manifests } of sets) {
    for (const { manifest, path, value } of placesOf(manifests)) {
      if (path[0] !== 'spec' || typeof value !== 'object' || value === null || Object.keys(value).length === 0)
        continue;
      const { kind, apiVersion } = manifests[manifest];
      const key = `${kind} ${apiVersion} ${shapeOf(path)}`;
      if (donors.has(key)) donors.get(key).push(value);
      else donors.set(key, [value]);
    }
  }
  return donors;
}

/**
 * A changed copy of a set, and what was done in words; undefined where the way leaves the set as it is. `choices` are
 * numbers, by which everything is decided.
 */
export function mutated({ manifests: given, donors, way, choices }) {
  const manifests = structuredClone(given);
  let next = 0;
  const pick = (count) => (count <= 0 ? 0 : choices[next++ % choices.length] % count);
  const names = new Set(manifests.map(({ metadata }) => metadata?.name).filter((name) => typeof name === 'string'));
  const setting = { manifests, donors, names, pick, places: placesOf(manifests) };
  const places = weighed(WAYS[way].at(setting), manifests, pick);
  if (places.length === 0) return undefined;
  const place = places[pick(places.length)];
  const { kind, metadata } = manifests[place.manifest];
  WAYS[way].make(setting, place);
  if (JSON.stringify(manifests) === JSON.stringify(given)) return undefined;
  return { manifests, what: `${way}: ${kind} ${metadata?.name} ${shapeOf(place.path)}`.trim() };
}

/** One manifest's places, those of Rollouts and templates more often; a pod's own fields are many, and less often taken. */
function weighed(places, manifests, pick) {
  const by = new Map();
  for (const place of places) {
    const { kind } = manifests[place.manifest];
    const pod = place.path[1] === 'template' && place.path.length > 3;
    const key = `${kind} ${pod}`;
    if (by.has(key)) by.get(key).push(place);
    else by.set(key, [place]);
  }
  const keys = [...by.keys()].flatMap((key) =>
    /^(Rollout|AnalysisTemplate|VirtualService|DestinationRule) false/.test(key) ? [key, key, key] : [key],
  );
  return keys.length > 0 ? by.get(keys[pick(keys.length)]) : [];
}
