/**
 * What an analysis does when Prometheus has no data for the canary: the query returned no series, or `NaN`.
 *
 * Argo Rollouts itself makes an empty result an error, which aborts the rollout after five in a row, and lets a lone
 * failure condition pass on `NaN`. So the choice is always made here, and written into the conditions.
 *
 * @see https://argo-rollouts.readthedocs.io/en/stable/features/analysis/#handling-metric-results
 */
export class NoData {
  /**
   * No data passes: right where silence is good news, and traffic is certain by other means.
   */
  public static succeed(): NoData {
    return new NoData('succeed');
  }

  /**
   * No data fails: the rollout is aborted where the canary cannot be judged.
   */
  public static fail(): NoData {
    return new NoData('fail');
  }

  /**
   * No data is inconclusive: the rollout waits for a person, neither rolled back nor promoted.
   */
  public static pause(): NoData {
    return new NoData('pause');
  }

  /**
   * The condition is left unguarded: an empty result is an error, retried every 10 s, and five in a row abort the
   * rollout; `NaN` fails. What hand-written templates do, and seldom what is wanted.
   */
  public static error(): NoData {
    return new NoData('error');
  }

  private constructor(
    /**
     * The policy's name.
     * @internal
     */
    public readonly _policy: 'succeed' | 'fail' | 'pause' | 'error',
  ) {}
}

/**
 * What the measured value must keep to.
 */
export class Threshold {
  /**
   * The value must be this or less.
   * @param value In the unit of the query.
   */
  public static atMost(value: number): Threshold {
    return new Threshold('<=', '>', value);
  }

  /**
   * The value must be less than this.
   * @param value In the unit of the query.
   */
  public static below(value: number): Threshold {
    return new Threshold('<', '>=', value);
  }

  /**
   * The value must be this or more.
   * @param value In the unit of the query.
   */
  public static atLeast(value: number): Threshold {
    return new Threshold('>=', '<', value);
  }

  /**
   * The value must be more than this.
   * @param value In the unit of the query.
   */
  public static above(value: number): Threshold {
    return new Threshold('>', '<=', value);
  }

  /**
   * The value must be within these two, themselves included.
   * @param min The least, in the unit of the query.
   * @param max The most.
   */
  public static between(min: number, max: number): Threshold {
    return new Threshold('>=', '<', min, Threshold.atMost(max));
  }

  private constructor(
    private readonly operator: string,
    private readonly opposite: string,
    private readonly value: number,
    /** What it must keep to as well. */
    private readonly and?: Threshold,
  ) {}

  /**
   * That a value keeps to it.
   * @internal
   */
  public _holds(result: string): string {
    const own = `${result} ${this.operator} ${this.value}`;
    return this.and ? `(${own} && ${this.and._holds(result)})` : own;
  }

  /**
   * That a value does not; `NaN` is neither.
   * @internal
   */
  public _fails(result: string): string {
    const own = `${result} ${this.opposite} ${this.value}`;
    return this.and ? `(${own} || ${this.and._fails(result)})` : own;
  }

  /** @internal */
  public get _problems(): string[] {
    const problems = [this.value, ...(this.and ? [this.and.value] : [])]
      .filter((value) => !Number.isFinite(value))
      .map((value) => `a threshold is ${value}; give a finite number in the unit of the query`);
    if (this.and && this.value > this.and.value) {
      problems.push(`a threshold is between ${this.value} and ${this.and.value}; give the smaller one first`);
    }
    return problems;
  }
}

/**
 * The expressions of a `Condition`, as Argo Rollouts evaluates them.
 */
export interface ConditionExpressions {
  /**
   * The measurement is successful when this is true.
   * @default - none: whatever does not fail is successful
   */
  readonly success?: string;

  /**
   * The measurement has failed when this is true, whatever `success` says.
   * @default - none: whatever is not successful has failed
   */
  readonly failure?: string;
}

/**
 * When a measurement is successful, failed or inconclusive: the `successCondition` and `failureCondition` of a metric.
 */
export class Condition {
  /**
   * The query's one value against a threshold, with the no-data policy written out. The query must return at most one
   * series: of several, Argo Rollouts compares whichever comes first.
   *
   * @param threshold What the value must keep to.
   * @param noData What happens when there is none. Default: `NoData.pause()`.
   */
  public static threshold(threshold: Threshold, noData: NoData = NoData.pause()): Condition {
    const value = threshold._holds('result[0]');
    const problems = threshold._problems;
    switch (noData._policy) {
      case 'fail':
        return new Condition(`len(result) > 0 && !isNaN(result[0]) && ${value}`, undefined, problems);
      case 'succeed':
        return new Condition(`len(result) == 0 || isNaN(result[0]) || ${value}`, undefined, problems);
      case 'pause':
        // Two conditions that NaN and an empty result both leave false: neither success nor failure.
        return new Condition(
          `len(result) > 0 && ${value}`,
          `len(result) > 0 && ${threshold._fails('result[0]')}`,
          problems,
        );
      case 'error':
        return new Condition(value, undefined, problems);
    }
  }

  /**
   * One number against a threshold, for providers whose result is a number and no list: Datadog, Wavefront, a web
   * request with a `jsonPath`. No data is then no value at all.
   *
   * @param threshold What the value must keep to.
   * @param noData What happens when there is none. Default: `NoData.pause()`.
   */
  public static scalar(threshold: Threshold, noData: NoData = NoData.pause()): Condition {
    // The language checks types before it runs, and would refuse to compare nothing even behind `!isNil(result) &&`.
    const result = noData._policy === 'error' ? 'result' : 'default(result, 0)';
    const value = threshold._holds(result);
    const problems = threshold._problems;
    switch (noData._policy) {
      case 'fail':
        return new Condition(`!isNil(result) && ${value}`, undefined, problems);
      case 'succeed':
        return new Condition(`isNil(result) || ${value}`, undefined, problems);
      case 'pause':
        return new Condition(`!isNil(result) && ${value}`, `!isNil(result) && ${threshold._fails(result)}`, problems);
      case 'error':
        return new Condition(value, undefined, problems);
    }
  }

  /**
   * Expressions of one's own, in the language of expr-lang, with `result` as the query's result: a list of numbers for
   * Prometheus.
   *
   * @param expressions At least one of the two: with neither, Argo Rollouts passes every measurement.
   * @see https://expr-lang.org/docs/language-definition
   */
  public static expression(expressions: ConditionExpressions): Condition {
    const given = [expressions.success, expressions.failure].filter((text) => text?.trim());
    const problems =
      given.length > 0
        ? []
        : [
            'a condition has neither success nor failure, so every measurement would pass; give at least one expression',
          ];
    return new Condition(expressions.success, expressions.failure, problems);
  }

  /**
   * The rendered `successCondition`.
   * @default - none
   */
  public readonly successCondition?: string;

  /**
   * The rendered `failureCondition`.
   * @default - none
   */
  public readonly failureCondition?: string;

  /** @internal */
  public readonly _problems: readonly string[];

  private constructor(success: string | undefined, failure: string | undefined, problems: string[]) {
    this.successCondition = success;
    this.failureCondition = failure;
    this._problems = problems;
  }
}
