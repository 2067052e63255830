import { isNetwork } from '../formats/istio-values';
import { dnsLabelProblem, labelValueProblem, quoted } from '../formats/names';
import type { IIstioGateway } from './istio-gateway';
import { at, type Found } from '../formats/option-problem';

/** The origin and the destination of connections, which TLS and TCP routes match in addition to the port. */
export interface ConnectionSource {
  readonly gateways?: IIstioGateway[];
  readonly destinationSubnets?: string[];
  readonly sourceLabels?: { [key: string]: string };
  readonly sourceNamespace?: string;
}

/** What is wrong with it. */
export function sourceProblems(what: string, source: ConnectionSource): Found[] {
  const { destinationSubnets = [], sourceLabels = {}, sourceNamespace } = source;
  return [
    ...destinationSubnets
      .filter((subnet) => !isNetwork(subnet))
      .map(
        (subnet) =>
          `${what}: destinationSubnets has ${quoted(subnet)}, which is no network; use one such as '10.0.0.0/8'`,
      ),
    ...Object.entries(sourceLabels).map(([key, value]) =>
      labelValueProblem(`${what}: the source label '${key}'`, value),
    ),
    sourceNamespace === undefined
      ? undefined
      : at('sourceNamespace', dnsLabelProblem(`${what}: sourceNamespace`, sourceNamespace)),
  ];
}

/** As Istio spells it. */
export function renderSource({ gateways = [], destinationSubnets, sourceLabels, sourceNamespace }: ConnectionSource) {
  return {
    gateways: gateways.length > 0 ? gateways.map((gateway) => gateway.gatewayRef) : undefined,
    destinationSubnets,
    sourceLabels,
    sourceNamespace,
  };
}
