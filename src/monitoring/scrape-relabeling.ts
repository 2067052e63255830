import { labelNameProblem } from '../promql/matcher';

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
   * @default - none: the label gets the replacement, whatever else is there
   */
  readonly sourceLabels?: string[];

  /**
   * What is between the joined values.
   * @default ';'
   */
  readonly separator?: string;

  /**
   * What the joined values must match as a whole, in RE2 syntax.
   * @default '(.*)'
   */
  readonly regex?: string;

  /**
   * What the label becomes; `$1` is the first group.
   * @default '$1'
   */
  readonly replacement?: string;
}

/**
 * What is done to labels: of targets before they are scraped, or of series after.
 *
 * @see https://prometheus.io/docs/prometheus/latest/configuration/configuration/#relabel_config
 */
export class ScrapeRelabeling {
  /**
   * Only what matches is kept.
   * @param sourceLabels The labels whose values are joined by `;` and matched.
   * @param regex What they must match as a whole, in RE2 syntax.
   */
  public static keep(sourceLabels: string[], regex: string): ScrapeRelabeling {
    return new ScrapeRelabeling({ action: 'keep', sourceLabels, regex });
  }

  /**
   * What matches is left out.
   * @param sourceLabels The labels whose values are joined by `;` and matched.
   * @param regex What they must match as a whole, in RE2 syntax.
   */
  public static drop(sourceLabels: string[], regex: string): ScrapeRelabeling {
    return new ScrapeRelabeling({ action: 'drop', sourceLabels, regex });
  }

  /**
   * A label is set.
   * @param targetLabel The label.
   * @param options To what.
   */
  public static replace(targetLabel: string, options: ReplaceLabelOptions = {}): ScrapeRelabeling {
    return new ScrapeRelabeling({ action: 'replace', targetLabel, ...options });
  }

  /**
   * Labels are taken away.
   * @param regex Those whose whole name matches, in RE2 syntax.
   */
  public static labelDrop(regex: string): ScrapeRelabeling {
    return new ScrapeRelabeling({ action: 'labeldrop', regex });
  }

  /**
   * All labels but some are taken away.
   * @param regex Those that stay: whose whole name matches, in RE2 syntax.
   */
  public static labelKeep(regex: string): ScrapeRelabeling {
    return new ScrapeRelabeling({ action: 'labelkeep', regex });
  }

  /**
   * Labels are copied under other names.
   * @param regex Those whose whole name matches, in RE2 syntax.
   * @param replacement The name of the copy; `$1` is the first group.
   */
  public static labelMap(regex: string, replacement = '$1'): ScrapeRelabeling {
    return new ScrapeRelabeling({ action: 'labelmap', regex, replacement });
  }

  private constructor(private readonly rendered: Rendered) {}

  /** @internal */
  public _problems(what: string): string[] {
    const { sourceLabels = [], targetLabel, regex } = this.rendered;
    const names = [...sourceLabels, ...(targetLabel === undefined ? [] : [targetLabel])];
    const problems = names.map((name) => labelNameProblem(what, name));
    if (regex === '') problems.push(`${what} has an empty regex; give one, such as '(.*)'`);
    return problems.filter((problem) => problem !== undefined);
  }

  /** @internal */
  public _toKube(): Rendered {
    return this.rendered;
  }
}
