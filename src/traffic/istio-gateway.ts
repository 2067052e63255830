import { ApiObject, Lazy } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import * as istio from '../../imports/networking.istio.io';
import { dnsLabelProblem, hostProblem, portNumberProblem, quoted } from '../formats/names';
import { addCheck, at, type Found } from '../formats/option-problem';
import { refuseLazyOptions } from '../formats/lazy-options';

/**
 * The API version of Istio's networking objects. The objects are the same in all versions.
 */
export enum IstioApiVersion {
  /** `networking.istio.io/v1`, since Istio 1.22. */
  V1 = 'networking.istio.io/v1',
  /** `networking.istio.io/v1beta1`. */
  V1BETA1 = 'networking.istio.io/v1beta1',
  /** `networking.istio.io/v1alpha3`, for old meshes. */
  V1ALPHA3 = 'networking.istio.io/v1alpha3',
}

/**
 * Options for a `GatewayServer`.
 */
export interface GatewayServerOptions {
  /**
   * The hosts of the server. `*` matches every host.
   */
  readonly hosts: string[];

  /**
   * The port number.
   * @default - 80 for HTTP, 443 for TLS
   */
  readonly port?: number;

  /**
   * The name of the port, unique in the Gateway.
   * @default - the protocol in lower case
   */
  readonly portName?: string;

  /**
   * The minimum version of TLS, if the gateway terminates TLS.
   * @default - 1.2 (the default of Istio)
   */
  readonly minProtocolVersion?: TlsVersion;

  /**
   * The cipher suites, by their OpenSSL names, if the gateway terminates TLS.
   * @default - the default of Istio
   */
  readonly cipherSuites?: string[];

  /**
   * The maximum version of TLS, if the gateway terminates TLS.
   * @default - 1.3 (the default of Istio)
   */
  readonly maxProtocolVersion?: TlsVersion;

  /**
   * Additional Secrets with certificates for the same hosts, such as RSA and ECDSA, if the gateway terminates TLS.
   * Becomes `credentialNames`.
   * @default - none
   */
  readonly furtherCredentialNames?: string[];

  /**
   * The Secret with the CA of the clients, if it differs from that of the certificate. For mutual TLS.
   * @default - the Secret with the certificate, or `<credentialName>-cacert`
   */
  readonly caCertCredentialName?: string;

  /**
   * The allowed names (SANs) of client certificates. For mutual TLS.
   * @default - any name
   */
  readonly subjectAltNames?: string[];

  /**
   * The SHA-256 hashes of allowed client certificates, in hexadecimal. For mutual TLS.
   * @default - all that the CA signed
   */
  readonly verifyCertificateHash?: string[];

  /**
   * The SHA-256 hashes of the keys of allowed client certificates, in Base64. For mutual TLS.
   * @default - all that the CA signed
   */
  readonly verifyCertificateSpki?: string[];

  /**
   * The address to listen on.
   * @default - all addresses of the gateway
   */
  readonly bind?: string;

  /**
   * The name of the server in the statistics of the gateway.
   * @default - none
   */
  readonly name?: string;
}

/**
 * A version of TLS.
 */
export enum TlsVersion {
  /** 1.2. */
  V1_2 = 'TLSV1_2',
  /** 1.3. */
  V1_3 = 'TLSV1_3',
}

const MUTUAL_ONLY: readonly string[] = [
  'caCertCredentialName',
  'subjectAltNames',
  'verifyCertificateHash',
  'verifyCertificateSpki',
];

const ENDING_TLS_ONLY = [
  'minProtocolVersion',
  'maxProtocolVersion',
  'cipherSuites',
  'furtherCredentialNames',
  'caCertCredentialName',
  'subjectAltNames',
  'verifyCertificateHash',
  'verifyCertificateSpki',
] as const satisfies readonly (keyof GatewayServerOptions)[];

/**
 * A server of a Gateway: a port with a protocol.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/gateway/#Server
 */
export class GatewayServer {
  /**
   * Plain HTTP.
   * @param options Hosts and port.
   */
  public static http(options: GatewayServerOptions): GatewayServer {
    return new GatewayServer('HTTP', 80, options);
  }

