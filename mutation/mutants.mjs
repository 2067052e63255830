// All mutants of a folder, found by Stryker's own instrumenter.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInstrumenter } from '@stryker-mutator/instrumenter';
import { createInjector } from 'typed-inject';

const nothing = () => undefined;
const no = () => false;
const logger = { info: nothing, debug: nothing, warn: nothing, isDebugEnabled: no };
const options = { plugins: null, ignorers: [], excludedMutations: [], noHeader: true };

/** What tells mutants apart, in this process and in the one that runs the tests. */
export const keyOf = ({ fileName, location: { start, end }, mutatorName, replacement }) =>
  [fileName, start.line, start.column, end.line, end.column, mutatorName, replacement].join(':');

/** The mutants of all files below a folder, in their order in the sources, with the code that each replaces. */
export async function mutantsOf(root, folder) {
  const names = readdirSync(join(root, folder), { recursive: true })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name))
    .sort();
  const texts = new Map(names.map((name) => [name, readFileSync(join(root, name), 'utf8')]));
  const files = names.map((name) => ({ name, content: texts.get(name), mutate: true }));
  const instrumenter = createInjector().provideValue('logger', logger).injectFunction(createInstrumenter);
  const { mutants } = await instrumenter.instrument(files, options);
  const lines = new Map([...texts].map(([name, text]) => [name, text.split('\n')]));
  return mutants
    .filter(({ status }) => status === undefined)
    .map((mutant) => ({ ...mutant, original: cut(lines.get(mutant.fileName), mutant.location) }));
}

function cut(lines, { start, end }) {
  if (start.line === end.line) return lines[start.line].slice(start.column, end.column);
  const between = lines.slice(start.line + 1, end.line);
  return [lines[start.line].slice(start.column), ...between, lines[end.line].slice(0, end.column)].join('\n');
}

/** The place of a mutant as Stryker's option `mutate` writes it: lines from 1, columns from 0. */
export const placeOf = ({ fileName, location: { start, end } }) =>
  `${fileName}:${start.line + 1}:${start.column}-${end.line + 1}:${end.column}`;
