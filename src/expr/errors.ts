/** A stretch of an expression, in UTF-16 code units: `from` inclusive, `to` exclusive. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/**
 * This evaluator cannot evaluate the expression with certainty (time, random map order, ...), so it makes no statement
 * about the controller.
 */
export class UnsupportedExpression extends Error {
  constructor(
    /** What is not supported, in words. */
    readonly what: string,
    readonly expression: string,
    readonly span: Span,
  ) {
    super(
      `cannot judge the condition '${expression}': ${what} (at column ${span.from + 1}: '${expression.slice(span.from, span.to)}')`,
    );
    this.name = 'UnsupportedExpression';
  }
}

/** Where an expression went wrong: it is not in the grammar, its types do not fit, or it failed while it ran. */
export type ExpressionStage = 'parse' | 'check' | 'run';

/**
 * An error with which the controller reports a measurement as Error. It is not thrown out of this folder; it becomes an
 * outcome.
 */
export class ExpressionError extends Error {
  constructor(
    message: string,
    readonly stage: ExpressionStage,
    readonly span: Span,
  ) {
    super(message);
    this.name = 'ExpressionError';
  }
}
