// The corpus: random valid sets over everything that the library's API can state.
//
//   import { corpus } from './spec-corpus.mjs';
//   const { sets, render, beside, optionsOf } = corpus();
//   fc.sample(sets, { numRuns: 10, seed: 1 }).map(render)
//
// A set is plain data, `{items, namespace, brief}`: what each construct is told, by its name in lower camel case
// (`canaryApp`, `rollout`, …), in the long form of the spec language; the namespace; whether it is to be written in
// short forms. It can be kept as it is, and `render` gives it back as manifests.
//
// How sets are made is in conformance/specs: `space.cjs` derives the language from the jsii assembly, `shapes.cjs` walks
// it, `words.cjs` and `numbers.cjs` say what texts and numbers may be, `agree.cjs` to `whole.cjs` make a
// value's parts agree as the library's own messages ask for. A new option of the API is reached by itself; where it holds
// a text or a number of a new name, the generator stops and asks for a line in `words.cjs`.
import { createRequire } from 'node:module';
import { besideOf } from './beside.mjs';

const require = createRequire(import.meta.url);
const { unasked } = require('../specs/asked-for.cjs');
const { libraryOf, render } = require('../specs/render.cjs');
const { corpusOf } = require('../specs/sets.cjs');
const { allOptions, optionsOf } = require('../specs/written.cjs');
const { ROOT } = require('../specs/space.cjs');

/** The corpus of the built library. */
export function corpus() {
  const library = libraryOf((name) => require(`${process.cwd()}/lib/src/${name}`));
  const { model, sets } = corpusOf(process.cwd(), library.extractModel);
  return {
    /** An arbitrary of sets. */
    sets,
    /** `{manifests, refused, findings}`: what is rendered; what the library refuses, one line a problem; the warnings. */
    render: (set) => render(library, model, set),
    /** Of the warnings of a set those that its spec does not ask for. */
    unasked,
    /** What a rendered set refers to and leaves to others: the surroundings that the systems need. */
    beside: besideOf,
    /** The options that a set has, each as often as it has it. */
    optionsOf: (set) => optionsOf(model, { ref: ROOT }, set.items),
    /** All options that there are. */
    options: allOptions(model, ROOT),
  };
}
