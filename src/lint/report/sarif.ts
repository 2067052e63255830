import { jsonOf } from '../../formats/encode/json';
import { type Finding, wholeMessage } from '../engine/finding';
import { pageOf, type Severity } from '../../rules';
import { fingerprints } from './fingerprint';
import type { ReportContext } from './summary';

const LEVELS: { readonly [severity in Severity]: string } = {
  error: 'error',
  warning: 'warning',
  advice: 'note',
  note: 'note',
};

/**
 * For code scanning.
 *
 * @see https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
 */
export function sarifReport({ result, rules, unreadable, version, versions }: ReportContext): string {
  const found = new Set(result.findings.map(({ code }) => code));
  const used = rules.filter(({ code }) => found.has(code));
  const ids = fingerprints(result.findings);
  const driver = {
    name: 'cdk8s-canary',
    version,
    informationUri: 'https://github.com/cdk8s-canary/cdk8s-canary',
    rules: used.map(({ code, title, why, fix, severity }) => ({
      id: code,
      shortDescription: { text: title },
      fullDescription: { text: why },
      help: { text: fix, markdown: fix },
      helpUri: pageOf(code),
      defaultConfiguration: { level: LEVELS[severity] },
    })),
  };
  const results = result.findings.map((finding, index) => ({
    ruleId: finding.code,
    ruleIndex: used.findIndex(({ code }) => code === finding.code),
    level: LEVELS[finding.severity],
    message: { text: wholeMessage(finding) },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: uriOf(finding.file) },
          region: finding.line && {
            startLine: finding.line,
            startColumn: finding.column,
            endLine: finding.endLine,
            endColumn: finding.endColumn,
          },
        },
        logicalLocations: finding.path ? [{ fullyQualifiedName: finding.path }] : undefined,
      },
    ],
    relatedLocations: relatedLocations(finding),
    partialFingerprints: { 'cdk8sCanary/v1': ids[index] },
  }));
  const invocation = {
    executionSuccessful: unreadable.length === 0,
    toolExecutionNotifications: unreadable.map(({ name, message }) => ({
      level: 'error',
      message: { text: `cannot read ${name}: ${message}` },
    })),
  };
  return `${jsonOf(
    {
      $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
      version: '2.1.0',
      runs: [
        {
          tool: { driver },
          columnKind: 'utf16CodeUnits',
          invocations: [invocation],
          results,
          properties: versions && { versions },
        },
      ],
    },
    2,
  )}\n`;
}

/** Related places of a finding, and findings that it causes. */
function relatedLocations({ related, consequences }: Finding): object[] | undefined {
  const all = [...(related ? [related] : []), ...consequences];
  if (all.length === 0) return undefined;
  return all.map(({ message, file, line, column }, id) => ({
    id,
    message: { text: message },
    physicalLocation: {
      artifactLocation: { uri: uriOf(file) },
      region: line && { startLine: line, startColumn: column },
    },
  }));
}

/** A lone surrogate, which a file name can contain on some systems, is not allowed in a URI. */
const wellFormed = (text: string): string => Buffer.from(text).toString();

const uriOf = (file: string): string =>
  wellFormed(file).replaceAll('\\', '/').split('/').map(encodeURIComponent).join('/');
