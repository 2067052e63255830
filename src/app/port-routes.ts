import { HttpMatch } from '../traffic/http-match';
import { HttpRoute } from '../traffic/http-route';
import { IstioGateway } from '../traffic/istio-gateway';
import type { FurtherVirtualService } from '../traffic/istio-traffic-split';
import type { CanaryAppProps } from './canary-app-props';
import type { CanaryAppPort } from './companion-options';
import { declaredProtocol, HTTP_PROTOCOLS } from '../formats/istio-values';
import { at, dependent, type Found } from '../formats/option-problem';
import { routingOf } from './routing';

/** The protocols, as the first part of a port's name, whose requests Istio routes by HTTP routes. */
const HTTP = ['http', 'http2', 'grpc'];

const isHttp = ({ name }: CanaryAppPort): boolean => HTTP.includes(name.split('-')[0]);

/** The port of the app's Services for a port of the container. */
export const servicePortOf = ({ number, servicePort = number }: CanaryAppPort): number => servicePort;

/**
 * The routes of callers in the mesh to a Service with several HTTP ports: each port is split, and requests stay on their
 * port. Undefined if there is only one HTTP port.
 */
export function portRoutes({ ports = [] }: CanaryAppProps): HttpRoute[] | undefined {
  const additional = ports.filter(isHttp).map((port) => {
    const matches = [HttpMatch.request({ port: servicePortOf(port) })];
    return HttpRoute.split(port.name, { matches, portName: port.name });
  });
  return additional.length > 0 ? [...additional, HttpRoute.split('primary')] : undefined;
}

/** The VirtualServices that split the requests to the Services of single ports. */
export function portVirtualServices({ ports = [] }: CanaryAppProps): FurtherVirtualService[] {
  return ports.filter(isHttp).flatMap(({ name, service }) => {
    if (service === undefined) return [];
    const routes = [HttpRoute.split(name, { portName: name })];
    return [{ name: `${service}-vsvc`, hosts: [service], gateways: [IstioGateway.MESH], routes }];
  });
}

/** The additional ports without those that repeat another one, which is reported. */
export function portsOnce({ port: first, ports = [] }: CanaryAppProps): CanaryAppPort[] {
  return ports.filter(({ number }, i) => ![first, ...ports.slice(0, i).map((one) => one.number)].includes(number));
}

function repeatedPorts(props: CanaryAppProps): Found[] {
  const { port: first, ports = [] } = props;
  const once = portsOnce(props);
  return ports.map((port, i) => {
    if (once.includes(port)) return undefined;
    const other = port.number === first ? 'port' : `ports[${ports.findIndex(({ number }) => number === port.number)}]`;
    return at(`ports[${i}].number`, `ports[${i}].number is ${port.number}, as ${other} is; leave one of them out`);
  });
}

/** A name of the port for which the proxies in the mesh see connections, not requests, so that they split none. */
function opaquePort(props: CanaryAppProps): Found {
  const { portName, traffic, hosts, splitInMesh } = props;
  if (portName === undefined || routingOf(props) !== 'istio') return undefined;
  // The protocol of what comes through a gateway is that of its server. Further routes may be of any kind.
  const ownRoutes = ['tcpRoutes', 'tlsRoutes', 'existingVirtualServices'] as const;
  const isInMesh = (hosts === undefined && !traffic?.asDelegate) || splitInMesh === true;
  if (!isInMesh || ownRoutes.some((option) => traffic?.[option] !== undefined)) return undefined;
  const protocol = declaredProtocol(portName);
  if (protocol === undefined || HTTP_PROTOCOLS.includes(protocol)) return undefined;
  return dependent(
    'portName',
    ['hosts', 'splitInMesh', 'traffic'],
    `portName is '${portName}', by which Istio takes the requests for ${protocol} and splits none of them; name the port http, http2 or grpc, or one of these with a suffix, or split connections by traffic.tcpRoutes`,
  );
}

/** Services of single ports whose requests the Rollout would not split. */
export function portProblems(props: CanaryAppProps): Found[] {
  const router = routingOf(props);
  const unsplit = (props.ports ?? []).map((port, i): Found => {
    const { name, service } = port;
    // Without a router, all requests are split by the number of pods.
    if (service === undefined || router === 'none') return undefined;
    const found = (option: string, why: string, others: readonly string[]) =>
      dependent(`ports[${i}].${option}`, others, `ports[${i}].service is '${service}', but ${why}`);
    const instead = `leave service out, and let callers use port ${servicePortOf(port)} of the app's Service`;
    if (router !== 'istio') {
      const option = { gatewayApi: 'gatewayApi', blueGreen: 'blueGreen', other: 'strategy.trafficRouting' }[router];
      return found('service', `with ${option}, nothing splits its requests between the versions; ${instead}`, [option]);
    }
    if (props.traffic?.existingVirtualServices !== undefined) {
      const why = `traffic.existingVirtualServices do not split its requests; ${instead}, or add a route for it to one of them and the Service to extraManifests`;
      return found('service', why, ['traffic']);
    }
    if (isHttp(port)) return undefined;
    const why = `Istio routes port '${name}' as TCP, which no route of the app splits; name the port ${HTTP.join('-…, ')}-… if it serves HTTP, or ${instead}, with a split in traffic.tcpRoutes`;
    return found('name', why, []);
  });
  return [...repeatedPorts(props), ...unsplit, opaquePort(props)];
}
