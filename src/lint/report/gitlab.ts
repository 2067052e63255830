import { jsonOf } from '../../formats/encode/json';
import { pageOf, type Severity } from '../../rules';
import { wholeMessage } from '../engine/finding';
import { fingerprints } from './fingerprint';
import type { ReportContext } from './summary';

const SEVERITIES: { readonly [severity in Severity]: string } = {
  error: 'critical',
  warning: 'major',
  advice: 'minor',
  note: 'info',
};

/**
 * For GitLab's Code Quality.
 *
 * @see https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
 */
export function gitlabReport({ result, unreadable }: ReportContext): string {
  // Numbered together, so that no two of them are the same.
  const unread = unreadable.map(({ name }) => ({ code: 'unreadable', file: name, path: '' }));
  const ids = fingerprints([...result.findings, ...unread]);
  const issues = result.findings.map((finding, index) => ({
    description: wholeMessage(finding),
    check_name: finding.code,
    fingerprint: ids[index],
    severity: SEVERITIES[finding.severity],
    location: { path: finding.file, lines: { begin: finding.line ?? 1 } },
    content: { body: pageOf(finding.code) },
  }));
  const broken = unreadable.map(({ name, message }, index) => ({
    description: `cannot read: ${message}`,
    check_name: 'unreadable',
    fingerprint: ids[result.findings.length + index],
    severity: 'blocker',
    location: { path: name, lines: { begin: 1 } },
  }));
  return `${jsonOf([...issues, ...broken], 2)}\n`;
}
