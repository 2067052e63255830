import { ApiObject, Lazy } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import * as openshift from '../../imports/route.openshift.io';
import { dnsLabelProblem, hostProblem, quoted } from '../formats/names';
import { IstioGateway } from '../traffic/istio-gateway';
import { covers } from '../traffic/tls-route';
import { addCheck, at, type Found } from '../formats/option-problem';

/**
 * The handling of plain HTTP by a Route with TLS.
 */
export enum InsecureTraffic {
  /** Redirects to HTTPS. */
  REDIRECT = 'Redirect',
  /** Allows it. */
  ALLOW = 'Allow',
  /** Refuses it. */
  NONE = 'None',
}

/**
 * Options for terminations with a certificate of the router.
 */
export interface RouteCertificateOptions {
  /**
   * The Secret with the certificate, in the namespace of the Route, which the router must be allowed to read.
   * @default - the default certificate of the router
   */
  readonly certificateSecret?: string;

  /**
   * The handling of plain HTTP.
   * @default InsecureTraffic.REDIRECT
   */
  readonly insecure?: InsecureTraffic;

  /**
   * The CA certificate (PEM) that verifies the certificate of the gateway. For re-encryption.
   * @default - the service CA of the cluster
   */
  readonly destinationCaCertificate?: string;
}

/**
 * The TLS termination between the client and the gateway of the mesh.
 *
 * @see https://docs.openshift.com/container-platform/latest/networking/routes/secured-routes.html
 */
export class RouteTermination {
  /**
   * Edge: the router terminates TLS and forwards plain HTTP. The Gateway needs an HTTP server for the host, without a
   * redirect.
   * @param options The certificate.
   */
  public static edge(options: RouteCertificateOptions = {}): RouteTermination {
    return new RouteTermination(openshift.RouteSpecTlsTermination.EDGE, 'http2', options);
  }

  /**
   * Re-encryption: the router terminates TLS, and connects to the gateway with TLS. The Gateway needs an HTTPS server
   * for the host.
   * @param options The certificates.
   */
  public static reencrypt(options: RouteCertificateOptions = {}): RouteTermination {
    return new RouteTermination(openshift.RouteSpecTlsTermination.REENCRYPT, 'https', options);
  }

  /**
   * Passthrough: TLS ends at the gateway or behind it. The Gateway needs an HTTPS or passthrough server for the host.
   */
  public static passthrough(): RouteTermination {
    return new RouteTermination(openshift.RouteSpecTlsTermination.PASSTHROUGH, 'https', {});
  }

  /**
   * No TLS: plain HTTP.
   */
  public static none(): RouteTermination {
    return new RouteTermination(undefined, 'http2', {});
  }

  /** Always true. Go compares types by their members, and so tells a RouteTermination from other values. */
  public get isRouteTermination(): boolean {
    return true;
  }

  private constructor(
    private readonly termination: openshift.RouteSpecTlsTermination | undefined,
    /** The port of the gateway's Service that it leads to. @internal */
    public readonly _portName: string,
    private readonly options: RouteCertificateOptions,
  ) {}

  /** What does not fit the Gateway behind it. @internal */
  public _problems(host: string, gateway: IstioGateway | undefined): Found[] {
    const { destinationCaCertificate, certificateSecret } = this.options;
    const problems: Found[] = [
      certificateSecret === undefined
        ? undefined
        : at('certificateSecret', dnsLabelProblem('certificateSecret', certificateSecret)),
    ];
    if (destinationCaCertificate && this.termination !== openshift.RouteSpecTlsTermination.REENCRYPT) {
      problems.push(
        at('destinationCaCertificate', 'destinationCaCertificate is given without re-encryption; re-encrypt'),
      );
    }
    if (gateway) problems.push(this.gatewayProblem(host, gateway));
    return problems;
  }

