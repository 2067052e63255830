import { remembered } from '../formats/memoize';
import { checkTypes } from './check';
import { ExpressionError, type ExpressionStage, type Span } from './errors';
import { optimise } from './fold';
import { parseAfresh, parseCondition } from './parse';
import { compile } from './run';
import { typeName, type GoType } from './types';
import { fromResult, typeOf, type GoValue, type MeasuredResult, type ResultSource } from './value';

/** What a condition comes to: true or false, or the error that the controller would report. */
export type Outcome =
  | { readonly value: boolean }
  | { readonly error: { readonly message: string; readonly stage: ExpressionStage } & Span };

/** How the controller files a measurement. */
export type MeasurementPhase = 'Successful' | 'Failed' | 'Inconclusive' | 'Error';

/** A measurement's phase, and for an Error the reason. */
export interface Assessment {
  readonly phase: MeasurementPhase;
  readonly message?: string;
}

/** The conditions of a metric; an empty one counts as absent, as it does for the controller. */
export interface Conditions {
  readonly successCondition?: string;
  readonly failureCondition?: string;
}

type Program = { readonly run: (result: GoValue) => GoValue } | { readonly error: ExpressionError };

type Evaluate = (result: MeasuredResult) => Outcome;

const prepared = {
  prometheus: remembered((expression) => prepare(expression, 'prometheus')),
  json: remembered((expression) => prepare(expression, 'json')),
};

/**
 * A condition made ready to be evaluated many times. It is compiled once for each type of result, because the language
 * checks types before it runs: `result >= 1` is an error on a vector even behind `false &&`.
 */
export function prepareCondition(expression: string, source: ResultSource = 'prometheus'): Evaluate {
  return prepared[source](expression);
}

function prepare(expression: string, source: ResultSource): Evaluate {
  const parsed = parseCondition(expression);
  const programs = new Map<string, Program>();
  const programFor = (type: GoType): Program => {
    const key = typeName(type);
    let program = programs.get(key);
    if (program === undefined) {
      program = build(expression, type);
      programs.set(key, program);
    }
    return program;
  };
  return (result) => {
    if (parsed.error) return { error: { ...parsed.error, stage: 'parse' } };
    const value = fromResult(result, source);
    const program = programFor(typeOf(value));
    return 'error' in program ? failure(program.error) : execute(program.run, value, expression);
  };
}

function build(expression: string, type: GoType): Program {
  // A tree of its own for each type of result: the check writes types into it.
  const { ast } = parseAfresh(expression);
  try {
    return { run: compile(optimise(checkTypes(ast!, type, expression)), expression) };
  } catch (error) {
    if (error instanceof ExpressionError) return { error };
    throw error;
  }
}

function execute(run: (result: GoValue) => GoValue, value: GoValue, expression: string): Outcome {
  try {
    const found = run(value);
    if (typeof found === 'boolean') return { value: found };
    const message = `expected bool, but got ${typeName(typeOf(found))}`;
    return { error: { message, stage: 'run', from: 0, to: expression.length } };
  } catch (error) {
    if (error instanceof ExpressionError) return failure(error);
    throw error;
  }
}

const failure = (error: ExpressionError): Outcome => ({
  error: { message: error.message, stage: error.stage, ...error.span },
});

/**
 * Evaluates a condition over a result as Argo Rollouts 1.7 to 1.9 does (expr 1.15). Throws UnsupportedExpression for
 * what it cannot judge with certainty.
 */
export function evaluate(expression: string, result: MeasuredResult, source?: ResultSource): Outcome {
  return prepareCondition(expression, source)(result);
}

/** As `assess`, for many results. */
export function prepareAssessment(
  { successCondition, failureCondition }: Conditions,
  source?: ResultSource,
): (result: MeasuredResult) => Assessment {
  const success = successCondition ? prepareCondition(successCondition, source) : undefined;
  const failed = failureCondition ? prepareCondition(failureCondition, source) : undefined;
  return (result) => {
    const succeeded = success?.(result);
    if (succeeded && 'error' in succeeded) return { phase: 'Error', message: succeeded.error.message };
    const failing = failed?.(result);
    if (failing && 'error' in failing) return { phase: 'Error', message: failing.error.message };
    // Without the one condition, the other decides alone.
    const fails = failing?.value ?? (succeeded !== undefined && !succeeded.value);
    const succeeds = succeeded?.value ?? !fails;
    if (fails) return { phase: 'Failed' };
    return { phase: succeeds ? 'Successful' : 'Inconclusive' };
  };
}

/**
 * Files one measurement as the controller's EvaluateResult does: failure wins over success, neither of the two is
 * Inconclusive, no condition at all is Successful, and an error in either is Error.
 */
export function assess(conditions: Conditions, result: MeasuredResult, source?: ResultSource): Assessment {
  return prepareAssessment(conditions, source)(result);
}
