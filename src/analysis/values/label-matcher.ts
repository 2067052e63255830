import { labelNameProblem, quotePromql } from '../../promql/matcher';
import { filledIn, type LastingArgs } from './arg-names';

/**
 * A label matcher of PromQL. Values are quoted by the rules of PromQL.
 *
 * @see https://prometheus.io/docs/prometheus/latest/querying/basics/#instant-vector-selectors
 */
export class LabelMatcher {
  /**
   * The label has this value.
   * @param label The name of the label.
   * @param value The value.
   */
  public static equalTo(label: string, value: string): LabelMatcher {
    return new LabelMatcher(label, '=', value);
  }

  /**
   * The label has another value, or is absent.
   * @param label The name of the label.
   * @param value The value that the label must not have.
   */
  public static notEqualTo(label: string, value: string): LabelMatcher {
    return new LabelMatcher(label, '!=', value);
  }

  /**
   * The whole value matches a regular expression (RE2).
   * @param label The name of the label.
   * @param regex Such as `5..`.
   */
  public static matching(label: string, regex: string): LabelMatcher {
    return new LabelMatcher(label, '=~', regex);
  }

  /**
   * The whole value does not match a regular expression (RE2).
   * @param label The name of the label.
   * @param regex Such as `5..`.
   */
  public static notMatching(label: string, regex: string): LabelMatcher {
    return new LabelMatcher(label, '!~', regex);
  }

  /** Always true. Go compares types by their members, and so tells a LabelMatcher from other values. */
  public get isLabelMatcher(): boolean {
    return true;
  }

  private constructor(
    private readonly label: string,
    private readonly operator: string,
    private readonly value: string,
  ) {}

  /** @internal */
  public _toPromql(): string {
    return `${this.label}${this.operator}${quotePromql(this.value)}`;
  }

  /**
   * The label and its value, if this matches one value.
   * @internal
   */
  public get _equality(): { readonly label: string; readonly value: string } | undefined {
    return this.operator === '=' ? { label: this.label, value: this.value } : undefined;
  }

  /**
   * The same with the values of arguments. Undefined if one has none.
   * @internal
   */
  public _filledIn(values: LastingArgs): LabelMatcher | undefined {
    const value = filledIn(this.value, values);
    return value === undefined ? undefined : new LabelMatcher(this.label, this.operator, value);
  }

  /** @internal */
  public _problem(): string | undefined {
    return labelNameProblem('a label matcher', this.label);
  }
}
