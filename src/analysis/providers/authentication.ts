import * as kplus from 'cdk8s-plus-27';
import { AnalysisTemplateArg } from '../values/arg';

/**
 * Options for OAuth 2.
 */
export interface OAuth2Options {
  /**
   * Where tokens are issued: an absolute URL.
   */
  readonly tokenUrl: string;

  /**
   * The client's identifier.
   */
  readonly clientId: string;

  /**
   * The client's secret, kept in a Secret in the namespace of the Rollout.
   */
  readonly clientSecret: kplus.SecretValue;

  /**
   * What the token is for.
   * @default - none
   */
  readonly scopes?: string[];
}

/**
 * Options for the signatures of Amazon Web Services.
 */
export interface SigV4Options {
  /**
   * The region, such as `eu-central-1`.
   * @default - that of the controller's environment
   */
  readonly region?: string;

  /**
   * A profile of the controller's shared configuration.
   * @default - the default profile
   */
  readonly profile?: string;

  /**
   * The role to assume.
   * @default - none
   */
  readonly roleArn?: string;
}

/** What a way of authentication adds to a provider. */
interface Rendered {
  readonly headers?: { key: string; value: string }[];
  readonly authentication?: { oauth2?: object; sigv4?: object };
}

/**
 * How the controller shows who it is to a metric server. What is secret stays in a Secret, read when an AnalysisRun
 * starts; the template has an argument for it.
 *
 * @see https://argo-rollouts.readthedocs.io/en/stable/analysis/prometheus/#authorization
 */
export class ProviderAuthentication {
  /**
   * A bearer token in the header `Authorization`: what OpenShift's Thanos querier wants.
   *
   * @param token The Secret and its key, in the namespace of the Rollout.
   * @param argName The name of the template's argument. Default: `metrics-token`.
   */
  public static bearer(token: kplus.SecretValue, argName = 'metrics-token'): ProviderAuthentication {
    return new ProviderAuthentication(
      { headers: [{ key: 'Authorization', value: `Bearer {{args.${argName}}}` }] },
      [AnalysisTemplateArg.fromSecret(argName, token)],
      [],
    );
  }

  /**
   * OAuth 2 by client credentials.
   *
   * @param options Where, who, and for what.
   */
  public static oauth2(options: OAuth2Options): ProviderAuthentication {
    const { tokenUrl, clientId, clientSecret, scopes } = options;
    const problems = [clientId.trim() === '' ? 'clientId is empty; OAuth 2 needs the name of a client' : undefined];
    return new ProviderAuthentication(
      { authentication: { oauth2: { tokenUrl, clientId, clientSecret: '{{args.oauth2-client-secret}}', scopes } } },
      [AnalysisTemplateArg.fromSecret('oauth2-client-secret', clientSecret)],
      problems.filter((problem) => problem !== undefined),
    );
  }

  /**
   * Signatures of Amazon Web Services, for Amazon Managed Service for Prometheus.
   *
   * @param options The region, profile and role.
   */
  public static sigv4(options: SigV4Options = {}): ProviderAuthentication {
    return new ProviderAuthentication(
      { authentication: { sigv4: { region: options.region, profile: options.profile, roleArn: options.roleArn } } },
      [],
      [],
    );
  }

  /** Always true. Go compares types by their members, and so tells a ProviderAuthentication from other values. */
  public get isProviderAuthentication(): boolean {
    return true;
  }

  private constructor(
    /** @internal */
    public readonly _rendered: Rendered,
    /** @internal */
    public readonly _templateArgs: AnalysisTemplateArg[],
    /** @internal */
    public readonly _problems: readonly string[],
  ) {}
}
