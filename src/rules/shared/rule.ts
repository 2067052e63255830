import type { Releases } from '../../versions';
import type { Place, Range } from '../../formats/source';
import type { Field, Graph } from '../../graph';
import type { Fix } from './fix';

/**
 * error: will be refused, or will break. warning: will not protect, or will drift. advice: another way is better. note:
 * names something outside the given set, which may exist or not.
 */
export type Severity = 'error' | 'warning' | 'advice' | 'note';

/** The severities, from the highest to the lowest. */
export const SEVERITIES: readonly Severity[] = ['error', 'warning', 'advice', 'note'];

/** The names of the groups by the first three letters of a code, in the order of the documentation. */
export const GROUPS = {
  SCH: 'schema',
  ROL: 'Rollout structure',
  REF: 'references',
  TRF: 'traffic',
  ANA: 'analysis limits and timing',
  CON: 'conditions',
  PRM: 'PromQL',
  MON: 'monitoring',
  MSH: 'mesh',
  SCL: 'scaling',
  GIT: 'GitOps drift',
  SEC: 'security',
  FLG: 'Flagger',
  SUP: 'suppressions',
} as const;

/** The first three letters of a code. */
export type Group = keyof typeof GROUPS;

/** The corresponding check of another tool, by its code or its message. Undefined if it has none. */
export interface Peers {
  /** `kubectl argo rollouts lint`, or only the controller where it says so. */
  readonly argo?: string;
  readonly istioctl?: string;
  readonly kiali?: string;
  readonly kubeLinter?: string;
  readonly pint?: string;
  /** Others, by name. */
  readonly other?: string;
}

/** The details of a finding, besides the field and the message. */
export interface Details {
  /** Point at the key instead of the value: for a field that should not be there. */
  readonly on?: 'key' | 'value';
  /** Point at a part of the value, by offsets in the string. */
  readonly within?: Range;
  /** What may have been meant, and where that stands: `did you mean 'x' (file:line)?` */
  readonly didYouMean?: { readonly name: string; readonly field?: Field };
  /** The right value, in a few words; shown under the caret. */
  readonly hint?: string;
  /** Another place that has to do with it. */
  readonly related?: { readonly field: Field; readonly message: string };
  /**
   * The finding is that a referenced object is not in the given set. It is a note, unless `--closed-world` is given or
   * `didYouMean` shows a typo.
   */
  readonly outside?: boolean;
  /**
   * Fields that may be the cause: if another rule reports one of them with at least this severity, this finding is listed
   * below that one.
   */
  readonly because?: readonly Field[];
  /** Findings of all rules that share this are one mistake: the most severe is reported, the others are listed below it. */
  readonly mistake?: { readonly in: Field; readonly what: string };
  /**
   * The roots of the Rollouts that it is about, where the field is in another object, which several can use, and is wrong
   * for these. Default: the object of the field, and so all that use it
   */
  readonly about?: readonly Field[];
  /** Overrides the severity of the rule. */
  readonly severity?: Severity;
  /** A fix that needs no decision. */
  readonly fix?: Fix;
}

/** Reports a finding. The message is one sentence with the actual values and no full stop. */
export interface Report {
  (field: Field, message: string, details?: Details): void;
  /** For an error in a text that is not a resource. */
  readonly at: (place: Place, message: string) => void;
}

/** A rule, and the content of its page. */
export interface Rule {
  /** The group, and three digits. Never used for anything else again. */
  readonly code: string;
  readonly severity: Severity;
  /** The highest severity of its findings. Default: `severity` */
  readonly upTo?: Severity;
  /** The symptom in the field's words, as a short statement without a full stop. */
  readonly title: string;
  /** Why it matters: two to five sentences with the consequence, its figures and, where there is one, the source. Markdown. */
  readonly why: string;
  /** What to do. Markdown. */
  readonly fix: string;
  /** In which setups the rule does not apply, so that it is better ignored there. Markdown. */
  readonly whenNotToUse?: string;
  /** The releases that it applies to, and the system whose code confirms it. Markdown. */
  readonly confirmedBy?: string;
  /** The smallest manifest that violates it. */
  readonly bad: string;
  /** The same manifest without the mistake: the rule finds nothing in it. */
  readonly good: string;
  readonly peers?: Peers;
  /** The releases on which the example is wrong; default: the newest. */
  readonly releases?: Partial<Releases>;
  /** Checks the whole graph. For a rule that compares the things that it looks at with each other. */
  check?(graph: Graph, report: Report): void;
  /**
   * Checks part of the graph: of each list that it goes through, only what `part` gives, which it calls for the same lists in
   * the same order each time. What is found of one thing must not depend on the others in the list, so that several threads
   * can share the work. A rule has this or `check`; those about suppressions have neither, because the engine checks them.
   */
  checkPart?(graph: Graph, report: Report, part: Part): void;
}

/** The things of a list that are to be looked at: all of them, or those of one of several parts. */
export type Part = <T>(list: readonly T[]) => readonly T[];

/** The group of a rule's code. */
export function groupOf(code: string): Group {
  return code.slice(0, 3) as Group;
}

/** The address of the page of a rule. */
export function pageOf(code: string): string {
  return `https://github.com/cdk8s-canary/cdk8s-canary/blob/main/docs/rules/${code}.md`;
}
