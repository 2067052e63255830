import { join } from 'node:path';
import * as fc from 'fast-check';
import type { Manifest } from '../synthesized';
import { sampleSize } from '../sample';

// The sets that the systems themselves judge (conformance/README.md), a few of them, judged by the library alone.

interface RandomSet {
  readonly items: object;
}
interface Finding {
  readonly code: string;
  readonly message: string;
}
interface Library {
  readonly extractModel: unknown;
}
interface Specs {
  libraryOf(load: (name: string) => unknown): Library;
  render(
    library: Library,
    model: unknown,
    set: RandomSet,
  ): { manifests: Manifest[]; refused: string[]; findings: Finding[] };
  corpusOf(root: string, extractModel: unknown): { model: unknown; sets: fc.Arbitrary<RandomSet> };
  unasked(set: RandomSet, findings: Finding[]): Finding[];
}

const ROOT = join(__dirname, '../..');
const specs = (name: string) => jest.requireActual<Specs>(join(ROOT, 'conformance/specs', name));
const { unasked } = specs('asked-for.cjs');
const { libraryOf, render } = specs('render.cjs');

const library = libraryOf((name) => jest.requireActual(join(ROOT, 'src', name)));
const { model, sets } = specs('sets.cjs').corpusOf(ROOT, library.extractModel);

test('whatever is stated is rendered without a finding, or refused in words', () => {
  let made = 0;
  let accepted = 0;
  fc.assert(
    fc.property(sets, (set) => {
      const { manifests, refused, findings } = render(library, model, set);
      made++;
      expect(refused.filter((problem) => problem.startsWith('threw'))).toEqual([]);
      if (refused.length > 0) return;
      accepted++;
      expect(unasked(set, findings)).toEqual([]);
      expect(manifests).not.toHaveLength(0);
    }),
    { seed: 1, numRuns: sampleSize(100, 2) },
  );
  expect(accepted / made).toBeGreaterThan(0.9);
});
