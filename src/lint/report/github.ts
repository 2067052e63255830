import { severalLines } from '../../formats/encode/terminal';
import { type Severity } from '../../rules';
import { wholeMessage } from '../engine/finding';
import type { ReportContext } from './summary';

const COMMANDS: { readonly [severity in Severity]: string } = {
  error: 'error',
  warning: 'warning',
  advice: 'notice',
  note: 'notice',
};

/**
 * For GitHub Actions: workflow commands that become annotations of the lines.
 *
 * @see https://docs.github.com/actions/reference/workflow-commands-for-github-actions
 */
export function githubReport({ result, unreadable }: ReportContext): string {
  const lines = result.findings.map((finding) => {
    const { line, column, endLine, endColumn, code, file } = finding;
    const place = line === undefined ? '' : `,line=${line},col=${column},endLine=${endLine},endColumn=${endColumn}`;
    const command = COMMANDS[finding.severity];
    return `::${command} file=${property(file)}${place},title=${property(code)}::${data(wholeMessage(finding))}`;
  });
  for (const { name, message } of unreadable)
    lines.push(`::error file=${property(name)}::${data(`cannot read: ${message}`)}`);
  return lines.map((line) => `${line}\n`).join('');
}

/** The runner reads `%0D` and `%0A` back. Of other control characters, which its log would obey, the escape is shown. */
const data = (text: string): string =>
  text.replaceAll('%', '%25').split('\r').map(severalLines).join('%0D').replaceAll('\n', '%0A');

const property = (text: string): string => data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
