import { type Field, type Resource } from '../graph';
import { objectsIn } from './manifests';

/** What naming ports means to Istio, which reads the protocol of a port from its name. */
export interface ProtocolRemarks {
  /** Ports whose requests are not split, besides the app's own, one sentence each. */
  readonly said: readonly string[];
  /** The app's own port, if its requests are treated as those of another protocol, or are not split. */
  readonly dangerous: readonly string[];
}

/** The ports of well-known protocols over TCP that are not HTTP/1.1. */
const WELL_KNOWN = new Map<unknown, string>([
  ...named('SSH', 22),
  ...named('SMTP', 25, 465, 587),
  ...named('DNS', 53),
  ...named('LDAP', 389, 636),
  ...named('TLS', 443, 8443),
  ...named('SQL Server', 1433),
  ...named('Oracle', 1521),
  ...named('MQTT', 1883, 8883),
  ...named('NFS', 2049),
  ...named('ZooKeeper', 2181),
  ...named('etcd', 2379, 2380),
  ...named('MySQL', 3306),
  ...named('NATS', 4222),
  ...named('PostgreSQL', 5432),
  ...named('AMQP', 5671, 5672),
  ...named('Redis', 6379),
  ...named('Pulsar', 6650),
  ...named('Bolt', 7687),
  ...named('Cassandra', 9042),
  ...named('Kafka', 9092),
  ...named('Memcached', 11211),
  ...named('MongoDB', 27017),
  ...named('gRPC', 50051),
]);

function named(protocol: string, ...ports: readonly number[]): (readonly [number, string])[] {
  return ports.map((port) => [port, protocol] as const);
}

/** Ports on which HTTP is usual, as ranges. */
const HTTP_PORTS: readonly (readonly [from: number, to: number])[] = [
  [80, 90],
  [3000, 3010],
  [4000, 4000],
  [4200, 4200],
  [5000, 5001],
  [8000, 8100],
  [8180, 8189],
  [8888, 8888],
  [9000, 9001],
  [9080, 9090],
  [9898, 9898],
];
/** The protocols of port names to which HTTP routes of Istio apply. */
const HTTP_NAME = /^(?:http|http2|grpc|grpc-web)(?:-|$)|^kubernetes\.io\/(?:h2c|ws)$/;
/** Port names of protocols in which Istio sees no requests, or that are not HTTP. */
const OTHER_NAME =
  /^(?:https|tcp|tls|udp|mongo|mongodb|mysql|redis|mqtt|mqtts|amqp|amqps|kafka|postgres|postgresql|pgsql|nats|ldap|ldaps|smtp|ssh|dns)(?:-|$)/;

/** The app's port as the Service of callers states it, before and after. */
interface SplitPort {
  readonly before: Field | undefined;
  readonly after: Field;
}

/**
 * What the names of ports change. An unnamed port gets a name; a port of another protocol than HTTP is not split by the
 * routes of an app.
 *
 * @param service The Service of callers. Undefined if there is none.
 * @param made What it becomes, or the one that is added.
 * @param deployment Whose container says what it serves.
 * @param port The number of the app's port.
 * @param isHttp Whether something else tells that callers send HTTP requests, such as a route.
 */
export function protocolRemarks(
  service: Resource | undefined,
  made: Resource,
  deployment: Resource,
  port: unknown,
  isHttp: boolean,
): ProtocolRemarks {
  const [first, ...others] = objectsIn(made.field('spec', 'ports'));
  if (first === undefined) return { said: [], dangerous: [] };
  const before = service && objectsIn(service.field('spec', 'ports'))[0];
  const dangerous = ofSplitPort({ before, after: first }, made, deployment, port, isHttp);
  const said = others
    .filter((one) => isOther(protocolTextOf(one)) || one.get('protocol').string === 'UDP')
    .map((one) => `Service ${made.name}: ${described(one)} is not HTTP, so that its requests are not split by weight`);
  return { said, dangerous: dangerous === undefined ? [] : [dangerous] };
}