  private gatewayProblem(host: string, gateway: IstioGateway): string | undefined {
    const servers = gateway._servers.filter((server) => server.hosts.some((outer) => covers(outer, host)));
    const plain = servers.filter((server) => server._protocol === 'HTTP');
    if (this._portName === 'https') {
      return servers.some((server) => ['HTTPS', 'TLS'].includes(server._protocol))
        ? undefined
        : `the Route leads to the HTTPS port, but Gateway ${gateway.name} has no TLS server for ${quoted(host)}; add an https or tlsPassthrough server`;
    }
    if (plain.length === 0) {
      return `the Route leads to the HTTP port, but Gateway ${gateway.name} has no HTTP server for ${quoted(host)}; add an http server, or re-encrypt`;
    }
    return plain.some((server) => server._redirects)
      ? `the Route ends TLS, and Gateway ${gateway.name} redirects ${quoted(host)} to HTTPS in an endless loop; use an http server, or re-encrypt`
      : undefined;
  }

  /** @internal */
  public _toKube(): openshift.RouteSpecTls | undefined {
    const { termination, options } = this;
    if (termination === undefined) return undefined;
    const through = termination === openshift.RouteSpecTlsTermination.PASSTHROUGH;
    const insecure = options.insecure ?? (through ? InsecureTraffic.NONE : InsecureTraffic.REDIRECT);
    return {
      termination,
      insecureEdgeTerminationPolicy: insecure as unknown as openshift.RouteSpecTlsInsecureEdgeTerminationPolicy,
      externalCertificate: options.certificateSecret === undefined ? undefined : { name: options.certificateSecret },
      destinationCaCertificate: options.destinationCaCertificate,
    };
  }
}

/**
 * Options for an `OpenShiftRoute`.
 */
export interface OpenShiftRouteProps extends kplus.ResourceProps {
  /**
   * The host, which a Gateway of the mesh serves.
   */
  readonly host: string;

  /**
   * The TLS termination.
   * @default RouteTermination.edge()
   */
  readonly termination?: RouteTermination;

  /**
   * The Gateway behind the Route, to check that they match.
   * @default - no check
   */
  readonly gateway?: IstioGateway;

  /**
   * The Service of the gateway, in the namespace of the Route.
   * @default 'istio-ingressgateway'
   */
  readonly serviceName?: string;

  /**
   * The name of the port of the gateway's Service.
   * @default - `http2`, or `https` with re-encryption and passthrough
   */
  readonly portName?: string;
}

/**
 * An OpenShift Route to the ingress gateway of the mesh. It is in the namespace of the gateway: `istio-system` unless
 * its metadata states another one.
 *
 * @see https://docs.openshift.com/container-platform/latest/networking/routes/route-configuration.html
 */
export class OpenShiftRoute extends kplus.Resource {
  public readonly resourceType = 'routes';

  /**
   * @see base.Resource.apiObject
   */
  protected readonly apiObject: ApiObject;

  constructor(scope: Construct, id: string, props: OpenShiftRouteProps) {
    super(scope, id);
    const termination = props.termination ?? RouteTermination.edge();
    this.apiObject = new ApiObject(this, 'Resource', {
      ...openshift.Route.GVK,
      metadata: { namespace: 'istio-system', ...props.metadata, name: props.metadata?.name ?? id },
      spec: Lazy.any({
        produce: () =>
          openshift.toJson_RouteSpec({
            host: props.host,
            to: { kind: openshift.RouteSpecToKind.SERVICE, name: serviceName(props), weight: 100 },
            port: { targetPort: props.portName ?? termination._portName },
            tls: termination._toKube(),
            wildcardPolicy: openshift.RouteSpecWildcardPolicy.NONE,
          }),
      }),
    });
    addCheck(this, () => problems(this.name, termination, props));
  }
}

function serviceName(props: OpenShiftRouteProps): string {
  return props.serviceName ?? 'istio-ingressgateway';
}

function problems(name: string, termination: RouteTermination, props: OpenShiftRouteProps): Found[] {
  const found: Found[] = [
    dnsLabelProblem('the name of the Route', name),
    at('host', hostProblem('host', props.host)),
    at('serviceName', dnsLabelProblem('serviceName', serviceName(props))),
    ...termination._problems(props.host, props.gateway),
  ];
  if (props.host.includes('*')) {
    found.push(`host is ${quoted(props.host)}; a Route has one host, so make one for each`);
  }
  return found;
}
