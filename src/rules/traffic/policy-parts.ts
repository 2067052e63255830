import { isFinerThanMilliseconds } from '../../formats/go-duration';
import { isAddress, isFullName, isMaglevSize, localityFaults } from '../../formats/istio-values';
import { quoted } from '../../formats/names';
import type { Field, Resource } from '../../graph';
import type { Report } from '../shared/rule';

/** The durations of a traffic policy. */
const DURATIONS: readonly (readonly string[])[] = [
  ['connectionPool', 'http', 'idleTimeout'],
  ['connectionPool', 'http', 'http2KeepAlive', 'interval'],
  ['connectionPool', 'http', 'http2KeepAlive', 'timeout'],
  ['connectionPool', 'tcp', 'connectTimeout'],
  ['connectionPool', 'tcp', 'maxConnectionDuration'],
  ['connectionPool', 'tcp', 'idleTimeout'],
  ['connectionPool', 'tcp', 'tcpKeepalive', 'time'],
  ['connectionPool', 'tcp', 'tcpKeepalive', 'interval'],
  ['outlierDetection', 'interval'],
  ['outlierDetection', 'baseEjectionTime'],
  ['loadBalancer', 'warmup', 'duration'],
];

/** Istio takes durations in whole milliseconds. */
export function checkDurations(policy: Field, owner: Resource, report: Report): void {
  for (const path of DURATIONS) {
    const time = policy.get(...path);
    if (time.string === undefined || !isFinerThanMilliseconds(time.string)) continue;
    report(time, `${path.join('.')} of ${owner} is ${time.string}, but Istio accepts only whole milliseconds`);
  }
}

const COUNTS = [
  ...['http1MaxPendingRequests', 'http2MaxRequests', 'maxRequestsPerConnection', 'maxRetries', 'maxConcurrentStreams'],
];

/** What Istio refuses about a connection pool. */
export function checkConnectionPool(pool: Field, owner: Resource, report: Report): void {
  if (!pool.exists || typeof pool.value !== 'object') return;
  const [http, tcp] = [pool.get('http'), pool.get('tcp')];
  if (!http.exists && !tcp.exists) report(pool, `a connectionPool of ${owner} is empty`, { on: 'key' });
  for (const count of [...COUNTS.map((key) => http.get(key)), tcp.get('maxConnections')]) {
    if ((count.number ?? 0) < 0) report(count, `${count} of ${owner} is ${count.number}`, { hint: 'use 0 or more' });
  }
  const keepAlive = http.get('http2KeepAlive');
  for (const key of ['interval', 'timeout'].filter((one) => keepAlive.exists && !keepAlive.get(one).exists)) {
    report(keepAlive, `http2KeepAlive of ${owner} has no ${key}`, { on: 'key', hint: `add the ${key}` });
  }
  if (http.get('h2UpgradePolicy').string === 'UPGRADE' && http.get('useClientProtocol').boolean === true) {
    report(http.get('useClientProtocol'), `${owner} both upgrades connections and keeps the client's protocol`, {
      on: 'key',
      hint: 'remove useClientProtocol or h2UpgradePolicy',
    });
  }
}

/** What Istio refuses about a load balancer, and what it warns of. */
export function checkLoadBalancer(balancer: Field, outlier: Field, owner: Resource, report: Report): void {
  const hash = balancer.get('consistentHash');
  const cookie = hash.get('httpCookie');
  if (cookie.exists && !cookie.get('name').string) report(cookie, `a cookie of ${owner} has no name`, { on: 'key' });
  const seen = new Set<string>();
  for (const attribute of cookie.get('attributes').items()) {
    const name = attribute.get('name').string ?? '';
    if (name === '') report(attribute, `an attribute of a cookie of ${owner} has no name`);
    else if (seen.has(name)) report(attribute.get('name'), `a cookie of ${owner} has the attribute '${name}' twice`);
    seen.add(name);
  }
  for (const key of ['httpHeaderName', 'httpQueryParameterName']) {
    if (hash.get(key).value !== '') continue;
    report(hash.get(key), `${key} of ${owner} is empty, so that nothing is hashed`, { severity: 'warning' });
  }
  const size = hash.get('maglev', 'tableSize');
  if (hash.get('maglev').exists && !isMaglevSize(size.number ?? 0)) {
    report(
      size.exists ? size : hash.get('maglev'),
      `the table of maglev hashing of ${owner} has the size ${size.number ?? 0}`,
      {
        hint: 'use a prime number below 5000011, such as 65537',
      },
    );
  }
  if ((hash.get('minimumRingSize').number ?? 0) !== 0 && (hash.get('maglev').exists || hash.get('ringHash').exists)) {
    report(hash.get('minimumRingSize'), `${owner} has minimumRingSize beside maglev or ringHash`, { on: 'key' });
  }
  checkLocality(balancer.get('localityLbSetting'), outlier, report);
  checkZones(balancer, outlier, owner, report);
}

const TOPOLOGY = ['region', 'zone'].map((one) => `topology.kubernetes.io/${one}`).concat('topology.istio.io/subzone');

