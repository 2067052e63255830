import { isIP } from 'node:net';
import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import * as istio from '../../imports/networking.istio.io';
import * as security from '../../imports/security.istio.io';
import { dnsLabelProblem, hostProblem, quoted } from '../formats/names';
import { Destination } from '../traffic/destination';
import { GatewayServer, IstioGateway } from '../traffic/istio-gateway';
import { addCheck, at, type Found } from '../formats/option-problem';

/**
 * Options for a `GuardedPrometheus`.
 */
export interface GuardedPrometheusProps {
  /**
   * The host, which must be dedicated and no wildcard: anyone who uses a host of a wildcard would reach Prometheus.
   */
  readonly host: string;

  /**
   * The Secret with the certificate of the host, in the namespace of the gateway. TLS is required, because credentials
   * and metrics are transferred.
   */
  readonly credentialName: string;

  /**
   * The Service of Prometheus.
   */
  readonly prometheus: Destination;

  /**
   * The addresses of allowed clients, such as `10.128.0.0/14`. The gateway must see the client addresses: behind
   * proxies, set `numTrustedProxies`.
   * @default - any; `allowedRequestPrincipals` is required
   */
  readonly allowedIpBlocks?: string[];

  /**
   * The allowed principals: `issuer/subject` of a token that a RequestAuthentication verifies.
   * @default - any; `allowedIpBlocks` is required
   */
  readonly allowedRequestPrincipals?: string[];

  /**
   * The name of the objects.
   * @default - the construct's id
   */
  readonly name?: string;

  /**
   * The labels of the gateway's pods.
   * @default - `istio: ingressgateway`
   */
  readonly gatewaySelector?: { [key: string]: string };

  /**
   * The namespace of the gateway's pods, in which the policy is created.
   * @default 'istio-system'
   */
  readonly gatewayNamespace?: string;
}

/**
 * Access to Prometheus through the gateway of the mesh, for a controller that cannot reach it otherwise: a dedicated
 * host with TLS, only for queries, and an AuthorizationPolicy that refuses other clients. A route `/api` on a wildcard
 * host would publish the whole metrics database.
 *
 * @see https://istio.io/latest/docs/tasks/security/authorization/authz-ingress/
 */
export class GuardedPrometheus extends Construct {
  /** The address of Prometheus for analyses. */
  public readonly address: string;

  constructor(scope: Construct, id: string, props: GuardedPrometheusProps) {
    super(scope, id);
    const name = props.name ?? id;
    const selector = props.gatewaySelector ?? { istio: 'ingressgateway' };
    this.address = `https://${props.host}`;
    const gateway = new IstioGateway(this, 'Gateway', {
      metadata: { name },
      selector,
      servers: [GatewayServer.https(props.credentialName, { hosts: [props.host] })],
    });
    new ApiObject(this, 'VirtualService', {
      ...istio.VirtualService.GVK,
      metadata: { name },
      spec: istio.toJson_VirtualServiceSpec({
        hosts: [props.host],
        gateways: [gateway.gatewayRef],
        http: [
          {
            name: 'queries',
            match: ['/api/v1/query', '/api/v1/query_range'].map((exact) => ({ uri: { exact } })),
            route: [{ destination: props.prometheus._toKube() }],
          },
        ],
      }),
    });
    new ApiObject(this, 'Policy', {
      ...security.AuthorizationPolicy.GVK,
      metadata: { name, namespace: props.gatewayNamespace ?? 'istio-system' },
      spec: security.toJson_AuthorizationPolicySpec({
        selector: { matchLabels: selector },
        action: security.AuthorizationPolicySpecAction.DENY,
        rules: sources(props).map((source) => ({
          from: [{ source }],
          to: [{ operation: { hosts: [props.host, `${props.host}:*`] } }],
        })),
      }),
    });
    addCheck(this, () => problems(name, props));
  }
}

/** The sources to deny: all that are not allowed. With both kinds of allowance, a caller must satisfy both. */
function sources({ allowedIpBlocks, allowedRequestPrincipals }: GuardedPrometheusProps) {
  return [
    ...(allowedIpBlocks?.length ? [{ notRemoteIpBlocks: allowedIpBlocks }] : []),
    ...(allowedRequestPrincipals?.length ? [{ notRequestPrincipals: allowedRequestPrincipals }] : []),
  ];
}

function problems(name: string, props: GuardedPrometheusProps): Found[] {
  const { host, allowedIpBlocks = [], allowedRequestPrincipals = [], gatewayNamespace } = props;
  const found: Found[] = [
    at('name', dnsLabelProblem('name', name)),
    at('host', hostProblem('host', host)),
    gatewayNamespace === undefined
      ? undefined
      : at('gatewayNamespace', dnsLabelProblem('gatewayNamespace', gatewayNamespace)),
    ...props.prometheus._problems('prometheus'),
    ...allowedIpBlocks.map(blockProblem),
    ...allowedRequestPrincipals
      .filter((principal) => principal.trim() === '' || principal === '*')
      .map(
        (principal) =>
          `allowedRequestPrincipals has ${quoted(principal)}; name an issuer and a subject, as 'issuer/subject'`,
      ),
  ];
  if (host.includes('*') || !host.includes('.')) {
    found.push(`host is ${quoted(host)}; give Prometheus a host of its own, such as 'prometheus.example.com'`);
  }
  if (sources(props).length === 0) {
    found.push('access is not restricted; give allowedIpBlocks or allowedRequestPrincipals');
  }
  return found;
}

function blockProblem(block: string): string | undefined {
  const [address, length, ...rest] = block.split('/');
  const bits = isIP(address) === 4 ? 32 : 128;
  const whole = length === undefined || (/^[0-9]+$/.test(length) && Number(length) <= bits);
  if (rest.length > 0 || isIP(address) === 0 || !whole) {
    return `allowedIpBlocks has ${quoted(block)}, which is no block of addresses; use one such as '10.128.0.0/14'`;
  }
  return Number(length) === 0
    ? `allowedIpBlocks has ${quoted(block)}, which is everybody; name those who may ask`
    : undefined;
}
