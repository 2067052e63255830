import type { Finding } from '../lint';
import type { KnownFiles } from './known-files';
import type { StoredFinding } from './snapshot';

/**
 * A finding as a list, in which what follows from other parts is left out, and `null` stands for what is absent. Most runs only
 * read tens of thousands of them: names of fields would be half of the text.
 */
type Row = readonly [
  place: number,
  code: string,
  group: Finding['group'],
  severity: Finding['severity'],
  message: string,
  path: string,
  line: number | null,
  column: number | null,
  endLine: number | null,
  endColumn: number | null,
  resource: readonly [apiVersion: string, kind: string, namespace: string | null, name: string] | null,
  quote: string | null,
  hint: string | null,
  consequences: Finding['consequences'] | 0,
  related: Finding['related'] | null,
  isFixable: 1 | 0,
];

/** Findings as text. */
export function writeRows(findings: readonly StoredFinding[]): string {
  return `[${findings.map((finding) => JSON.stringify(rowOf(finding))).join(',\n')}]`;
}

/** The findings of these files that `writeRows` wrote. */
export function readRows(text: string, files: KnownFiles): StoredFinding[] {
  let place = -1;
  let file = '';
  return (JSON.parse(text) as Row[]).map((row) => {
    if (row[0] !== place) {
      [place] = row;
      file = files.name(place);
    }
    return findingOf(row, file);
  });
}

function rowOf(finding: StoredFinding): Row {
  const { place, code, group, severity, message, path, line, column, endLine, endColumn } = finding;
  const { resource, quote, hint, consequences, related, isFixable } = finding;
  return [
    place,
    code,
    group,
    severity,
    message,
    path,
    line ?? null,
    column ?? null,
    endLine ?? null,
    endColumn ?? null,
    resource ? [resource.apiVersion, resource.kind, resource.namespace ?? null, resource.name] : null,
    quote ?? null,
    hint ?? null,
    consequences.length > 0 ? consequences : 0,
    related ?? null,
    isFixable ? 1 : 0,
  ];
}

const NO_CONSEQUENCES: Finding['consequences'] = [];

function findingOf(row: Row, file: string): StoredFinding {
  const [place, code, group, severity, message, path, line, column, endLine, endColumn] = row;
  const [, , , , , , , , , , resource, quote, hint, consequences, related, isFixable] = row;
  return {
    place,
    code,
    group,
    severity,
    message,
    hint: hint ?? undefined,
    file,
    line: line ?? undefined,
    column: column ?? undefined,
    endLine: endLine ?? undefined,
    endColumn: endColumn ?? undefined,
    path,
    resource: resource
      ? { apiVersion: resource[0], kind: resource[1], namespace: resource[2] ?? undefined, name: resource[3] }
      : undefined,
    related: related ?? undefined,
    consequences: consequences === 0 ? NO_CONSEQUENCES : consequences,
    quote: quote ?? undefined,
    isFixable: isFixable === 1 ? true : undefined,
  };
}
