import { formatPath, type Field, type Graph, type Resource } from '../../graph';
import { type Baseline, withoutBaseline } from './baseline';
import { highestOf, type Raw, severityOf, type SeverityOptions } from './check';
import { groupByRootCause } from './root-causes';
import type { Consequence, Finding, FindingResource, Subject } from './finding';
import { type Fix, groupOf, type Rule, SEVERITIES, type Severity } from '../../rules';
import type { Versions } from '../../versions';
import { isSelected, type Selection } from './select';
import { doTasks, inOrder, partsOf, progressOf, tasksOf } from './tasks';
import { annotationSuppressions, commentSuppressions, type Suppression, suppressionProblems } from './suppression';

/** Which rules run, and how strictly. */
export interface LintOptions extends Selection, SeverityOptions {
  /** The lowest severity of the reported findings. Rules without such findings are not checked. Default: all */
  readonly least?: Severity;
  /** The releases that the cluster runs. Default: the newest of each system. */
  readonly versions?: Versions;
  /** Known findings, which are not reported. */
  readonly baseline?: Baseline;
  /** Called as often as there are rules, in proportion to the work that was done, to show progress. */
  readonly step?: () => void;
}

/** The result of a run. */
export interface LintResult {
  /** In the order of the files, and within a file from top to bottom. */
  readonly findings: readonly Finding[];
  /** Number of findings that the manifests suppress. */
  readonly suppressed: number;
  /** Number of findings that the baseline contains. */
  readonly baselined: number;
  /** Number of findings in the baseline that no longer occur. */
  readonly outdated: number;
}

/** Checks rules, and returns their findings, one rule after the other. A step can be a promise to await. */
export type CheckRules<Step> = (
  rules: readonly Rule[],
  graph: Graph,
  options: LintOptions,
) => Generator<Step, readonly Raw[]>;

/** What was found before the baseline is looked at. */
export interface Found {
  readonly findings: readonly Finding[];
  readonly suppressed: number;
}

/** Findings that are placed between two steps. */
const PLACED_AT_ONCE = 50;

/** Checks rules in this thread. */
export const checkHere: CheckRules<undefined> = function* (rules, graph, options) {
  const tasks = tasksOf(rules, partsOf(graph));
  const progress = progressOf(tasks, rules, () => options.step?.());
  let begun = 0;
  const found = yield* doTasks(tasks, rules, graph, options, () => {
    progress(begun);
    return begun++;
  });
  return inOrder(found, rules);
};

/**
 * Runs rules over a graph, for the releases of the cluster. Pure: reads and writes no file. Each step is short, so
 * that an editor can answer in between.
 */
export function* lintOnce<Step>(
  rules: readonly Rule[],
  graph: Graph,
  options: LintOptions,
  checkRules: CheckRules<Step>,
): Generator<Step | undefined, Found> {
  const { least = 'note' } = options;
  const active = rules.filter((rule) => isSelected(rule.code, options) && atLeast(highestOf(rule, options), least));
  const raw = [...(yield* checkRules(active, graph, options))];
  const order = new Map(graph.resources.map((resource, index) => [resource, index]));
  // Places need the document again, so findings of one resource are placed together.
  raw.sort((a, b) => rank(order, a.field) - rank(order, b.field));

  const annotations = annotationSuppressions(graph);
  const comments = commentSuppressions(graph);
  const findings: Finding[] = [];
  let suppressed = 0;
  /** Undefined if the finding is suppressed. */
  const unsuppressed = (one: Raw, consequences: readonly Consequence[]): Finding | undefined => {
    const inResource = one.field && annotations.get(one.field.resource);
    if (use(inResource, one.rule.code)) return undefined;
    const finding = placed(one, consequences);
    return use(atLine(comments.get(finding.file), finding.line), finding.code) ? undefined : finding;
  };
  for (const [one, others] of groupByRootCause(raw)) {
    // A suppression also counts as used if its finding is grouped under another one.
    const along = others.flatMap((other) => unsuppressed(other, []) ?? []);
    const finding = unsuppressed(one, along.map(asConsequence));
    if (finding === undefined) suppressed++;
    else if (atLeast(finding.severity, least)) findings.push({ ...finding, fix: wholeFix(finding, along) });
    if (findings.length % PLACED_AT_ONCE === 0) yield;
  }
  const all = [...annotations.values(), ...[...comments.values()].flatMap((lines) => [...lines.values()])].flat();
  if (all.length === 0) return { findings, suppressed };
  const known = new Set(rules.map(({ code }) => code));
  const checked = new Map(active.map((rule) => [rule.code, rule]));
  for (const problem of suppressionProblems(all, known, (code) => checked.has(code))) {
    const rule = checked.get(problem.code);
    if (rule)
      findings.push(placed({ rule, details: {}, severity: severityOf(rule, {}, options), list: 0, ...problem }, []));
  }

  return { findings, suppressed };
}

