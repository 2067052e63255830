import { countBySeverity, type LintResult } from '../engine/lint';
import { type Rule } from '../../rules';
import type { Versions } from '../../versions';

/** What a report needs besides the findings. */
export interface ReportContext {
  readonly result: LintResult;
  readonly rules: readonly Rule[];
  /** Number of files that were read, and of resources in them. */
  readonly files: number;
  readonly resources: number;
  /** Files that could not be read. */
  readonly unreadable: readonly { readonly name: string; readonly message: string }[];
  /** What was left out on purpose, such as Helm templates. */
  readonly skipped?: readonly { readonly name: string; readonly message: string }[];
  /** The releases that it is made for, in words, such as `for Argo Rollouts 1.9`; undefined where they are not printed. */
  readonly stated?: string;
  /** The releases that it is made for. @default not in the report */
  readonly versions?: Versions;
  /** The version of this program. */
  readonly version: string;
  /** The text of a line of a file that was read, counting from 1. */
  readonly line: (file: string, line: number) => string | undefined;
}

/** The counts of a run. */
export interface Summary {
  readonly files: number;
  readonly resources: number;
  readonly errors: number;
  readonly warnings: number;
  readonly advice: number;
  readonly notes: number;
  readonly suppressed: number;
  readonly baselined: number;
  readonly unreadable: number;
}

/** Counts. */
export function summarize({ result, files, resources, unreadable }: ReportContext): Summary {
  const counts = countBySeverity(result.findings);
  return {
    files,
    resources,
    errors: counts.error,
    warnings: counts.warning,
    advice: counts.advice,
    notes: counts.note,
    suppressed: result.suppressed,
    baselined: result.baselined,
    unreadable: unreadable.length,
  };
}
