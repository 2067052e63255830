import type { Finding } from '../lint';
import type { KnownFiles } from './known-files';
import type { StoredFinding } from './snapshot';

type Resource = NonNullable<Finding['resource']>;

/** The fields that few findings have. */
type Rest = Omit<
  StoredFinding,
  | 'place'
  | 'code'
  | 'group'
  | 'severity'
  | 'message'
  | 'path'
  | 'line'
  | 'column'
  | 'endLine'
  | 'endColumn'
  | 'resource'
  | 'quote'
  | 'file'
  | 'about'
  | 'consequences'
> &
  Partial<Pick<StoredFinding, 'about' | 'consequences'>>;

/**
 * A finding as a list, in which `null` stands for what is absent, and what follows from the rest is left out. Most runs only read
 * tens of thousands of them: the names of the fields would be half of the text.
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
  rest: Rest | null,
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
  const { place, code, group, severity, message, path, line, column, endLine, endColumn, ...others } = finding;
  const { resource, quote, file, about, consequences, ...more } = others;
  const rest: Rest = {
    ...more,
    about: JSON.stringify(about) === JSON.stringify(usuallyAbout(resource, file)) ? undefined : about,
    consequences: consequences.length === 0 ? undefined : consequences,
  };
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
    Object.values(rest).some((value) => value !== undefined) ? rest : null,
  ];
}

const NO_CONSEQUENCES: StoredFinding['consequences'] = [];

function findingOf(row: Row, file: string): StoredFinding {
  const [place, code, group, severity, message, path, line, column, endLine, endColumn, about, quote, rest] = row;
  const resource: Resource | undefined = about
    ? { apiVersion: about[0], kind: about[1], namespace: about[2] ?? undefined, name: about[3] }
    : undefined;
  return {
    place,
    code,
    group,
    severity,
    message,
    file,
    line: line ?? undefined,
    column: column ?? undefined,
    endLine: endLine ?? undefined,
    endColumn: endColumn ?? undefined,
    path,
    resource,
    quote: quote ?? undefined,
    ...rest,
    about: rest?.about ?? usuallyAbout(resource, file),
    consequences: rest?.consequences ?? NO_CONSEQUENCES,
  };
}

/** Most findings are about the object that they are in. */
const usuallyAbout = (resource: Resource | undefined, file: string): StoredFinding['about'] =>
  resource ? [{ ...resource, file }] : [];
