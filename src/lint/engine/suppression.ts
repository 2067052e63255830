import { memoize } from '../../formats/memoize';
import type { Place, SourceFile } from '../../formats/source';
import { commentsOf } from '../../formats/yaml';
import type { Field, Graph, Resource } from '../../graph';
import { closest } from '../../rules';

/** The annotation with which a resource suppresses findings about itself. */
export const IGNORE_ANNOTATION = 'cdk8s-canary.dev/ignore';

/** A suppression of findings in a manifest. */
export interface Suppression {
  /** A code or a group. */
  readonly code: string;
  /** Empty if none is given; then the suppression has no effect. */
  readonly reason: string;
  readonly field?: Field;
  readonly place?: Place;
  /** Whether it suppressed anything. */
  used: boolean;
}

/** What the annotations say: `CODE reason; CODE2 reason`. */
export function annotationSuppressions(graph: Graph): Map<Resource, Suppression[]> {
  const found = new Map<Resource, Suppression[]>();
  for (const resource of graph.resources) {
    const field = resource.field('metadata', 'annotations', IGNORE_ANNOTATION);
    if (field.string === undefined) continue;
    const entries = field.string.split(';').map((entry) => entry.trim());
    const suppressions = entries
      .filter((entry) => entry !== '')
      .map((entry) => {
        const [, code, reason] = /^([^\s:]+):?\s*([^]*)$/.exec(entry) ?? ['', entry, ''];
        return { code, reason, field, used: false };
      });
    found.set(resource, suppressions);
  }
  return found;
}

const COMMENT = /^#[ \t]*cdk8s-canary-ignore\b[ \t]*([^:\r\n]*)(?::[ \t]*([^\r\n]*))?/;

/** Suppressions in comments, by file and by the lines that they apply to: their own and the one below. */
export function commentSuppressions(graph: Graph): Map<string, Map<number, Suppression[]>> {
  const found = new Map<string, Map<number, Suppression[]>>();
  for (const file of graph.files) {
    if (!file.maySuppress) continue;
    const lines = new Map<number, Suppression[]>();
    const below = linesBelow(file);
    for (const { from, to } of commentsOf(file.text)) {
      const match = COMMENT.exec(file.text.slice(from, to));
      if (match === null) continue;
      const place = file.place({ from, to: from + match[0].trimEnd().length });
      const covered = coveredLines(file, place, below);
      for (const code of match[1].split(/[\s,]+/).filter((one) => one !== '')) {
        const suppression = { code, reason: (match[2] ?? '').trim(), place, used: false };
        for (const line of covered) {
          const list = lines.get(line);
          if (list) list.push(suppression);
          else lines.set(line, [suppression]);
        }
      }
    }
    found.set(file.name, lines);
  }
  return found;
}

/** A comment at the end of a line applies to that line; a comment on its own line to the next line that is not a comment. */
function coveredLines(file: SourceFile, { line, column }: Place, below: (line: number) => number): number[] {
  if (
    file
      .line(line)
      .slice(0, column - 1)
      .trim() !== ''
  )
    return [line];
  return [line, below(line)];
}

/** The next line that is no comment. The last result is kept, because a thousand comments in a row ask for the same. */
function linesBelow(file: SourceFile): (line: number) => number {
  let [from, to] = [0, 0];
  return (line) => {
    if (line >= from && line < to) return to;
    from = line;
    to = line + 1;
    while (file.line(to).trimStart().startsWith('#')) to++;
    return to;
  };
}

/** Problems of the suppressions themselves. */
export function suppressionProblems(
  suppressions: readonly Suppression[],
  codes: ReadonlySet<string>,
  isActive: (code: string) => boolean,
): { readonly code: string; readonly message: string; readonly field?: Field; readonly place?: Place }[] {
  const groups = new Set([...codes].map((code) => code.slice(0, 3)));
  const meant = memoize((code) =>
    codes.has(code.toUpperCase()) ? code.toUpperCase() : closest(code.toUpperCase(), codes),
  );
  return [...new Set(suppressions)].flatMap(({ code, reason, used, field, place }) => {
    const where = { field, place };
    if (!codes.has(code) && !groups.has(code)) {
      const hint = meant(code);
      return [
        { ...where, code: 'SUP003', message: `there is no rule '${code}'${hint ? `; did you mean '${hint}'?` : ''}` },
      ];
    }
    if (reason === '') {
      return [
        { ...where, code: 'SUP002', message: `${code} is suppressed without a reason, so it is reported all the same` },
      ];
    }
    const ran = codes.has(code) ? isActive(code) : [...codes].some((one) => one.startsWith(code) && isActive(one));
    return used || !ran
      ? []
      : [{ ...where, code: 'SUP001', message: `${code} is suppressed here, but not found here` }];
  });
}
