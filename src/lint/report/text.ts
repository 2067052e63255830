import { createColors } from 'picocolors';
import { oneLine } from '../../formats/encode/terminal';
import { caretLines } from '../../formats/source';
import { type Finding } from '../engine/finding';
import type { Severity } from '../../rules';
import { isFixable } from '../engine/apply-fixes';
import { plural } from '../../formats/plural';
import { type ReportContext, summarize } from './summary';

type Paint = ReturnType<typeof createColors>;

/** For people: each finding with the line it is about and a caret under the field, and a summary. */
export function textReport(context: ReportContext, colour: boolean): string {
  const paint = createColors(colour);
  const blocks = context.result.findings.map((finding) => findingText(finding, context, paint));
  for (const { name, message } of context.unreadable)
    blocks.push(`${paint.red('cannot read')} ${oneLine(name)}: ${oneLine(message)}\n`);
  return `${blocks.join('\n')}${blocks.length > 0 ? '\n' : ''}${summaryText(context, paint)}\n`;
}

const COLOURS: { readonly [severity in Severity]: 'red' | 'yellow' | 'cyan' | 'dim' } = {
  error: 'red',
  warning: 'yellow',
  advice: 'cyan',
  note: 'dim',
};

/** A fix of the cause fixes all, so a few are enough to show. */
const MOST_CONSEQUENCES = 3;

function findingText(finding: Finding, context: ReportContext, paint: Paint): string {
  const { severity, code, message, hint, file, line, column, path, related, consequences } = finding;
  const head = `${paint[COLOURS[severity]](`${severity.padEnd(7)} ${code}`)}  ${paint.bold(oneLine(message))}`;
  const where = line === undefined ? `${file} ${path}` : placeText({ file, line, column });
  const lines = [head, `  ${paint.dim(oneLine(where))}`];
  const quoted = line === undefined ? undefined : context.line(file, line);
  if (quoted !== undefined && line !== undefined && column !== undefined) {
    const { endLine = line + 1, endColumn = column + 1 } = finding;
    const drawn = caretLines(quoted, { line, column, endLine, endColumn });
    lines.push(`${paint.dim(drawn.gutter)} ${drawn.shown}`);
    const under = ' '.repeat(drawn.indent) + paint[COLOURS[severity]](drawn.carets);
    lines.push(`${paint.dim(drawn.emptyGutter)} ${under}${hint ? ` ${oneLine(hint)}` : ''}`);
  } else if (hint) lines.push(`  ${oneLine(hint)}`);
  if (related) {
    lines.push(`  ${paint.dim(oneLine(`${related.message}: ${placeText(related)}`))}`);
  }
  for (const one of consequences.slice(0, MOST_CONSEQUENCES)) {
    lines.push(`  ${paint.dim(oneLine(`causes ${one.code}: ${one.message}: ${placeText(one)}`))}`);
  }
  const more = consequences.length - MOST_CONSEQUENCES;
  if (more > 0) lines.push(`  ${paint.dim(`and ${more} more that it causes`)}`);
  return `${lines.join('\n')}\n`;
}

const placeText = ({ file, line, column }: Pick<Finding, 'file' | 'line' | 'column'>): string =>
  line === undefined ? file : `${file}:${line}:${column}`;

function summaryText(context: ReportContext, paint: Paint): string {
  const { errors, warnings, advice, notes, suppressed, baselined, files, resources } = summarize(context);
  if (resources === 0 && context.result.findings.length === 0 && context.skipped?.length)
    return `${paint.yellow('nothing checked')}: no Kubernetes object in ${plural(files, 'file')}, and the rest was skipped`;
  if (resources === 0 && context.result.findings.length === 0)
    return `${paint.green('nothing found')}: no Kubernetes object in ${plural(files, 'file')}`;
  const seen = `${plural(resources, 'resource')} in ${plural(files, 'file')}`;
  const found = [
    ...(errors ? [paint.red(plural(errors, 'error'))] : []),
    ...(warnings ? [paint.yellow(plural(warnings, 'warning'))] : []),
    ...(advice ? [paint.cyan(`${advice} advice`)] : []),
    ...(notes ? [plural(notes, 'note')] : []),
  ];
  const fixable = context.result.findings.filter((one) => one.isFixable ?? (one.fix && isFixable(one.fix))).length;
  const rest = [
    ...(suppressed ? [`${suppressed} suppressed`] : []),
    ...(baselined ? [`${baselined} in the baseline`] : []),
    ...(fixable ? [`${fixable} can be fixed with --fix`] : []),
    ...(context.result.outdated ? [`${context.result.outdated} of the baseline are no more`] : []),
  ];
  const verdict = found.length > 0 ? found.join(', ') : paint.green('nothing found');
  const stated = context.stated === undefined ? '' : `, ${context.stated}`;
  return `${verdict} in ${seen}${stated}${rest.length > 0 ? ` (${rest.join(', ')})` : ''}`;
}
