import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { graphOfLoaded, loadManifests } from '../../../src/graph';
import { lint, type LintOptions } from '../../../src/lint';

/** Texts of the correct set and what replaces them. Each text must be there. */
export type Edits = Readonly<Record<string, string>>;

/** One change to a correct set, and all that the linter reports of the changed set. */
export interface EditedSet {
  /** The mistake, or the correct variant, as a statement. */
  readonly name: string;
  readonly edits: Edits;
  /** Severity and code of every finding, sorted. Left out: nothing may be reported. */
  readonly finds?: readonly string[];
  /** A part of the message or of the hint of the first finding. */
  readonly says?: string;
  readonly options?: LintOptions;
}

const SETS = join(__dirname, '../../fixtures/edited-sets');

/** The text of a set after its edits. */
function edited(text: string, edits: Edits): string {
  return Object.entries(edits).reduce((before, [from, to]) => {
    if (!before.includes(from)) throw new Error(`the set has no '${from}'`);
    return before.replace(from, () => to);
  }, text);
}

/** Lints a whole set with all rules, as complete, after each of the edits. */
export function describeSet(file: string, cases: readonly EditedSet[]): void {
  const text = readFileSync(join(SETS, file), 'utf8');
  describe(`an edited ${file}`, () => {
    test.each(cases.map((one) => [one.name, one] as const))('%s', (_name, { edits, finds = [], says, options }) => {
      const graph = graphOfLoaded(loadManifests([{ name: file, text: edited(text, edits) }]));
      const { findings } = lint(graph, { closedWorld: true, ...options });
      const all = findings.map(({ severity, code }) => `${severity} ${code}`);
      expect({ all: [...all].sort(), findings }).toEqual({ all: [...finds].sort(), findings });
      if (says !== undefined)
        expect(findings.map(({ message, hint }) => `${message}; ${hint ?? ''}`).join('\n')).toContain(says);
    });
  });
}
