import { memoize } from '../formats/memoize';
import { checkTypes } from './check';
import { ENGINES, NEWEST_ENGINE, type Engine, type EngineRelease } from './engine';
import { ExpressionError, type ExpressionStage, type Span } from './errors';
import { optimise } from './fold';
import { parseAfresh, parseCondition } from './parse';
import { compile } from './run';
import { typeName, type GoType } from './types';
import { fromResult, typeOf, type GoValue, type MeasuredResult, type ResultSource } from './value';

/** The result of a condition: true, false, or the error that the controller would report. */
export type Outcome =
  | { readonly value: boolean }
  | { readonly error: { readonly message: string; readonly stage: ExpressionStage } & Span };

/** The phases of a measurement. */
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

const cache = (release: EngineRelease, source: ResultSource): ((expression: string) => Evaluate) =>
  memoize((expression) => prepare(expression, source, ENGINES[release]));

const prepared: {
  readonly [release in EngineRelease]: { readonly [source in ResultSource]: ReturnType<typeof cache> };
} = {
  '1.15.5': { prometheus: cache('1.15.5', 'prometheus'), json: cache('1.15.5', 'json') },
  '1.17.7': { prometheus: cache('1.17.7', 'prometheus'), json: cache('1.17.7', 'json') },
};

/**
 * A condition that is compiled to be evaluated many times. It is compiled once for each type of result, because the
 * language checks types before it runs: `result >= 1` is an error on a vector even behind `false &&`.
 */
export function prepareCondition(
  expression: string,
  source: ResultSource = 'prometheus',
  release: EngineRelease = NEWEST_ENGINE,
): Evaluate {
  return prepared[release][source](expression);
}

function prepare(expression: string, source: ResultSource, engine: Engine): Evaluate {
  const parsed = parseCondition(expression, engine.release);
  const programs = new Map<string, Program>();
  const programFor = (type: GoType): Program => {
    const key = typeName(type);
    let program = programs.get(key);
    if (program === undefined) {
      program = build(expression, type, engine);
      programs.set(key, program);
    }
    return program;
  };
  return (result) => {
    if (parsed.beyond) throw parsed.beyond;
    if (parsed.error) return { error: { ...parsed.error, stage: 'parse' } };
    const value = fromResult(result, source);
    const program = programFor(typeOf(value));
    return 'error' in program ? failure(program.error) : execute(program.run, value, expression);
  };
}

function build(expression: string, type: GoType, engine: Engine): Program {
  // A tree of its own for each type of result: the check writes types into it.
  const { ast } = parseAfresh(expression, engine);
  try {
    return { run: compile(optimise(checkTypes(ast!, type, expression, engine), engine), expression, engine) };
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

/** As `assess`, for many results. */
export function prepareAssessment(
  { successCondition, failureCondition }: Conditions,
  source?: ResultSource,
  release: EngineRelease = NEWEST_ENGINE,
): (result: MeasuredResult) => Assessment {
  const success = successCondition ? prepareCondition(successCondition, source, release) : undefined;
  const failed = failureCondition ? prepareCondition(failureCondition, source, release) : undefined;
  const problem = (name: string, condition: string, result: MeasuredResult, message: string): Assessment => ({
    phase: 'Error',
    message: ENGINES[release].explainsErrors ? explained(name, condition, result, message) : message,
  });
  return (result) => {
    const succeeded = success?.(result);
    if (succeeded && 'error' in succeeded) {
      return problem('successCondition', successCondition!, result, succeeded.error.message);
    }
    const failing = failed?.(result);
    if (failing && 'error' in failing) {
      return problem('failureCondition', failureCondition!, result, failing.error.message);
    }
    // Without the one condition, the other decides alone.
    const fails = failing?.value ?? (succeeded !== undefined && !succeeded.value);
    const succeeds = succeeded?.value ?? !fails;
    if (fails) return { phase: 'Failed' };
    return { phase: succeeds ? 'Successful' : 'Inconclusive' };
  };
}

/** The message of Argo Rollouts 1.10, which gives the lack of data as the reason wherever data are lacking. */
function explained(name: string, condition: string, result: MeasuredResult, message: string): string {
  const nothing = result === null || (Array.isArray(result) && result.length === 0);
  const reason = nothing ? 'metric result is nil or empty: no data returned from the metric provider' : message;
  return `could not evaluate ${name} "${condition}": ${reason}`;
}

/**
 * Determines the phase of a measurement as the controller's EvaluateResult does: failure wins over success, neither of
 * the two is Inconclusive, no condition at all is Successful, and an error in either is Error.
 */
export function assess(
  conditions: Conditions,
  result: MeasuredResult,
  source?: ResultSource,
  release?: EngineRelease,
): Assessment {
  return prepareAssessment(conditions, source, release)(result);
}
