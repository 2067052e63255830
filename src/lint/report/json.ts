import { jsonOf } from '../../formats/encode/json';
import { wholeMessage } from '../engine/finding';
import { type ReportContext, summarize } from './summary';

/** For programs. Positions are null for objects that were never text; a namespace is null if none is given. */
export function jsonReport(context: ReportContext): string {
  const findings = context.result.findings.map((finding) => ({
    code: finding.code,
    severity: finding.severity,
    message: wholeMessage(finding),
    file: finding.file,
    line: finding.line ?? null,
    column: finding.column ?? null,
    path: finding.path,
    resource: finding.resource ? { ...finding.resource, namespace: finding.resource.namespace ?? null } : null,
    ...(finding.consequences.length > 0
      ? {
          consequences: finding.consequences.map(({ code, message, file, line, column }) => ({
            code,
            message,
            file,
            line: line ?? null,
            column: column ?? null,
          })),
        }
      : {}),
  }));
  return `${jsonOf({ versions: context.versions, findings, summary: summarize(context) }, 2)}\n`;
}