/** Sorts, and leaves out what the baseline knows. */
export function finish({ findings, suppressed }: Found, graph: Graph, options: LintOptions): LintResult {
  const files = new Map<string, number>();
  for (const { name } of graph.files) files.set(name, files.size);
  for (const { origin } of graph.resources) if (!files.has(origin.file)) files.set(origin.file, files.size);
  const sorted = [...findings].sort(
    (a, b) =>
      (files.get(a.file) ?? 0) - (files.get(b.file) ?? 0) ||
      (a.line ?? 0) - (b.line ?? 0) ||
      (a.column ?? 0) - (b.column ?? 0) ||
      (a.code < b.code ? -1 : a.code > b.code ? 1 : 0),
  );
  return applyBaseline({ findings: sorted, suppressed }, options.baseline);
}

/** Leaves out what the baseline knows, of findings in the order of a report. */
export function applyBaseline({ findings, suppressed }: Found, baseline: Baseline | undefined): LintResult {
  const { left, baselined, outdated } = withoutBaseline(findings, baseline);
  return { findings: left, suppressed, baselined, outdated };
}

const rank = (order: ReadonlyMap<Resource, number>, field: Field | undefined): number =>
  field === undefined ? -1 : (order.get(field.resource) ?? -1);

function use(suppressions: readonly Suppression[] | undefined, code: string): boolean {
  if (!suppressions || groupOf(code) === 'SUP') return false;
  const fitting = suppressions.filter((one) => one.reason !== '' && (one.code === code || one.code === groupOf(code)));
  for (const one of fitting) one.used = true;
  return fitting.length > 0;
}

/** A comment applies to its own line and the one below. */
function atLine(lines: ReadonlyMap<number, Suppression[]> | undefined, line: number | undefined): Suppression[] {
  if (!lines || line === undefined) return [];
  return lines.get(line) ?? [];
}

function placed(
  { rule, field, place, message, details, severity }: Raw,
  consequences: readonly Consequence[],
): Finding {
  const where = place ?? field?.place(details.on, details.within);
  const { didYouMean, related } = details;
  const meant = didYouMean && `did you mean '${didYouMean.name}'${stands(didYouMean.field)}?`;
  const relatedPlace = related?.field.place();
  return {
    code: rule.code,
    group: groupOf(rule.code),
    severity,
    message,
    hint: [meant, details.hint].filter((one) => one !== undefined).join(' ') || undefined,
    file: where?.file ?? field?.resource.origin.file ?? '',
    line: where?.line,
    column: where?.column,
    endLine: where?.endLine,
    endColumn: where?.endColumn,
    path: field ? formatPath(field.path) : '',
    resource: field && describe(field.resource),
    about: (details.about ?? (field ? [field] : [])).map(({ resource }) => subject(resource)),
    related: related && {
      message: related.message,
      file: related.field.resource.origin.file,
      line: relatedPlace?.line,
      column: relatedPlace?.column,
    },
    consequences,
    fix: details.fix,
  };
}

/** If the same fix is needed in several places, it is applied in all of them. */
function wholeFix({ code, fix }: Finding, along: readonly Finding[]): Fix | undefined {
  const same = along.flatMap((one) => (one.code === code && one.fix && one.fix.title === fix?.title ? [one.fix] : []));
  return fix && { ...fix, edits: [fix, ...same].flatMap(({ edits }) => edits) };
}

const asConsequence = ({ code, message, about, file, line, column }: Finding): Consequence => ({
  code,
  message,
  about,
  file,
  line,
  column,
});

function stands(field: Field | undefined): string {
  if (field === undefined) return '';
  const place = field.place();
  return place ? ` (${place.file}:${place.line})` : ` (${field.resource.origin.file})`;
}

const subject = (resource: Resource): Subject => ({ ...describe(resource), file: resource.origin.file });

const describe = ({ apiVersion, kind, namespace, name }: Resource): FindingResource => ({
  apiVersion,
  kind,
  namespace,
  name,
});

/** The number of findings of each severity. */
export function countBySeverity(findings: readonly Finding[]): { [severity in Severity]: number } {
  const counts = { error: 0, warning: 0, advice: 0, note: 0 };
  for (const { severity } of findings) counts[severity]++;
  return counts;
}

/** Whether a severity is at least as high as another. */
export function atLeast(severity: Severity, threshold: Severity): boolean {
  return SEVERITIES.indexOf(severity) <= SEVERITIES.indexOf(threshold);
}
