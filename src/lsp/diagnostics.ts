import type { CodeAction, Diagnostic, DiagnosticRelatedInformation, Range, TextEdit } from 'vscode-languageserver';
import type { FileRange } from '../formats/source';
import { commentsOf } from '../formats/yaml';
import type { Loaded } from '../graph';
import { type Finding, IGNORE_ANNOTATION, textEdits, wholeMessage } from '../lint';
import { pageOf, type Severity } from '../rules';
import { type CheckedCanaryFile, pathOf } from './canary-files';
import type { UriOf } from './navigation';
import { CodeActionKind, DiagnosticSeverity } from './protocol';
import { rangeIn } from './text-position';

/** The name under which editors show the findings. */
const SOURCE = 'cdk8s-canary';

const SEVERITIES: { readonly [severity in Severity]: DiagnosticSeverity } = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  advice: DiagnosticSeverity.Information,
  note: DiagnosticSeverity.Hint,
};

/** A finding as editors show it. */
export function diagnosticOf(finding: Finding, uriOf: UriOf): Diagnostic {
  const { code, severity, related, consequences } = finding;
  const others: DiagnosticRelatedInformation[] = [
    ...(related ? [{ ...related, file: related.file }] : []),
    ...consequences.map((one) => ({ ...one, message: `hence ${one.code}: ${one.message}` })),
  ].map(({ file, line, column, message }) => ({
    location: { uri: uriOf(file), range: pointAt(line, column) },
    message,
  }));
  return {
    range: rangeOfFinding(finding),
    severity: SEVERITIES[severity],
    code,
    codeDescription: { href: pageOf(code) },
    source: SOURCE,
    message: wholeMessage(finding),
    relatedInformation: others,
  };
}

/** Where a finding is. */
export function rangeOfFinding({ line = 1, column = 1, endLine = line, endColumn = column }: Finding): Range {
  return {
    start: { line: line - 1, character: column - 1 },
    end: { line: endLine - 1, character: endColumn - 1 },
  };
}

function pointAt(line = 1, column = 1): Range {
  const position = { line: line - 1, character: column - 1 };
  return { start: position, end: position };
}

/** What is wrong with a canary file and with what it renders, by the path of the file that has to be changed. */
export function diagnosticsOfCanaryFile(
  { problems, apps }: CheckedCanaryFile,
  findings: readonly (readonly Finding[])[],
): Map<string, Diagnostic[]> {
  const found = new Map<string, Diagnostic[]>();
  const add = ({ file, from, to }: FileRange, severity: Severity, message: string, code?: string): void => {
    const list = found.get(pathOf({ file, from, to })) ?? [];
    found.set(pathOf({ file, from, to }), list);
    const codeDescription = code === undefined ? undefined : { href: pageOf(code) };
    const range = rangeIn(file, { from, to: firstLineEnd(file.text, from, to) });
    list.push({ range, severity: SEVERITIES[severity], code, codeDescription, source: SOURCE, message });
  };
  for (const { at, path, message, rule } of problems) {
    add(at, 'error', path === '' ? message : `${path}: ${message}`, rule);
  }
  apps.forEach(({ at }, i) => {
    for (const finding of findings[i]) {
      const { resource, path, code, severity } = finding;
      const where = resource ? `${resource.kind} ${resource.name}, ${path}: ` : '';
      // A reference to something outside of the canary file is no mistake.
      if (severity !== 'note') add(at, severity, `${where}${wholeMessage(finding)}`, code);
    }
  });
  return found;
}

/** A problem of a whole object is shown in its first line. */
function firstLineEnd(text: string, from: number, to: number): number {
  const end = text.slice(from, to).search(/\r?\n/);
  return end < 0 ? to : from + end;
}

/** What an editor needs to offer changes. */
export interface EditContext {
  readonly uriOf: UriOf;
  /** A file as it is now; a fix for another text is not offered. */
  readonly loaded: (file: string) => Loaded | undefined;
}

/** The changes that an editor offers for a finding: its fix, and a suppression. */
export function actionsFor(finding: Finding, context: EditContext): CodeAction[] {
  const diagnostics = [diagnosticOf(finding, context.uriOf)];
  const fix = fixOf(finding, context);
  const suppression = suppressionOf(finding, context);
  return [
    ...(fix ? [{ ...fix, kind: CodeActionKind.QuickFix, diagnostics, isPreferred: true } satisfies CodeAction] : []),
    ...(suppression ? [{ ...suppression, kind: CodeActionKind.QuickFix, diagnostics } satisfies CodeAction] : []),
  ];
}

type Change = Pick<CodeAction, 'title' | 'edit'>;

function fixOf({ code, fix }: Finding, { uriOf, loaded }: EditContext): Change | undefined {
  const edits = fix && textEdits(fix);
  if (edits === undefined || edits.some(({ file }) => loaded(file.name)?.files[0] !== file)) return undefined;
  const changes: { [uri: string]: TextEdit[] } = {};
  for (const { file, range, text } of edits) {
    (changes[uriOf(file.name)] ??= []).push({ range: rangeIn(file, range), newText: text });
  }
  return { title: `${fix!.title} (${code})`, edit: { changes } };
}

/** A comment or an annotation. Its reason is left to the user: without one the finding is reported all the same. */
function suppressionOf(finding: Finding, { uriOf, loaded }: EditContext): Change | undefined {
  const { code, group, file, line } = finding;
  const now = loaded(file);
  const source = now?.files[0];
  if (source === undefined || line === undefined || group === 'SUP') return undefined;
  const text = source.line(line);
  const indent = /^\s*/.exec(text)![0];
  const comment = `${indent}# cdk8s-canary-ignore ${code}: `;
  const lines = source.text.split('\n');
  const offset = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
  const lineEnd = lines[line - 1].endsWith('\r') ? '\r\n' : '\n';
  const edited = `${source.text.slice(0, offset)}${comment}${lineEnd}${source.text.slice(offset)}`;
  // Within a block of text a comment would be part of the text.
  if (commentsOf(edited).some(({ from }) => from === offset + indent.length)) {
    const at = { line: line - 1, character: 0 };
    const edit = { changes: { [uriOf(file)]: [{ range: { start: at, end: at }, newText: `${comment}${lineEnd}` }] } };
    return { title: `suppress ${code} here; write the reason behind the colon`, edit };
  }
  const { resource: about } = finding;
  const resource = now!.resources.find(({ kind, name }) => kind === about?.kind && name === about.name);
  const metadata = resource?.field('metadata');
  const annotations = metadata?.get('annotations');
  if (!metadata || annotations === undefined || annotations.get(IGNORE_ANNOTATION).exists) return undefined;
  const edits = textEdits({
    title: '',
    edits: annotations.exists
      ? [{ at: annotations, add: IGNORE_ANNOTATION, value: code }]
      : [{ at: metadata, add: 'annotations', value: { [IGNORE_ANNOTATION]: code } }],
  });
  const changes = edits?.map(({ range, text: newText }) => ({ range: rangeIn(source, range), newText }));
  const title = `suppress ${code} by annotation; write the reason behind the code`;
  return changes && { title, edit: { changes: { [uriOf(file)]: changes } } };
}
