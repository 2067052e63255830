import type { Graph, Unreadable } from '../../graph';
import type { Format } from '../report';
import { packageVersion } from '../../formats/package-version';
import { atLeast, countBySeverity, type LintResult } from '../engine/lint';
import { type Finding } from '../engine/finding';
import { pageOf, RULES, type Severity } from '../../rules';

/** The severity of a finding. */
export enum LintSeverity {
  /** It will be refused or will break. */
  ERROR = 'error',
  /** It will not protect or will drift. */
  WARNING = 'warning',
  /** It works, but another way is better. */
  ADVICE = 'advice',
  /** It names something outside the given manifests, which may exist or not. */
  NOTE = 'note',
}

/** The format of a report. */
export enum LintFormat {
  /** For people: the line of the finding, with a caret. */
  TEXT = 'text',
  /** For programs. */
  JSON = 'json',
  /** For code scanning. */
  SARIF = 'sarif',
  /** For systems that show tests. */
  JUNIT = 'junit',
  /** Annotations of GitHub Actions. */
  GITHUB = 'github',
  /** GitLab's code quality report. */
  GITLAB = 'gitlab',
}

/** The object that a finding is about. */
export interface LintedResource {
  /** Such as `argoproj.io/v1alpha1`. */
  readonly apiVersion: string;
  /** Such as `Rollout`. */
  readonly kind: string;
  /** Empty where the manifest has none. */
  readonly name: string;
  /**
   * The namespace.
   *
   * @default - the manifest gives none
   */
  readonly namespace?: string;
}

/** A finding that another finding causes. */
export interface LintConsequence {
  /** The rule, such as `REF006`. */
  readonly code: string;
  /** The message. */
  readonly message: string;
  /** The file; for constructs the path of the construct. */
  readonly file: string;
  /**
   * The line, counting from 1.
   *
   * @default - it is in no text: what was looked at are constructs
   */
  readonly line?: number;
  /**
   * The column, counting from 1 in UTF-16 code units.
   *
   * @default - it is in no text: what was looked at are constructs
   */
  readonly column?: number;
}

/** A finding and its place. */
export interface LintFinding {
  /** The rule, such as `REF004`. */
  readonly code: string;
  /** The severity. */
  readonly severity: LintSeverity;
  /** The message, with a suggestion where one is known. */
  readonly message: string;
  /** The page of the rule, which explains it. */
  readonly url: string;
  /** The file; for constructs the path of the construct. */
  readonly file: string;
  /**
   * The line, counting from 1.
   *
   * @default - it is in no text: what was looked at are constructs
   */
  readonly line?: number;
  /**
   * The column, counting from 1 in UTF-16 code units.
   *
   * @default - it is in no text: what was looked at are constructs
   */
  readonly column?: number;
  /** The field, such as `spec.strategy.canary.steps[1]`; empty for what is in no object. */
  readonly path: string;
  /**
   * The object.
   *
   * @default - it is in no object, as when YAML cannot be read
   */
  readonly resource?: LintedResource;
  /** Findings that this one causes. They need no fix of their own. */
  readonly consequences: LintConsequence[];
}

/** A file or folder that cannot be read. */
export interface UnreadableManifest {
  /** The name as it was given. */
  readonly name: string;
  /** Why. */
  readonly message: string;
}

/** The result of a run: findings in the order of the files, and within a file from top to bottom. */
export class LintReport {
  /** Every finding. */
  public readonly findings: LintFinding[];
  /** Files that could not be read. */
  public readonly unreadable: UnreadableManifest[];
  /** Number of findings that the manifests suppress. */
  public readonly suppressed: number;
  /** Number of findings that the baseline contains. */
  public readonly baselined: number;
  /** Whether a finding has at least the severity that fails, or a file cannot be read. */
  public readonly failed: boolean;

  /** @internal */
  public readonly _graph: Graph;

  /** @internal */
  public static _of(
    graph: Graph,
    result: LintResult,
    unreadable: readonly Unreadable[],
    failOn: Severity | 'never',
  ): LintReport {
    return new LintReport(graph, result, unreadable, failOn);
  }

  private constructor(
    graph: Graph,
    private readonly _result: LintResult,
    unreadable: readonly Unreadable[],
    private readonly _failOn: Severity | 'never',
  ) {
    this._graph = graph;
    this.findings = _result.findings.map(published);
    this.unreadable = unreadable.map(({ name, message }) => ({ name, message }));
    this.suppressed = _result.suppressed;
    this.baselined = _result.baselined;
    this.failed =
      unreadable.length > 0 ||
      (_failOn !== 'never' && _result.findings.some(({ severity }) => atLeast(severity, _failOn)));
  }

  /**
   * The number of findings of a severity.
   *
   * @param severity which
   */
  public count(severity: LintSeverity): number {
    return countBySeverity(this._result.findings)[severity];
  }

  /**
   * The report as the command line writes it, without colours.
   *
   * @param format how; text where it is left out
   */
  public write(format: LintFormat = LintFormat.TEXT): string {
    const files = new Map(this._graph.files.map((file) => [file.name, file]));
    // Loaded on demand: rendering an app does not need it.
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    const { writeReport } = require('../report') as typeof import('../report');
    return writeReport(
      {
        result: this._result,
        rules: RULES,
        files: this._graph.files.length,
        resources: this._graph.resources.length,
        unreadable: this.unreadable,
        version: packageVersion(),
        line: (file, line) => files.get(file)?.line(line),
      },
      { format: format as Format, colour: false, failOn: this._failOn },
    );
  }
}

function published(finding: Finding): LintFinding {
  const { code, severity, message, hint, file, line, column, path, resource, consequences } = finding;
  return {
    code,
    severity: severity as LintSeverity,
    message: hint === undefined ? message : `${message}; ${hint}`,
    url: pageOf(code),
    file,
    line,
    column,
    path,
    resource,
    consequences: consequences.map((one) => ({ ...one })),
  };
}
