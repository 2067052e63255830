import type { Graph, Unreadable } from '../../graph';
import type { Format } from '../report';
import { packageVersion } from '../../formats/package-version';
import { atLeast, countBySeverity, type LintResult } from '../engine/lint';
import { type Finding } from '../engine/finding';
import { pageOf, RULES, type Severity } from '../../rules';

/** The severity of a finding. */
export enum LintSeverity {
  /** The manifests will be refused, or will not work. */
  ERROR = 'error',
  /** The canary does not protect users, or the state drifts. */
  WARNING = 'warning',
  /** There is a better way. */
  ADVICE = 'advice',
  /** A reference to something outside the given manifests, which may exist. */
  NOTE = 'note',
}

/** The format of a report. */
export enum LintFormat {
  /** Text, with the line and a caret. */
  TEXT = 'text',
  /** JSON. */
  JSON = 'json',
  /** SARIF, for code scanning. */
  SARIF = 'sarif',
  /** JUnit, for CI systems that show tests. */
  JUNIT = 'junit',
  /** Annotations of GitHub Actions. */
  GITHUB = 'github',
  /** The code quality report of GitLab. */
  GITLAB = 'gitlab',
}

/** The object of a finding. */
export interface LintedResource {
  /** Such as `argoproj.io/v1alpha1`. */
  readonly apiVersion: string;
  /** Such as `Rollout`. */
  readonly kind: string;
  /** The name; empty if the manifest has none. */
  readonly name: string;
  /**
   * The namespace.
   *
   * @default - none in the manifest
   */
  readonly namespace?: string;
}

/** A finding that is only a consequence of another finding. */
export interface LintConsequence {
  /** The rule, such as `REF006`. */
  readonly code: string;
  /** The problem. */
  readonly message: string;
  /** The file, or the path of the construct. */
  readonly file: string;
  /**
   * The line, counting from 1.
   *
   * @default - none for constructs
   */
  readonly line?: number;
  /**
   * The column, counting from 1 in UTF-16 code units.
   *
   * @default - none for constructs
   */
  readonly column?: number;
}

/** A finding: a problem with its position. */
export interface LintFinding {
  /** The rule, such as `REF004`. */
  readonly code: string;
  /** The severity. */
  readonly severity: LintSeverity;
  /** The problem, and the likely intention if it is known. */
  readonly message: string;
  /** The page that explains why it matters and what to do. */
  readonly url: string;
  /** The file, or the path of the construct. */
  readonly file: string;
  /**
   * The line, counting from 1.
   *
   * @default - none for constructs
   */
  readonly line?: number;
  /**
   * The column, counting from 1 in UTF-16 code units.
   *
   * @default - none for constructs
   */
  readonly column?: number;
  /** The field, such as `spec.strategy.canary.steps[1]`; empty if it is not in an object. */
  readonly path: string;
  /**
   * The object.
   *
   * @default - none, for example for invalid YAML
   */
  readonly resource?: LintedResource;
  /** Consequences of the finding, which need no fix of their own. */
  readonly consequences: LintConsequence[];
}

/** A file or folder that cannot be read. */
export interface UnreadableManifest {
  /** The name, as given. */
  readonly name: string;
  /** The reason. */
  readonly message: string;
}

/** A report, in the order of the files, and within a file by position. */
export class LintReport {
  /** All findings. */
  public readonly findings: LintFinding[];
  /** Files and folders that cannot be read. */
  public readonly unreadable: UnreadableManifest[];
  /** The number of findings that comments in the manifests suppress. */
  public readonly suppressed: number;
  /** The number of findings in the baseline. */
  public readonly baselined: number;
  /** Whether the report failed: a finding has at least the minimum severity, or a file cannot be read. */
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
   * Counts the findings of a severity.
   *
   * @param severity The severity.
   */
  public count(severity: LintSeverity): number {
    return countBySeverity(this._result.findings)[severity];
  }

  /**
   * The report in the format of the command line, without colours.
   *
   * @param format The format. Default: text.
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
    consequences: consequences.map(({ about: _about, ...one }) => one),
  };
}