function ofSplitPort(
  { before, after }: SplitPort,
  made: Resource,
  deployment: Resource,
  port: unknown,
  isHttp: boolean,
): string | undefined {
  const where = `Service ${made.name}: ${described(after)}`;
  const stated = before && protocolTextOf(before);
  const wellKnown = [port, before?.get('port').value].find((one) => WELL_KNOWN.has(one));
  const known = WELL_KNOWN.get(wellKnown);
  const transport = after.get('protocol').string ?? 'TCP';
  if (transport !== 'TCP') return `${where} is ${transport}, which no route splits; keep the Deployment`;
  if (stated !== undefined) {
    const isElse = isOther(stated) || (!HTTP_NAME.test(stated) && known !== undefined && !isHttp);
    if (!isElse) return undefined;
    const remedy = before?.get('appProtocol').exists ? REMEDY.replace('name the port http or grpc', SAY_SO) : REMEDY;
    return `${where} is not HTTP to Istio, so that the weights of its HTTP routes do not apply; ${remedy}`;
  }
  const name = after.get('name').string;
  if (name === undefined || isHttp || servesHttp(deployment, port)) return undefined;
  const number = String(after.get('port').value);
  const what =
    before === undefined ? `is added with port ${number}, named ${name}` : `port ${number} gets the name ${name}`;
  const effect = HTTP_NAME.test(name) ? `, so that Istio treats it as ${name.toUpperCase()}` : '';
  const changed =
    before === undefined ? `Service ${made.name} ${what}${effect}` : `Service ${made.name}: ${what}${effect}`;
  if (known !== undefined) return `${changed}, but ${String(wellKnown)} is the port of ${known}; ${REMEDY}`;
  if (before === undefined || isUsualForHttp(port)) return undefined;
  return `${changed}, and nothing in the manifests says that it serves HTTP; name the port by its protocol in the Service`;
}

const isUsualForHttp = (port: unknown): boolean =>
  typeof port === 'number' && HTTP_PORTS.some(([from, to]) => from <= port && port <= to);

const REMEDY =
  'if it serves HTTP or gRPC, name the port http or grpc in the Service; otherwise split it with `traffic.tcpRoutes`, or keep the Deployment';

/** Istio reads `appProtocol`, and then no name. */
const SAY_SO = 'let its appProtocol be http or grpc';

/** What Istio reads the protocol from. Undefined if nothing is stated. */
function protocolTextOf(port: Field): string | undefined {
  return (port.get('appProtocol').string ?? port.get('name').string)?.toLowerCase();
}

const isOther = (text: string | undefined): boolean => text !== undefined && OTHER_NAME.test(text);

function described(port: Field): string {
  const [name, protocol] = ['name', 'appProtocol'].map((field) => port.get(field).string);
  const said = [...(name === undefined ? [] : [name]), ...(protocol === undefined ? [] : [`appProtocol ${protocol}`])];
  return `port ${String(port.get('port').value)}${said.length === 0 ? '' : ` (${said.join(', ')})`}`;
}

/** Whether the pods tell that a port serves HTTP: by its name, a probe, or because metrics are read from it. */
function servesHttp(deployment: Resource, port: unknown): boolean {
  const template = deployment.field('spec', 'template');
  const scraped = template.get('metadata', 'annotations', 'prometheus.io/port').string;
  if (scraped !== undefined && scraped === String(port)) return true;
  return objectsIn(template.get('spec', 'containers')).some((container) => {
    const names = objectsIn(container.get('ports'))
      .filter((one) => one.get('containerPort').value === port)
      .flatMap((one) => one.get('name').string ?? []);
    if (names.some((name) => HTTP_NAME.test(name))) return true;
    return ['readinessProbe', 'livenessProbe', 'startupProbe'].some((probe) => {
      const asked = container.get(probe, 'httpGet', 'port').value;
      return asked !== undefined && (asked === port || names.some((name) => name === asked));
    });
  });
}