  /**
   * HTTP that only redirects to HTTPS.
   * @param options Hosts and port.
   */
  public static httpsRedirect(options: GatewayServerOptions): GatewayServer {
    return new GatewayServer('HTTP', 80, options, { httpsRedirect: true });
  }

  /**
   * HTTPS that the gateway terminates, with a certificate from a Secret.
   * @param credentialName The Secret with the certificate, in the namespace of the gateway.
   * @param options Hosts and port.
   */
  public static https(credentialName: string, options: GatewayServerOptions): GatewayServer {
    return new GatewayServer('HTTPS', 443, options, {
      mode: istio.GatewaySpecServersTlsMode.SIMPLE,
      credentialName,
    });
  }

  /**
   * HTTPS that requires a client certificate.
   * @param credentialName The Secret with the certificate and the CA of the clients, in the namespace of the gateway.
   * @param options Hosts and port.
   */
  public static mutualTls(credentialName: string, options: GatewayServerOptions): GatewayServer {
    return new GatewayServer('HTTPS', 443, options, {
      mode: istio.GatewaySpecServersTlsMode.MUTUAL,
      credentialName,
    });
  }

  /**
   * HTTPS with an optional client certificate.
   * @param credentialName The Secret with the certificate and the CA of the clients, in the namespace of the gateway.
   * @param options Hosts and port.
   */
  public static optionalMutualTls(credentialName: string, options: GatewayServerOptions): GatewayServer {
    return new GatewayServer('HTTPS', 443, options, {
      mode: istio.GatewaySpecServersTlsMode.OPTIONAL_UNDERSCORE_MUTUAL,
      credentialName,
    });
  }

  /**
   * HTTPS with the certificates of the mesh, for callers inside the mesh: a gateway between parts of it.
   * @param options Hosts and port.
   */
  public static istioMutual(options: GatewayServerOptions): GatewayServer {
    return new GatewayServer('HTTPS', 443, options, { mode: istio.GatewaySpecServersTlsMode.ISTIO_UNDERSCORE_MUTUAL });
  }

  /**
   * TLS passthrough, to pods that terminate TLS themselves. Needs TLS routes, which match by server name.
   * @param options Hosts and port.
   */
  public static tlsPassthrough(options: GatewayServerOptions): GatewayServer {
    return new GatewayServer('TLS', 443, options, { mode: istio.GatewaySpecServersTlsMode.PASSTHROUGH });
  }

  /**
   * TLS of any protocol that the gateway terminates. Needs TCP routes.
   * @param credentialName The Secret with the certificate, in the namespace of the gateway.
   * @param options Hosts and port.
   */
  public static tls(credentialName: string, options: GatewayServerOptions): GatewayServer {
    return new GatewayServer('TLS', 443, options, { mode: istio.GatewaySpecServersTlsMode.SIMPLE, credentialName });
  }

  /**
   * TCP connections of any protocol. Needs TCP routes.
   * @param portNumber The port, which has no default.
   * @param options The hosts, which have no effect for TCP connections: `['*']`.
   */
  public static tcp(portNumber: number, options: GatewayServerOptions): GatewayServer {
    return new GatewayServer('TCP', portNumber, options);
  }

  /**
   * Plain gRPC.
   * @param options Hosts and port.
   */
  public static grpc(options: GatewayServerOptions): GatewayServer {
    return new GatewayServer('GRPC', 80, options);
  }

  private constructor(
    private readonly protocol: string,
    private readonly defaultPort: number,
    private readonly options: GatewayServerOptions,
    private readonly tls?: istio.GatewaySpecServersTls,
  ) {}

  /**
   * The hosts of the server.
   */
  public get hosts(): string[] {
    return [...this.options.hosts];
  }

  /** The name of its port. @internal */
  public get _portName(): string {
    return this.options.portName ?? this.protocol.toLowerCase();
  }

  /** Its port's number. @internal */
  public get _port(): number {
    return this.options.port ?? this.defaultPort;
  }

  /** The protocol that it speaks on the port. @internal */
  public get _protocol(): string {
    return this.protocol;
  }

  /** Whether it only redirects to HTTPS. @internal */
  public get _redirects(): boolean {
    return this.tls?.httpsRedirect ?? false;
  }

