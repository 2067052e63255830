import * as istio from '../../imports/networking.istio.io';
import { hostProblem } from '../formats/names';
import { at, type Found } from '../formats/option-problem';

/**
 * Options for `ClientTls.simple` and `ClientTls.mutual`.
 */
export interface ClientTlsOptions {
  /**
   * The Secret with the certificates, in the namespace of the calling proxy. For gateways.
   * @default - none
   */
  readonly credentialName?: string;

  /**
   * The file with the CA certificates that verify the certificate of the server.
   * @default - those of the operating system
   */
  readonly caCertificates?: string;

  /**
   * The file with the client certificate, for mutual TLS.
   * @default - none
   */
  readonly clientCertificate?: string;

  /**
   * The file with the client key, for mutual TLS.
   * @default - none
   */
  readonly privateKey?: string;

  /**
   * The allowed names (SANs) of the server certificate.
   * @default - any name
   */
  readonly subjectAltNames?: string[];

  /**
   * The server name (SNI) of the request.
   * @default - the host
   */
  readonly sni?: string;

  /**
   * The file with the certificate revocation list.
   * @default - no check
   */
  readonly caCrl?: string;

  /**
   * Whether the server certificate is accepted without verification.
   * @default false
   */
  readonly insecureSkipVerify?: boolean;
}

/**
 * The TLS settings of a proxy for requests to the pods. By default, Istio detects whether the pods are in the mesh, and
 * uses mutual TLS if they are.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/destination-rule/#ClientTLSSettings
 */
export class ClientTls {
  /**
   * Mutual TLS with the certificates of the mesh, as a strict mesh requires.
   */
  public static istioMutual(): ClientTls {
    return new ClientTls(istio.DestinationRuleSpecTrafficPolicyTlsMode.ISTIO_UNDERSCORE_MUTUAL, {});
  }

  /**
   * No TLS. A strict mesh refuses it.
   */
  public static disable(): ClientTls {
    return new ClientTls(istio.DestinationRuleSpecTrafficPolicyTlsMode.DISABLE, {});
  }

  /**
   * TLS to pods that terminate TLS themselves.
   * @param options Certificates and names.
   */
  public static simple(options: ClientTlsOptions = {}): ClientTls {
    return new ClientTls(istio.DestinationRuleSpecTrafficPolicyTlsMode.SIMPLE, options);
  }

  /**
   * Mutual TLS to pods that terminate TLS themselves and require a client certificate.
   * @param options Certificates and names: `credentialName`, or `clientCertificate` with `privateKey`.
   */
  public static mutual(options: ClientTlsOptions): ClientTls {
    return new ClientTls(istio.DestinationRuleSpecTrafficPolicyTlsMode.MUTUAL, options);
  }

  /** Always true. Go compares types by their members, and so tells a ClientTls from other values. */
  public get isClientTls(): boolean {
    return true;
  }

  private constructor(
    private readonly mode: istio.DestinationRuleSpecTrafficPolicyTlsMode,
    private readonly options: ClientTlsOptions,
  ) {}

  /** @internal */
  public _problems(what: string): Found[] {
    const { credentialName, clientCertificate, privateKey, caCertificates, sni } = this.options;
    const problems: Found[] = [sni === undefined ? undefined : at('sni', hostProblem(`${what}: sni`, sni))];
    const mutual = this.mode === istio.DestinationRuleSpecTrafficPolicyTlsMode.MUTUAL;
    const files = clientCertificate ?? privateKey ?? caCertificates;
    if (credentialName && files) {
      problems.push(at('credentialName', `${what}: credentialName is given together with files; use one of them`));
    }
    if (
      this.options.insecureSkipVerify &&
      (caCertificates ?? credentialName ?? this.options.subjectAltNames ?? this.options.caCrl)
    ) {
      problems.push(
        at(
          'insecureSkipVerify',
          `${what}: insecureSkipVerify is given together with what the certificate would be checked against; leave one out`,
        ),
      );
    }
    if (mutual && !credentialName && !(clientCertificate && privateKey)) {
      problems.push(
        `${what}: mutual TLS has no client certificate; give credentialName, or clientCertificate and privateKey`,
      );
    }
    return problems;
  }

  /** @internal */
  public _toKube(): istio.DestinationRuleSpecTrafficPolicyTls {
    return { mode: this.mode, ...this.options };
  }
}
