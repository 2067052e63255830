/**
 * The policy for missing data: the query returned no series, or `NaN`.
 *
 * Argo Rollouts treats an empty result as an error, which aborts the rollout after five in a row, and a lone failure
 * condition passes on `NaN`. The policy is therefore explicit, and written into the conditions.
 *
 * @see https://argo-rollouts.readthedocs.io/en/stable/features/analysis/#handling-metric-results
 */
export class NoData {
  /**
   * Missing data passes: for queries whose empty result is good, with traffic that is ensured otherwise.
   */
  public static succeed(): NoData {
    return new NoData('succeed');
  }

  /**
   * Missing data fails: the rollout is aborted if the canary cannot be measured.
   */
  public static fail(): NoData {
    return new NoData('fail');
  }

  /**
   * Missing data is inconclusive: the rollout pauses for a manual decision.
   */
  public static pause(): NoData {
    return new NoData('pause');
  }

  /**
   * No guard in the condition: an empty result is an error, retried every 10 s, and five in a row abort the rollout;
   * `NaN` fails. Hand-written templates do this, but it is seldom intended.
   */
  public static error(): NoData {
    return new NoData('error');
  }

  /** Always true. Go compares types by their members, and so tells a NoData from other values. */
  public get isNoData(): boolean {
    return true;
  }

  private constructor(
    /**
     * The name of the policy.
     * @internal
     */
    public readonly _policy: 'succeed' | 'fail' | 'pause' | 'error',
  ) {}
}

/**
 * The threshold of the measured value.
 */
export class Threshold {
  /**
   * At most this value.
   * @param value The limit, in the unit of the query.
   */
  public static atMost(value: number): Threshold {
    return new Threshold('<=', '>', value);
  }

  /**
   * Less than this value.
   * @param value The limit, in the unit of the query.
   */
  public static below(value: number): Threshold {
    return new Threshold('<', '>=', value);
  }

  /**
   * At least this value.
   * @param value The limit, in the unit of the query.
   */
  public static atLeast(value: number): Threshold {
    return new Threshold('>=', '<', value);
  }

  /**
   * More than this value.
   * @param value The limit, in the unit of the query.
   */
  public static above(value: number): Threshold {
    return new Threshold('>', '<=', value);
  }

  /**
   * Between two values, inclusive.
   * @param min The minimum, in the unit of the query.
   * @param max The maximum.
   */
  public static between(min: number, max: number): Threshold {
    return new Threshold('>=', '<', min, Threshold.atMost(max));
  }

  /** Always true. Go compares types by their members, and so tells a Threshold from other values. */
  public get isThreshold(): boolean {
    return true;
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

  /**
   * The limit, if there is one only.
   * @internal
   */
  public get _limit(): number | undefined {
    return this.and === undefined ? this.value : undefined;
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
   * The expression that is true if the measurement is successful.
   * @default - none: a measurement that does not fail is successful
   */
  readonly success?: string;

  /**
   * The expression that is true if the measurement failed, whatever `success` is.
   * @default - none: a measurement that is not successful failed
   */
  readonly failure?: string;
}

/**
 * The conditions of a metric, `successCondition` and `failureCondition`: when a measurement is successful, failed or
 * inconclusive.
 *
 * @exampleMetadata fixture=app
 * @example
 * // An answer without a value pauses the rollout.
 * const condition = Condition.threshold(Threshold.atMost(0.05), NoData.pause());
 */
export class Condition {
  /**
   * Compares the single value of a query with a threshold, with the no-data policy in the conditions. The query must
   * return at most one series: of several, Argo Rollouts compares the first.
   *
   * @param threshold The threshold of the value.
   * @param noData The policy for missing data. Default: `NoData.pause()`.
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
   * Compares a number with a threshold, for providers whose result is a number and not a list: Datadog, Wavefront, a
   * web request with a `jsonPath`. Missing data is then a missing value.
   *
   * @param threshold The threshold of the value.
   * @param noData The policy for missing data. Default: `NoData.pause()`.
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
   * Custom expressions in the language expr-lang, with `result` as the result of the query: for Prometheus, a list of
   * numbers.
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