  /** Which of a VirtualService's routes it serves. @internal */
  public get _serves(): 'http' | 'tls' | 'tcp' {
    if (this.tls?.mode === istio.GatewaySpecServersTlsMode.PASSTHROUGH) return 'tls';
    return this.protocol === 'TLS' || this.protocol === 'TCP' ? 'tcp' : 'http';
  }

  /** @internal */
  public _problems(): Found[] {
    const { hosts, port = this.defaultPort } = this.options;
    const endsTls = this.tls?.mode !== undefined && this._serves !== 'tls';
    const problems: Found[] = [
      portNumberProblem(`the port of server '${this._portName}'`, port),
      hosts.map((host, i) => at(`hosts[${i}]`, hostProblem(`a host of server '${this._portName}'`, host))),
    ];
    for (const host of hosts.filter((one) => /^[a-z0-9-]+$/.test(one))) {
      problems.push(
        `a host of server '${this._portName}' is ${quoted(host)}, a short name, which Istio refuses at a Gateway; give a full name such as 'shop.example.com'`,
      );
    }
    if (hosts.length === 0) problems.push(`server '${this._portName}' has no host; name those it answers for`);
    if (this.tls && 'credentialName' in this.tls && !this.tls.credentialName?.trim()) {
      problems.push(`server '${this._portName}' has an empty credentialName; name the Secret with its certificate`);
    }
    for (const hash of this.options.verifyCertificateHash ?? []) {
      if (/^([0-9a-f]{2}:?){31}[0-9a-f]{2}$/i.test(hash)) continue;
      problems.push(
        `server '${this._portName}': verifyCertificateHash has ${quoted(hash)}; use SHA-256 in hexadecimal`,
      );
    }
    for (const hash of this.options.verifyCertificateSpki ?? []) {
      if (/^[A-Za-z0-9+/]{43}=$/.test(hash)) continue;
      problems.push(`server '${this._portName}': verifyCertificateSpki has ${quoted(hash)}; use SHA-256 in Base64`);
    }
    const idle = ENDING_TLS_ONLY.filter((name) => this.options[name] !== undefined);
    if (!endsTls && idle.length > 0) {
      problems.push(`server '${this._portName}' ends no TLS, so ${idle.join(' and ')} do nothing; leave them out`);
    }
    const unasked = endsTls && !this.asksForCertificate ? idle.filter((name) => MUTUAL_ONLY.includes(name)) : [];
    if (unasked.length > 0) {
      problems.push(
        `server '${this._portName}' asks clients for no certificate, so ${unasked.join(' and ')} do nothing; use a mutualTls server`,
      );
    }
    const further = this.options.furtherCredentialNames?.length ?? 0;
    if (further > 1) {
      problems.push(
        `server '${this._portName}' has ${further} furtherCredentialNames; Istio accepts one in addition to credentialName, with another kind of key`,
      );
    }
    if (
      this.options.furtherCredentialNames &&
      this.tls?.mode === istio.GatewaySpecServersTlsMode.ISTIO_UNDERSCORE_MUTUAL
    ) {
      problems.push(`server '${this._portName}' has the mesh's own certificate; leave furtherCredentialNames out`);
    }
    return problems;
  }

  private get asksForCertificate(): boolean {
    const { MUTUAL, OPTIONAL_UNDERSCORE_MUTUAL: optional } = istio.GatewaySpecServersTlsMode;
    return this.tls?.mode === MUTUAL || this.tls?.mode === optional;
  }

  /** @internal */
  public _toKube(): istio.GatewaySpecServers {
    const { hosts, port = this.defaultPort, bind, name } = this.options;
    return {
      port: { number: port, name: this._portName, protocol: this.protocol },
      hosts,
      bind,
      name,
      tls: this.tls && this.renderTls(this.tls),
    };
  }

