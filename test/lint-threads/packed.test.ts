import * as fc from 'fast-check';
import { loadManifests, type Loaded } from '../../src/graph';
import { graphOfLoaded } from '../../src/graph';
import { check, type Raw } from '../../src/lint';
import { packer, unpacker } from '../../src/lint-threads/packed-findings';
import { pack, together, unpack } from '../../src/lint-threads/packed-texts';
import { RULES } from '../../src/rules';

/** What can be seen of what was read. */
const seen = ({ resources, files, problems, skipped }: Loaded): unknown => ({
  resources: resources.map(({ manifest, origin: { source, ...origin }, ...rest }) => ({
    ...rest,
    manifest,
    origin,
    part: source!.part,
    isCommon: source!.isCommon,
    place: source!.file.place(source!.range(origin.prefix)),
  })),
  files: files.map(({ name, text }) => ({ name, text })),
  problems: problems.map(({ resource, ...problem }) => ({
    ...problem,
    resource: resource && resources.indexOf(resource),
  })),
  skipped,
});

const examples = RULES.map(({ code, bad }) => ({ name: `${code}.yaml`, text: bad }));

test('what was read from files is the same after it was packed', () => {
  const odd = [
    {
      name: 'list.yaml',
      text: 'apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Service, metadata: {name: a}}\n',
    },
    {
      name: 'proto.yaml',
      text: 'apiVersion: v1\nkind: ConfigMap\n__proto__: {a: 1}\n"1": -0\n"0": .5\nbig: 12345678901234567890\n',
    },
    { name: 'twice.yaml', text: 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\nmetadata: {name: b}\n' },
    { name: 'several.yaml', text: '\ufeff# only a comment\n---\n---\na: 1\n---\napiVersion: v1\nkind: Secret\n' },
    { name: 'broken.yaml', text: 'a: [' },
    { name: 'letters-ü-€-𝒳.yaml', text: 'apiVersion: v1\nkind: ConfigMap\ndata: {a: "ü € 𝒳 \\ud83d"}\n' },
    { name: 'empty.yaml', text: '' },
  ];
  const loaded = loadManifests([...examples, ...odd]);
  expect(Object.keys(loaded.resources.find(({ origin }) => origin.file === 'proto.yaml')!.manifest)).toContain(
    '__proto__',
  );
  const again = unpack(pack(loaded));
  expect(seen(again)).toEqual(seen(loaded));
  expect(again.problems.length).toBeGreaterThan(1);
});

test('files that were read in batches are the same as read in one', () => {
  const whole = seen(loadManifests(examples));
  fc.assert(
    fc.property(fc.array(fc.nat(examples.length), { maxLength: 6 }), (cuts) => {
      const places = [0, ...cuts.sort((a, b) => a - b), examples.length];
      const batches = places.slice(1).map((end, i) => loadManifests(examples.slice(places[i], end)));
      expect(seen(together(batches.map((one) => unpack(pack(one)))))).toEqual(whole);
    }),
    { numRuns: 20 },
  );
});

test('each finding is the same after another thread sent it', () => {
  const [here, there] = [graphOfLoaded(loadManifests(examples)), graphOfLoaded(loadManifests(examples))];
  const places = ({ resources }: typeof here) => new Map(resources.map((one, place) => [one, place]));
  const [hereAt, thereAt] = [places(here), places(there)];
  /** With the place of each resource instead of it, as the two graphs have other ones. */
  const shown = ({ rule, ...found }: Raw, at: ReturnType<typeof places>): unknown =>
    JSON.parse(
      JSON.stringify({ ...found, code: rule.code }, (_key, value: unknown) => {
        const field = value as { resource?: Parameters<typeof at.get>[0]; path?: unknown };
        return typeof value === 'object' && value !== null && field.resource && at.has(field.resource)
          ? { at: at.get(field.resource), path: field.path }
          : value;
      }),
    );
  const [pack, unpack] = [packer(there), unpacker(here)];
  let fixes = 0;
  for (const rule of RULES) {
    const own = check(rule, here, {});
    const sent = check(rule, there, {}).map((found) => unpack(rule, structuredClone(pack(found))));
    expect(sent.map((found) => shown(found, hereAt))).toEqual(own.map((found) => shown(found, hereAt)));
    fixes += sent.filter(({ details }) => details.fix).length;
    for (const { field, details } of sent) {
      for (const one of [field, details.related?.field, ...(details.because ?? [])])
        if (one) expect(thereAt.has(one.resource)).toBe(false);
    }
  }
  expect(fixes).toBeGreaterThan(50);
});
