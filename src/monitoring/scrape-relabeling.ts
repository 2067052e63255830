import { labelNameProblem } from '../promql/matcher';
import { type Found } from '../formats/option-problem';

/** A relabeling, as the Prometheus Operator spells it. */
interface Rendered {
  readonly action: string;
  readonly sourceLabels?: string[];
  readonly separator?: string;
  readonly regex?: string;
  readonly replacement?: string;
  readonly targetLabel?: string;
}

/**
 * Options for `ScrapeRelabeling.replace`.
 */
export interface ReplaceLabelOptions {
  /**
   * The labels whose values are joined and matched.
   * @default - none: the label is always set
   */
  readonly sourceLabels?: string[];

  /**
   * The separator of the joined values.
   * @default ';'
   */
  readonly separator?: string;

  /**
   * The regular expression (RE2) that the joined values must match as a whole.
   * @default '(.*)'
   */
  readonly regex?: string;

  /**
   * The replacement; `$1` is the first group.
   * @default '$1'
   */
  readonly replacement?: string;
}

/**
 * A relabeling: changes the labels of targets before a scrape, or of series after it.
 *
 * @see https://prometheus.io/docs/prometheus/latest/configuration/configuration/#relabel_config
 */
export class ScrapeRelabeling {
  /**
   * Keeps only what matches.
   * @param sourceLabels The labels whose values are joined by `;` and matched.
   * @param regex The regular expression (RE2) that they must match as a whole.
   */
  public static keep(sourceLabels: string[], regex: string): ScrapeRelabeling {
    return new ScrapeRelabeling({ action: 'keep', sourceLabels, regex });
  }

  /**
   * Drops what matches.
   * @param sourceLabels The labels whose values are joined by `;` and matched.
   * @param regex The regular expression (RE2) that they must match as a whole.
   */
  public static drop(sourceLabels: string[], regex: string): ScrapeRelabeling {
    return new ScrapeRelabeling({ action: 'drop', sourceLabels, regex });
  }

  /**
   * Sets a label.
   * @param targetLabel The label.
   * @param options The value.
   */
  public static replace(targetLabel: string, options: ReplaceLabelOptions = {}): ScrapeRelabeling {
    return new ScrapeRelabeling({ action: 'replace', targetLabel, ...options });
  }

  /**
   * Removes labels.
   * @param regex The regular expression (RE2) that the whole names match.
   */
  public static labelDrop(regex: string): ScrapeRelabeling {
    return new ScrapeRelabeling({ action: 'labeldrop', regex });
  }

  /**
   * Removes all labels except some.
   * @param regex The regular expression (RE2) that the whole names of the remaining labels match.
   */
  public static labelKeep(regex: string): ScrapeRelabeling {
    return new ScrapeRelabeling({ action: 'labelkeep', regex });
  }

  /**
   * Copies labels to other names.
   * @param regex The regular expression (RE2) that the whole names match.
   * @param replacement The name of the copy; `$1` is the first group.
   */
  public static labelMap(regex: string, replacement = '$1'): ScrapeRelabeling {
    return new ScrapeRelabeling({ action: 'labelmap', regex, replacement });
  }

  /** Always true. Go compares types by their members, and so tells a ScrapeRelabeling from other values. */
  public get isScrapeRelabeling(): boolean {
    return true;
  }

  private constructor(private readonly rendered: Rendered) {}

  /** @internal */
  public _problems(what: string): Found[] {
    const { sourceLabels = [], targetLabel, regex } = this.rendered;
    const names = [...sourceLabels, ...(targetLabel === undefined ? [] : [targetLabel])];
    const problems = names.map((name) => labelNameProblem(what, name));
    if (regex === '') problems.push(`${what} has an empty regex; give one, such as '(.*)'`);
    return problems;
  }

  /** @internal */
  public _toKube(): Rendered {
    return this.rendered;
  }
}
