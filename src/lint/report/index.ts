import type { Severity } from '../../rules';
import { githubReport } from './github';
import { gitlabReport } from './gitlab';
import { jsonReport } from './json';
import { junitReport } from './junit';
import { sarifReport } from './sarif';
import type { ReportContext } from './summary';
import { textReport } from './text';

/** How findings can be written. */
export const FORMATS = ['text', 'json', 'sarif', 'junit', 'github', 'gitlab'] as const;

/** How findings are written. */
export type Format = (typeof FORMATS)[number];

/** What bears on the look of a report. */
export interface ReportOptions {
  readonly format: Format;
  /** Only the text has colours. */
  readonly colour: boolean;
  readonly failOn: Severity | 'never';
}

/** Writes a report. */
export function writeReport(context: ReportContext, { format, colour, failOn }: ReportOptions): string {
  switch (format) {
    case 'text':
      return textReport(context, colour);
    case 'json':
      return jsonReport(context);
    case 'sarif':
      return sarifReport(context);
    case 'junit':
      return junitReport(context, failOn);
    case 'github':
      return githubReport(context);
    case 'gitlab':
      return gitlabReport(context);
  }
}

export { type ReportContext, type Summary } from './summary';
export { ruleListJson, ruleListText } from './rule-list';
export { rulePage, ruleTable } from './rule-page';
export { ruleText } from './rule-text';
