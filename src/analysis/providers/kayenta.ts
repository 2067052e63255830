import { Duration } from 'cdk8s';
import { providerProblems } from '../../formats/argo-rollouts/provider-problems';
import { seconds } from '../../formats/duration';
import { type Found } from '../../formats/option-problem';

/**
 * Whose metrics a scope of Kayenta takes.
 */
export interface KayentaScopeSide {
  /**
   * The scope, such as `app={{args.app}} and rollouts_pod_template_hash={{args.canary-hash}}`.
   */
  readonly scope: string;

  /**
   * The region.
   */
  readonly region: string;

  /**
   * Time from one value to the next, in whole seconds.
   */
  readonly step: Duration;

  /**
   * Where it begins, in RFC 3339.
   * @default - where Kayenta's interval begins
   */
  readonly start?: string;

  /**
   * Where it ends, in RFC 3339.
   * @default - where Kayenta's interval ends
   */
  readonly end?: string;
}

/**
 * A pair of scopes that Kayenta compares.
 */
export interface KayentaScope {
  /**
   * Its name in the canary configuration.
   */
  readonly name: string;

  /**
   * The stable version's side.
   * Becomes `controlScope`.
   */
  readonly control: KayentaScopeSide;

  /**
   * The canary's side.
   * Becomes `experimentScope`.
   */
  readonly experiment: KayentaScopeSide;
}

/**
 * A judgement by Kayenta.
 *
 * @see https://argo-rollouts.readthedocs.io/en/stable/analysis/kayenta/
 */
export interface KayentaMetric {
  /** The server's address. */
  readonly address: string;

  /** The application in Spinnaker. */
  readonly application: string;

  /** The canary configuration's name. */
  readonly canaryConfigName: string;

  /** The account that reads metrics. */
  readonly metricsAccountName: string;

  /** The account that reads configurations. */
  readonly configurationAccountName: string;

  /** The account that stores results. */
  readonly storageAccountName: string;

  /** The score from which it is successful: a whole number from 0 to 100. */
  readonly pass: number;

  /** The score below which it has failed; between the two it is inconclusive. A whole number from 0 to `pass`. */
  readonly marginal: number;

  /** What is compared. At least one. */
  readonly scopes: KayentaScope[];

  /**
   * Whether each measurement looks back over the whole analysis.
   * @default false
   */
  readonly lookback?: boolean;
}

export function renderKayenta(metric: KayentaMetric): object {
  const { pass, marginal, scopes, lookback, ...rest } = metric;
  const side = ({ step, ...one }: KayentaScopeSide) => ({ ...one, step: seconds(step) });
  return {
    ...rest,
    lookback: lookback || undefined,
    threshold: { pass, marginal },
    scopes: scopes.map(({ name, control, experiment }) => ({
      name,
      controlScope: side(control),
      experimentScope: side(experiment),
    })),
  };
}

export function kayentaProblems(metric: KayentaMetric): Found[] {
  return providerProblems('kayenta', renderKayenta(metric)).map(({ message }) => message);
}
