import { TRAFFIC_RULES } from '../../src/rules/traffic';
import { describeRule, type RuleCase } from './describe-rule';

const virtualService = (spec: string): string =>
  `apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: { name: shop }\nspec: { ${spec} }`;
const http = (route: string): string => virtualService(`hosts: [shop], http: [{ ${route} }]`);
const destinationRule = (spec: string): string =>
  `apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: { name: shop }\nspec: { ${spec} }`;
const gateway = (servers: string, name = 'shop'): string =>
  `apiVersion: networking.istio.io/v1\nkind: Gateway\nmetadata: { name: ${name} }\nspec: { servers: [${servers}] }`;
const ROUTE = 'route: [{ destination: { host: shop } }]';
const PORT = 'port: { number: 80, name: http, protocol: HTTP }';

const table: Readonly<Record<string, readonly RuleCase[]>> = {
  TRF028: [
    {
      name: 'a URL is no host',
      manifest: virtualService(`hosts: ['http://shop.example.com'], http: [{ ${ROUTE} }]`),
      finds: [{ path: 'spec.hosts[0]' }],
    },
    {
      name: 'a host that another host takes with it',
      manifest: virtualService(`hosts: ['*.example.com', shop.example.com], http: [{ ${ROUTE} }]`),
      finds: [
        {
          path: 'spec.hosts[1]',
          message:
            "VirtualService shop lists the hosts '*.example.com' and 'shop.example.com', and one covers the other: Istio takes them for duplicates",
        },
      ],
    },
    {
      name: 'a host twice',
      manifest: virtualService(`hosts: [shop, shop], http: [{ ${ROUTE} }]`),
      finds: [{ path: 'spec.hosts[1]', message: "VirtualService shop lists the host 'shop' twice" }],
    },
    { name: 'an address', manifest: virtualService(`hosts: [10.1.2.3], http: [{ ${ROUTE} }]`) },
    { name: 'a full name with its dot', manifest: virtualService(`hosts: [shop.example.com.], http: [{ ${ROUTE} }]`) },
    {
      name: 'a destination that is empty, of any host, or at no port',
      manifest: http(
        "route: [{ destination: { host: '' } }, { destination: { host: '*' } }, { destination: { host: shop, port: { number: 0 } } }]",
      ),
      finds: [
        { path: 'spec.http[0].route[0].destination.host' },
        { path: 'spec.http[0].route[1].destination.host' },
        { path: 'spec.http[0].route[2].destination.port.number' },
      ],
    },
    {
      name: 'two subsets of one name',
      manifest: destinationRule('host: shop, subsets: [{ name: canary }, { name: canary }]'),
      finds: [{ path: 'spec.subsets[1].name' }],
    },
    {
      name: 'a Gateway by a path',
      manifest: virtualService(`hosts: [shop], gateways: [a/b/c], http: [{ ${ROUTE} }]`),
      finds: [{ path: 'spec.gateways[0]', hint: "write 'name' or 'namespace/name'" }],
    },
    {
      name: 'a Gateway for the hosts of one namespace',
      manifest: gateway(`{ ${PORT}, hosts: ['shop/*.example.com'] }`),
    },
    {
      name: 'a Gateway takes no short names',
      manifest: gateway(`{ ${PORT}, hosts: [shop, 'shop/shop', '*', 10.1.2.3] }`),
      finds: [
        { path: 'spec.servers[0].hosts[0]', hint: 'write the whole name, as in shop.example.com' },
        { path: 'spec.servers[0].hosts[1]' },
      ],
    },
    {
      name: 'a DestinationRule of nothing',
      manifest: 'apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: { name: shop }',
      finds: [{ message: 'DestinationRule shop has no spec, and so no host' }],
    },
    {
      name: "a Gateway's name with a dot",
      manifest: gateway(`{ ${PORT}, hosts: ['*'] }`, 'shop.example.com'),
      finds: [{ path: 'metadata.name' }],
    },
  ],
  TRF029: [
    { name: 'no routes at all', manifest: virtualService('hosts: [shop]'), finds: [{ path: 'spec' }] },
    { name: 'a route that has no destination', manifest: http('name: a'), finds: [{ path: 'spec.http[0]' }] },
    { name: 'a redirect', manifest: http("redirect: { uri: '/' }") },
    {
      name: 'a delegate beside a destination',
      manifest: http(`delegate: { name: other }, ${ROUTE}`),
      finds: [{ path: 'spec.http[0].route' }],
    },
    { name: 'a VirtualService that others delegate to', manifest: virtualService(`http: [{ ${ROUTE} }]`) },
    {
      name: '… which has no gateways',
      manifest: virtualService(`gateways: [shop], http: [{ ${ROUTE} }]`),
      finds: [{ path: 'spec.gateways' }],
    },
    {
      name: 'a tls route for a host that is not its own, and one that matches nothing',
      manifest: virtualService(
        `hosts: ['*.example.com'], tls: [{ match: [{ sniHosts: [shop.example.org] }], ${ROUTE} }, { ${ROUTE} }]`,
      ),
      finds: [{ path: 'spec.tls[0].match[0].sniHosts[0]' }, { path: 'spec.tls[1]' }],
    },
    {
      name: 'retries that are none, and on what Envoy does not know',
      manifest: http(`retries: { attempts: 0, retryOn: '5xx,always' }, ${ROUTE}`),
      finds: [{ path: 'spec.http[0].retries' }, { path: 'spec.http[0].retries.retryOn' }],
    },
    { name: 'retries on statuses', manifest: http(`retries: { attempts: 2, retryOn: '503,reset' }, ${ROUTE}`) },
    {
      name: 'an empty regular expression',
      manifest: http(`match: [{ uri: { regex: '' } }], ${ROUTE}`),
      finds: [{ path: 'spec.http[0].match[0].uri.regex' }],
    },
  ],
  TRF030: [
    {
      name: 'HTTPS without a certificate, and a protocol that Istio does not know',
      manifest: gateway(
        "{ port: { number: 443, name: https, protocol: HTTPS }, hosts: ['*'], tls: { mode: SIMPLE } }, { port: { number: 80, name: web, protocol: WEB }, hosts: ['*'] }",
      ),
      finds: [{ path: 'spec.servers[0].tls' }, { path: 'spec.servers[1].port.protocol' }],
    },
    { name: 'a redirect to HTTPS', manifest: gateway(`{ ${PORT}, hosts: ['*'], tls: { httpsRedirect: true } }`) },
    {
      name: 'two servers with one port name, the second for nobody',
      manifest: gateway(`{ ${PORT}, hosts: ['*'] }, { ${PORT}, hosts: [] }`),
      finds: [{ path: 'spec.servers[1].port.name' }, { path: 'spec.servers[1].hosts' }],
    },
    { name: 'no servers', manifest: gateway(''), finds: [{ path: 'spec.servers' }] },
    ...(
      [
        ['a certificate in files', 'mode: SIMPLE, serverCertificate: a, privateKey: b', []],
        ['a certificate without its key', 'mode: SIMPLE, serverCertificate: a', ['SIMPLE and no certificate']],
        ['a key without its certificate', 'mode: SIMPLE, privateKey: b', ['SIMPLE and no certificate']],
        ['a Secret', 'mode: SIMPLE, credentialName: a', []],
        ['several Secrets', 'mode: SIMPLE, credentialNames: [a, b]', []],
        ['several certificates', 'mode: SIMPLE, tlsCertificates: [{ serverCertificate: a, privateKey: b }]', []],
        ['a client without an authority', 'mode: MUTUAL, serverCertificate: a, privateKey: b', ['MUTUAL and no cert']],
        ['a client', 'mode: MUTUAL, serverCertificate: a, privateKey: b, caCertificates: c', []],
        ['TLS that is passed through', 'mode: PASSTHROUGH', []],
        ["the mesh's certificate", 'mode: ISTIO_MUTUAL', []],
        ["the mesh's certificate and another", 'mode: ISTIO_MUTUAL, credentialName: a', ['ISTIO_MUTUAL and a cert']],
      ] as const
    ).map(([name, tls, finds]): RuleCase => ({
      name,
      manifest: gateway(`{ port: { number: 443, name: https, protocol: HTTPS }, hosts: ['*'], tls: { ${tls} } }`),
      ...(finds.length > 0
        ? { finds: finds.map((what) => ({ message: expect.stringContaining(what) as never })) }
        : {}),
    })),
    {
      name: 'HTTP with a certificate, TCP with a redirect',
      manifest: gateway(
        `{ ${PORT}, hosts: ['*'], tls: { mode: SIMPLE, credentialName: a } }, { port: { number: 90, name: tcp, protocol: TCP }, hosts: ['*'], tls: { httpsRedirect: true } }`,
      ),
      finds: [{ hint: 'a server for plain HTTP can have tls.httpsRedirect alone' }, { hint: undefined }],
    },
    {
      name: 'HTTPS without tls',
      manifest: gateway("{ port: { number: 443, name: https, protocol: HTTPS }, hosts: ['*'] }"),
      finds: [{ message: 'a server of Gateway shop is for HTTPS and has no tls' }],
    },
  ],
  TRF031: [
    {
      name: 'a ping without its timeout',
      manifest: destinationRule(
        'host: shop, trafficPolicy: { connectionPool: { http: { http2KeepAlive: { interval: 30s } } } }',
      ),
      finds: [{ path: 'spec.trafficPolicy.connectionPool.http.http2KeepAlive', hint: 'add the timeout' }],
    },
    {
      name: 'a ping with both',
      manifest: destinationRule(
        'host: shop, trafficPolicy: { connectionPool: { http: { http2KeepAlive: { interval: 30s, timeout: 5s } } } }',
      ),
    },
    {
      name: 'zones in three wrong ways, and without outliers',
      manifest: destinationRule(
        'host: shop, trafficPolicy: { loadBalancer: { localityLbSetting: {}, zoneAwareLbSetting: { failover: [{ from: a, to: a }, { from: a/b, to: c }], failoverPriority: [topology.kubernetes.io/zone] } } }',
      ),
      finds: [
        { message: 'DestinationRule shop has both localityLbSetting and zoneAwareLbSetting' },
        { message: expect.stringContaining('fails over without outlierDetection') as never, severity: 'warning' },
        { message: "'a' of DestinationRule shop fails over to itself" },
        { message: 'a failover of DestinationRule shop names more than a region' },
        { path: 'spec.trafficPolicy.loadBalancer.zoneAwareLbSetting.failoverPriority[0]' },
      ],
    },
    {
      name: 'zones as they should be',
      manifest: destinationRule(
        'host: shop, trafficPolicy: { outlierDetection: {}, loadBalancer: { zoneAwareLbSetting: { failover: [{ from: a, to: b }], failoverPriority: [rack] } } }',
      ),
    },
    {
      name: 'an empty policy of a subset',
      manifest: destinationRule('host: shop, subsets: [{ name: canary, trafficPolicy: {} }]'),
      finds: [{ path: 'spec.subsets[0].trafficPolicy' }],
    },
    {
      name: 'more than all',
      manifest: destinationRule('host: shop, trafficPolicy: { outlierDetection: { maxEjectionPercent: 101 } }'),
      finds: [{ path: 'spec.trafficPolicy.outlierDetection.maxEjectionPercent', hint: 'it must be from 0 to 100' }],
    },
    {
      name: 'all',
      manifest: destinationRule('host: shop, trafficPolicy: { outlierDetection: { maxEjectionPercent: 100 } }'),
    },
    {
      name: 'a policy of no port',
      manifest: destinationRule('host: shop, trafficPolicy: { portLevelSettings: [{ tls: { mode: DISABLE } }] }'),
      finds: [{ path: 'spec.trafficPolicy.portLevelSettings[0]' }],
    },
  ],
};

for (const [code, cases] of Object.entries(table)) {
  describeRule(
    TRAFFIC_RULES.find((one) => one.code === code)!,
    cases,
  );
}
