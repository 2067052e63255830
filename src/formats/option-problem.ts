import type { Construct } from 'constructs';

/** Something wrong with the options of a construct or of a value. */
export interface OptionProblem {
  /** The option, from the construct or value that reports it: `steps[1].pause`. Empty for the whole. */
  readonly path: string;
  /** What was found, and what to do. */
  readonly message: string;
  /** The prefix of the message for a reader who does not see the path: `steps[1]: `. */
  readonly title?: string;
  /** Other options, from the same construct or value, whose values or absence lead to this problem. */
  readonly others?: readonly string[];
}

/** The result of a check of options, possibly nested. A text without a path is about the whole object. */
export type Found = OptionProblem | string | undefined | readonly Found[];

/**
 * Problems of an option, from the object that has the option.
 *
 * @param path The option: `pause`, `routes[0]`.
 * @param found The problems of its value, with paths from there.
 */
export function at(path: string, ...found: readonly Found[]): OptionProblem[] {
  return flatten(found).map((one) => ({
    ...one,
    path: joined(path, one.path),
    ...(one.others ? { others: one.others.map((other) => joined(path, other)) } : {}),
  }));
}

/** As `at`, for a problem that also depends on other options of the same object. */
export function dependent(path: string, others: readonly string[], message: string): OptionProblem {
  return { path, message, others };
}

/** As `at`, with a title for a reader who sees no paths. */
export function titled(path: string, title: string, ...found: readonly Found[]): OptionProblem[] {
  return at(path, ...found).map((one) => ({ ...one, title: `${title}${one.title ?? ''}` }));
}

/** The problems with a prefix before each message. */
export function prefixed(prefix: string, ...found: readonly Found[]): OptionProblem[] {
  return flatten(found).map((one) => ({ ...one, message: `${prefix}${one.message}` }));
}

/** The text of a problem for a reader who sees no path. */
function problemText({ title = '', message }: OptionProblem): string {
  return `${title}${message}`;
}

/** The problems, one after another, each with a path. */
export function flatten(found: readonly Found[]): OptionProblem[] {
  return found.flatMap((one): readonly OptionProblem[] => {
    if (one === undefined) return [];
    if (typeof one === 'string') return [{ path: '', message: one }];
    return 'message' in one ? [one] : flatten(one);
  });
}

function joined(path: string, rest: string): string {
  if (path === '' || rest === '') return path + rest;
  return rest.startsWith('[') ? path + rest : `${path}.${rest}`;
}

/** An option cannot be used. This is found only while the objects are rendered. */
export class OptionError extends Error {
  public override readonly name = 'OptionError';

  constructor(
    public readonly problem: OptionProblem,
    /** Further problems of the same object. */
    public readonly others: readonly OptionProblem[] = [],
  ) {
    super(problemText(problem));
  }
}

/** Whether an error is an `OptionError`, also one of another copy of this module. */
export function isOptionError(error: unknown): error is OptionError {
  return error instanceof Error && error.name === 'OptionError';
}

type Translate = (path: string) => string;

interface Reporter {
  readonly checks: (() => readonly Found[])[];
  translate?: Translate;
}

/** The same key in each copy of this module, because the command line is bundled into several files. */
const REPORTER = Symbol.for('cdk8s-canary.reporter');

function reporterOf(construct: Construct): Reporter | undefined {
  return (construct as { [REPORTER]?: Reporter })[REPORTER];
}

function makeReporter(construct: Construct): Reporter {
  const known = reporterOf(construct);
  if (known) return known;
  const made: Reporter = { checks: [] };
  Object.defineProperty(construct, REPORTER, { value: made });
  return made;
}

/** Adds a check to the validation of a construct. `reportedProblems` gives what it finds as values. */
export function addCheck(construct: Construct, check: () => readonly Found[]): void {
  makeReporter(construct).checks.push(check);
  construct.node.addValidation({ validate: () => flatten(check()).map(problemText) });
}

/**
 * States which options of the enclosing construct set the options of a construct.
 *
 * @param translate From an option of `construct` to one of the construct around it. Empty for the whole of that one.
 */
export function translateOptions(construct: Construct, translate: Translate): void {
  makeReporter(construct).translate = translate;
}

/**
 * The problems of all constructs in a tree, with the options of the outermost construct: each once. Those of constructs
 * of other libraries have no path.
 *
 * @public It is loaded by `require`, only when something is rendered.
 */
export function reportedProblems(root: Construct): OptionProblem[] {
  const all = root.node.findAll().flatMap((construct) => {
    const own = flatten((reporterOf(construct as Construct)?.checks ?? []).map((check) => check()));
    const texts = new Set(own.map(problemText));
    const others = construct.node.validate().filter((text) => !texts.has(text));
    return [...own, ...flatten(others)].map((one) => ({
      ...one,
      path: translated(construct as Construct, one.path),
      // An option that is absent is not translated.
      ...(one.others ? { others: one.others.map((other) => translated(construct as Construct, other) || other) } : {}),
    }));
  });
  return [...new Map(all.map((one) => [`${one.path} ${problemText(one)}`, one])).values()];
}

function translated(construct: Construct, path: string): string {
  return construct.node.scopes.reduceRight((found, scope) => {
    const { translate } = reporterOf(scope as Construct) ?? {};
    return translate ? translate(found) : found;
  }, path);
}