  private renderTls(tls: istio.GatewaySpecServersTls): istio.GatewaySpecServersTls {
    const { options } = this;
    const further = options.furtherCredentialNames;
    const { credentialName, ...rest } = tls;
    return {
      ...rest,
      credentialName: further ? undefined : credentialName,
      credentialNames: further && [...(credentialName === undefined ? [] : [credentialName]), ...further],
      caCertCredentialName: options.caCertCredentialName,
      subjectAltNames: options.subjectAltNames,
      verifyCertificateHash: options.verifyCertificateHash,
      verifyCertificateSpki: options.verifyCertificateSpki,
      minProtocolVersion: options.minProtocolVersion as unknown as istio.GatewaySpecServersTlsMinProtocolVersion,
      maxProtocolVersion: options.maxProtocolVersion as unknown as istio.GatewaySpecServersTlsMaxProtocolVersion,
      cipherSuites: options.cipherSuites,
    };
  }
}

/**
 * A Gateway for VirtualServices, defined here or existing.
 */
export interface IIstioGateway {
  /**
   * The reference in VirtualServices: a name, `namespace/name`, or `mesh`.
   */
  readonly gatewayRef: string;
}

/**
 * Options for an `IstioGateway`.
 */
export interface IstioGatewayProps extends kplus.ResourceProps {
  /**
   * The servers. At least one.
   */
  readonly servers: GatewayServer[];

  /**
   * The labels of the gateway's pods.
   * @default - `istio: ingressgateway`, Istio's default gateway
   */
  readonly selector?: { [key: string]: string };

  /**
   * The API version.
   * @default IstioApiVersion.V1
   */
  readonly apiVersion?: IstioApiVersion;
}

/**
 * A Gateway of Istio: the hosts and ports at the edge of the mesh.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/gateway/
 */
export class IstioGateway extends kplus.Resource implements IIstioGateway {
  /**
   * All sidecars of the mesh, for requests from inside, which pass no gateway.
   */
  public static readonly MESH: IIstioGateway = { gatewayRef: 'mesh' };

  /**
   * Refers to an existing Gateway.
   *
   * @param ref The name, or `namespace/name`.
   */
  public static fromRef(ref: string): IIstioGateway {
    return { gatewayRef: ref };
  }

  public readonly resourceType = 'gateways';

  /**
   * @see base.Resource.apiObject
   */
  protected readonly apiObject: ApiObject;

  /** The ports that it listens on. @internal */
  public readonly _servers: GatewayServer[];

  constructor(scope: Construct, id: string, props: IstioGatewayProps) {
    super(scope, id);
    refuseLazyOptions(this, props);
    this._servers = props.servers;
    this.apiObject = new ApiObject(this, 'Resource', {
      apiVersion: props.apiVersion ?? IstioApiVersion.V1,
      kind: istio.Gateway.GVK.kind,
      metadata: { ...props.metadata, name: props.metadata?.name ?? id },
      spec: Lazy.any({
        produce: () =>
          istio.toJson_GatewaySpec({
            selector: props.selector ?? { istio: 'ingressgateway' },
            servers: props.servers.map((server) => server._toKube()),
          }),
      }),
    });
    addCheck(this, () => problems(this.name, props.servers));
  }

  public get gatewayRef(): string {
    return this.name;
  }
}

function problems(name: string, servers: GatewayServer[]): Found[] {
  const found: Found[] = [dnsLabelProblem('the name of the Gateway', name)].filter((problem) => problem !== undefined);
  if (servers.length === 0) found.push(at('servers', 'servers is empty; give at least one'));
  const names = servers.map((server) => server._portName);
  for (const twice of new Set(names.filter((port, i) => names.indexOf(port) !== i))) {
    found.push(`two servers have the port name '${twice}'; give each its own portName`);
  }
  for (const [i, server] of servers.entries()) {
    const before = servers.slice(0, i).find((other) => other._port === server._port);
    if (before && before._protocol !== server._protocol) {
      found.push(
        `port ${server._port} speaks ${before._protocol} at one server and ${server._protocol} at another, of which Istio drops one; give each its own port`,
      );
    }
  }
  return [...found, servers.map((server, i) => at(`servers[${i}]`, server._problems()))];
}

/** What is wrong with a reference to a Gateway, or undefined. */
export function gatewayRefProblem(ref: string): string | undefined {
  const parts = ref.split('/');
  const labels = parts.length <= 2 && parts.every((part) => dnsLabelProblem('', part) === undefined);
  return labels ? undefined : `a gateway is ${quoted(ref)}; use a name, 'namespace/name' or 'mesh'`;
}
