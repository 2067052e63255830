import * as istio from '../../imports/networking.istio.io';
import { hostProblem } from '../formats/names';

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
   * The file with the authorities that the server's certificate is checked against.
   * @default - those of the operating system
   */
  readonly caCertificates?: string;

  /**
   * The file with the client's certificate, for mutual TLS.
   * @default - none
   */
  readonly clientCertificate?: string;

  /**
   * The file with the client's key, for mutual TLS.
   * @default - none
   */
  readonly privateKey?: string;

  /**
   * The names that the server's certificate may have.
   * @default - any that the authorities signed
   */
  readonly subjectAltNames?: string[];

  /**
   * The server name that is asked for.
   * @default - the host
   */
  readonly sni?: string;

  /**
   * The file with the certificates that were revoked.
   * @default - none are looked up
   */
  readonly caCrl?: string;

  /**
   * Whether the server's certificate is taken unseen.
   * @default false
   */
  readonly insecureSkipVerify?: boolean;
}

/**
 * How a proxy encrypts what it sends to the pods. Where nothing is said, Istio finds out by itself whether the pods are
 * in
 * the mesh, and uses mutual TLS if they are.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/destination-rule/#ClientTLSSettings
 */
export class ClientTls {
  /**
   * Mutual TLS with the mesh's own certificates: what a strict mesh asks for.
   */
  public static istioMutual(): ClientTls {
    return new ClientTls(istio.DestinationRuleSpecTrafficPolicyTlsMode.ISTIO_UNDERSCORE_MUTUAL, {});
  }

  /**
   * None. A strict mesh refuses it.
   */
  public static disable(): ClientTls {
    return new ClientTls(istio.DestinationRuleSpecTrafficPolicyTlsMode.DISABLE, {});
  }

  /**
   * TLS to pods that serve it by themselves.
   * @param options Certificates and names.
   */
  public static simple(options: ClientTlsOptions = {}): ClientTls {
    return new ClientTls(istio.DestinationRuleSpecTrafficPolicyTlsMode.SIMPLE, options);
  }

  /**
   * TLS to pods that serve it by themselves and ask for a certificate.
   * @param options Certificates and names: `credentialName`, or `clientCertificate` with `privateKey`.
   */
  public static mutual(options: ClientTlsOptions): ClientTls {
    return new ClientTls(istio.DestinationRuleSpecTrafficPolicyTlsMode.MUTUAL, options);
  }

  private constructor(
    private readonly mode: istio.DestinationRuleSpecTrafficPolicyTlsMode,
    private readonly options: ClientTlsOptions,
  ) {}

  /** @internal */
  public _problems(what: string): string[] {
    const { credentialName, clientCertificate, privateKey, caCertificates, sni } = this.options;
    const problems: (string | undefined)[] = [sni === undefined ? undefined : hostProblem(`${what}: sni`, sni)];
    const mutual = this.mode === istio.DestinationRuleSpecTrafficPolicyTlsMode.MUTUAL;
    const files = clientCertificate ?? privateKey ?? caCertificates;
    if (credentialName && files) {
      problems.push(`${what}: credentialName is given together with files; use one of them`);
    }
    if (
      this.options.insecureSkipVerify &&
      (caCertificates ?? credentialName ?? this.options.subjectAltNames ?? this.options.caCrl)
    ) {
      problems.push(
        `${what}: insecureSkipVerify is given together with what the certificate would be checked against; leave one out`,
      );
    }
    if (mutual && !credentialName && !(clientCertificate && privateKey)) {
      problems.push(
        `${what}: mutual TLS has no client certificate; give credentialName, or clientCertificate and privateKey`,
      );
    }
    return problems.filter((problem) => problem !== undefined);
  }

  /** @internal */
  public _toKube(): istio.DestinationRuleSpecTrafficPolicyTls {
    return { mode: this.mode, ...this.options };
  }
}