/** Istio spreads over zones by itself, so that failover orders regions alone. */
function checkZones(balancer: Field, outlier: Field, owner: Resource, report: Report): void {
  const zones = balancer.get('zoneAwareLbSetting');
  if (!zones.exists) return;
  if (balancer.get('localityLbSetting').exists) {
    report(zones, `${owner} has both localityLbSetting and zoneAwareLbSetting`, { on: 'key' });
  }
  const failover = zones.get('failover').items();
  const priority = zones.get('failoverPriority').items();
  for (const label of priority.filter(({ string = '' }) => TOPOLOGY.includes(string))) {
    report(label, `failoverPriority of ${owner} names ${label.string}, which Istio orders by itself`);
  }
  for (const one of failover) {
    const { from, to } = pair(one);
    if (from === to) report(one, `${quoted(from)} of ${owner} fails over to itself`, { hint: 'name another region' });
    if (/[/*]/.test(from + to)) {
      report(one, `a failover of ${owner} names more than a region`, { hint: 'name regions without zones and stars' });
    }
  }
  if (failover.length + priority.length > 0 && !outlier.exists) {
    report(zones, `${owner} fails over without outlierDetection, so that nothing is known to fail`, {
      on: 'key',
      severity: 'warning',
    });
  }
}

const pair = (field: Field): { from: string; to: string } => ({
  from: field.get('from').string ?? '',
  to: field.get('to').string ?? '',
});

function checkLocality(locality: Field, outlier: Field, report: Report): void {
  const faults = localityFaults({
    distribute: locality
      .get('distribute')
      .items()
      .map((one) => ({
        from: one.get('from').string ?? '',
        to: Object.fromEntries(
          one
            .get('to')
            .entries()
            .map(([name, weight]) => [name, weight.number ?? 0]),
        ),
      })),
    failover: locality.get('failover').items().map(pair),
    failoverPriority: locality
      .get('failoverPriority')
      .items()
      .map((one) => one.string ?? ''),
    hasOutlierDetection: outlier.exists,
  });
  for (const { message, in: where, refused } of faults) {
    const field = locality.get(where);
    const [text, hint] = message.split('; ');
    report(field.exists ? field : locality, text, { on: 'key', hint, severity: refused ? undefined : 'warning' });
  }
}

/** The problems for which Istio refuses the tunnel to a proxy outside of the mesh. */
export function checkTunnel(policy: Field, owner: Resource, report: Report): void {
  const tunnel = policy.get('tunnel');
  if (!tunnel.exists || typeof tunnel.value !== 'object') return;
  const [protocol, host, port] = ['protocol', 'targetHost', 'targetPort'].map((key) => tunnel.get(key));
  if (protocol.string && protocol.string !== 'CONNECT' && protocol.string !== 'POST') {
    report(protocol, `${protocol} of ${owner} is ${quoted(protocol.string)}`, { hint: 'use CONNECT or POST' });
  }
  if (host.string !== undefined && !isFullName(host.string) && !isAddress(host.string)) {
    report(host, `${host} of ${owner} is ${quoted(host.string)}, which is no host`, {
      hint: 'give the full name of one host, or an address',
    });
  }
  if (port.number !== undefined && (port.number < 1 || port.number > 65535)) {
    report(port, `${port} of ${owner} is ${port.number}, which is not a port`, { hint: 'it must be from 1 to 65535' });
  }
  const proxyProtocol = policy.get('proxyProtocol');
  if (proxyProtocol.exists) {
    report(proxyProtocol, `a trafficPolicy of ${owner} has both tunnel and proxyProtocol`, {
      on: 'key',
      hint: 'use one',
    });
  }
}

/** What Istio refuses about the TLS of a client. */
export function checkClientTls(tls: Field, owner: Resource, report: Report): void {
  const given = (key: string): boolean => Boolean(tls.get(key).string);
  const mode = tls.get('mode').string ?? 'DISABLE';
  if (mode !== 'SIMPLE' && mode !== 'MUTUAL') return;
  const names = tls.get('subjectAltNames').items().length > 0;
  if (tls.get('insecureSkipVerify').boolean === true) {
    const against = given('caCertificates') || names || (mode === 'SIMPLE' && given('credentialName'));
    if (against) {
      report(tls.get('insecureSkipVerify'), `${owner} skips the check of a certificate that it says how to check`, {
        on: 'key',
        hint: 'remove insecureSkipVerify',
      });
    }
  }
  const files = ['clientCertificate', 'privateKey', 'caCertificates', 'caCrl'].filter(given);
  if (given('credentialName')) {
    if (files.length === 0) return;
    report(tls.get('credentialName'), `${owner} has both credentialName and ${files[0]}`, {
      on: 'key',
      hint: 'use one',
    });
  } else if (mode === 'MUTUAL' && !(given('clientCertificate') && given('privateKey'))) {
    report(tls, `tls of ${owner} has the mode MUTUAL and no certificate`, { on: 'key', hint: 'give credentialName' });
  }
}
