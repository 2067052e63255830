import { documents, exampleRouted, exampleService } from '../../../src/rules/shared/example';
import { answer, gateway, object, rollout, route, server, virtualService } from './frames';
import type { Refusals } from './refusal';

const STABLE = 'route: [{ destination: { host: checkout-stable } }]';
const http = (port = 'name: http, protocol: HTTP'): string => server(port, 'hosts: [shop.example.com]');
const tlsServer = (tls: string): string =>
  gateway(server('name: https, protocol: HTTPS', `hosts: [shop.example.com]\ntls: ${tls}`));
const bothVersions =
  '{ destination: { host: checkout-stable }, weight: 100 }, { destination: { host: checkout-canary }, weight: 0 }';

/** The refusals of the objects of Istio. */
export const ISTIO_REFUSALS: Refusals = {
  'traffic/authorization-policy.ts': [
    ['so it would allow no request at all', 'valid'],
    [
      'action is DENY without principals',
      'MSH013',
      object('security.istio.io/v1', 'AuthorizationPolicy', 'a', 'action: DENY\nrules: []'),
    ],
    [
      'the name of the AuthorizationPolicy',
      'SCH006',
      object('security.istio.io/v1', 'AuthorizationPolicy', 'A B', 'action: DENY'),
    ],
    [
      'pods is given together with waypoint',
      'MSH013',
      object(
        'security.istio.io/v1',
        'AuthorizationPolicy',
        'a',
        'selector: { matchLabels: { app: a } }\ntargetRefs: [{ kind: Gateway, group: gateway.networking.k8s.io, name: waypoint }]',
      ),
    ],
  ],
  'traffic/connection-source.ts': [
    [
      'destinationSubnets has',
      'TRF044',
      virtualService(`hosts: [checkout]\ntcp:\n  - match: [{ destinationSubnets: [shop] }]\n    ${STABLE}`),
    ],
    [
      "the source label '…'",
      'TRF044',
      virtualService(`hosts: [checkout]\ntcp:\n  - match: [{ sourceLabels: { app: 'a b' } }]\n    ${STABLE}`),
    ],
  ],
  'traffic/cors-policy.ts': [
    ['an origin is always present', 'TRF044', route('corsPolicy: { allowOrigins: [{}] }')],
    ['a header of the CORS policy', 'TRF044', route("corsPolicy: { allowHeaders: ['x y'] }")],
    ['allowMethods has', 'TRF044', route('corsPolicy: { allowMethods: [FETCH] }')],
    ['maxAge is …; use whole seconds', 'TRF044', route('corsPolicy: { maxAge: 1500us }')],
  ],
  'traffic/destination.ts': [
    ['host is …; name one Service', 'TRF028', answer("route: [{ destination: { host: '*' } }]")],
  ],
  'traffic/existing-virtual-service.ts': [
    ["the existing VirtualService '…'", 'title'],
    ['the name of an existing VirtualService', 'REF002', exampleRouted('', 'virtualService: { name: other }')],
    ['the namespace of …', 'title'],
    [
      'a route has an empty name',
      'TRF001',
      exampleRouted(`- name: primary\n  route: [${bothVersions}]`, "virtualService: { name: checkout, routes: [''] }"),
    ],
    [
      '…: a server name',
      'TRF004',
      exampleRouted(
        `- name: primary\n  route: [${bothVersions}]`,
        "virtualService: { name: checkout, routes: [primary], tlsRoutes: [{ sniHosts: ['http://a'] }] }",
      ),
    ],
    [
      'a TLS route has no sniHosts',
      'TRF004',
      exampleRouted(
        `- name: primary\n  route: [${bothVersions}]`,
        'virtualService: { name: checkout, routes: [primary], tlsRoutes: [{ port: 443 }] }',
      ),
    ],
    [
      'the port of a TLS route',
      'TRF004',
      exampleRouted(
        `- name: primary\n  route: [${bothVersions}]`,
        'virtualService: { name: checkout, routes: [primary], tlsRoutes: [{ port: 70000, sniHosts: [a] }] }',
      ),
    ],
    [
      'the port of a TCP route',
      'TRF004',
      exampleRouted(
        `- name: primary\n  route: [${bothVersions}]`,
        'virtualService: { name: checkout, routes: [primary], tcpRoutes: [{ port: 70000 }] }',
      ),
    ],
  ],
  'traffic/header-operations.ts': [
    ['is called …, which is no header name', 'TRF044', route("headers: { request: { set: { 'x y': a } } }")],
    ['… is empty; leave it out, or give set', 'valid'],
    ['a header of …', 'title'],
    ["removes 'host', which a request", 'TRF044', route('headers: { request: { remove: [host] } }')],
    ["the header '…' of …", 'title'],
    ["in which Envoy takes '%'", 'TRF044', route("headers: { request: { set: { x-share: '50%' } } }")],
  ],
  'traffic/http-fault.ts': [
    ["the delay's percentage", 'TRF044', route('fault: { delay: { fixedDelay: 1s, percentage: { value: 120 } } }')],
    ["the abort's percentage", 'TRF044', route('fault: { abort: { httpStatus: 500, percentage: { value: 120 } } }')],
    ['the fault is empty', 'TRF044', route('fault: {}')],
    ['the abort needs one status', 'TRF044', route('fault: { abort: { percentage: { value: 10 } } }')],
    ['httpStatus is …; use one from 200', 'TRF044', route('fault: { abort: { httpStatus: 700 } }')],
    ['grpcStatus is', 'TRF044', route('fault: { abort: { grpcStatus: BROKEN } }')],
    ['use a number from 0 to 100', 'TRF044', route('fault: { delay: { fixedDelay: 1s, percentage: { value: -1 } } }')],
  ],
  'traffic/http-match.ts': [
    [
      'matches nothing in particular',
      'TRF020',
      virtualService(`hosts: [checkout]\nhttp:\n  - match: [{}]\n    ${STABLE}\n  - name: b\n    ${STABLE}`),
    ],
    ['the … is always present', 'valid'],
    ["…: the … '…'", 'TRF044', route("match: [{ headers: { 'x y': { exact: a } } }]")],
    ["the source label '…'", 'TRF044', route("match: [{ sourceLabels: { app: 'a b' } }]")],
    ['matches …, which is no path', 'TRF044', route('match: [{ uri: { prefix: checkout } }]')],
  ],
  'traffic/http-redirect.ts': [
    ['redirects to where it is', 'TRF044', answer('redirect: {}')],
    ['scheme is …; use', 'TRF044', answer('redirect: { scheme: ftp }')],
    [
      'port is given together with derivePort',
      'SCH007',
      answer('redirect: { port: 80, derivePort: FROM_REQUEST_PORT }'),
    ],
    ['redirectCode is …', 'TRF044', answer('redirect: { uri: /a, redirectCode: 200 }')],
    ['status is …; use one from 200', 'TRF044', answer('directResponse: { status: 700 }')],
    [
      'the body has … bytes',
      'TRF044',
      answer(`directResponse: { status: 200, body: { string: ${'a'.repeat(1024 * 1024 + 1)} } }`),
    ],
  ],
  'traffic/http-retries.ts': [
    ['attempts is …; use a whole number', 'TRF029', route('retries: { attempts: -1 }')],
    ['attempts is 0, together with settings', 'TRF029', route('retries: { attempts: 0, retryOn: 5xx }')],
    ["retryOn has '…'", 'TRF029', route('retries: { attempts: 2, retryOn: broken }')],
  ],
  'traffic/http-rewrite.ts': [
    ['rewrites to …, which is no path', 'TRF044', route('rewrite: { uri: checkout }')],
    ['rewrites a regex to nothing', 'TRF044', route("rewrite: { uriRegexRewrite: { match: '/a/(.*)' } }")],
    ['the rewritten authority', 'TRF044', route("rewrite: { authority: 'http://a' }")],
  ],
  'traffic/http-route.ts': [
    ['the delegate of …', 'TRF016', answer("delegate: { name: 'A B' }")],
    ['the namespace of the delegate', 'TRF016', answer("delegate: { name: other, namespace: 'A B' }")],
    ['use one of …', 'text'],
    ['state the ports of the Services', 'text'],
    [
      'which no port of the Services is called',
      'TRF021',
      documents(
        answer('route: [{ destination: { host: checkout-stable, port: { number: 9999 } } }]'),
        exampleService('checkout-stable'),
      ),
    ],
    [
      'a route has an empty name',
      'TRF001',
      exampleRouted(`- name: primary\n  route: [${bothVersions}]`, "virtualService: { name: checkout, routes: [''] }"),
    ],
    ['the mirror of …', 'TRF028', route("mirror: { host: 'a b' }")],
    ["the mirror's percentage", 'TRF029', route('mirror: { host: checkout-canary }\nmirrorPercentage: { value: 120 }')],
    ['which stickyCanary needs for its own', 'computed'],
    ['give request or response', 'valid'],
  ],
  'traffic/istio-gateway.ts': [
    [
      "the port of server '…'",
      'TRF030',
      gateway('- port: { number: 70000, name: http, protocol: HTTP }\n  hosts: [shop.example.com]'),
    ],
    [
      "a host of server '…'",
      'TRF028',
      gateway(server('name: http, protocol: HTTP', "hosts: ['http://shop.example.com']")),
    ],
    ['is …, a short name', 'TRF028', gateway(server('name: http, protocol: HTTP', 'hosts: [shop]'))],
    ["server '…' has no host", 'TRF030', gateway(server('name: http, protocol: HTTP', 'hosts: []'))],
    ['has an empty credentialName', 'TRF030', tlsServer("{ mode: SIMPLE, credentialName: '' }")],
    [
      'verifyCertificateHash has',
      'TRF030',
      tlsServer('{ mode: MUTUAL, credentialName: a, verifyCertificateHash: [abc] }'),
    ],
    [
      'verifyCertificateSpki has',
      'TRF030',
      tlsServer('{ mode: MUTUAL, credentialName: a, verifyCertificateSpki: [abc] }'),
    ],
    [
      'ends no TLS, so … do nothing',
      'TRF030',
      tlsServer('{ mode: PASSTHROUGH, minProtocolVersion: TLSV1_3, cipherSuites: [ECDHE-RSA-AES128-GCM-SHA256] }'),
    ],
    [
      'asks clients for no certificate',
      'TRF030',
      tlsServer('{ mode: SIMPLE, credentialName: a, subjectAltNames: [shop.example.com] }'),
    ],
    ['has … furtherCredentialNames', 'SCH006', tlsServer('{ mode: SIMPLE, credentialNames: [a, b, c] }')],
    ["has the mesh's own certificate", 'TRF030', tlsServer('{ mode: ISTIO_MUTUAL, credentialName: a }')],
    ['the name of the Gateway', 'TRF028', gateway(http()).replace('name: checkout-gateway', 'name: checkout.gateway')],
    ['servers is empty', 'TRF030', gateway('[]')],
    ['two servers have the port name', 'TRF030', gateway(`${http()}\n${http()}`)],
    ['of which Istio drops one', 'TRF030', gateway(`${http()}\n${server('name: tcp, protocol: TCP', "hosts: ['*']")}`)],
    [
      'a gateway is …; use a name',
      'TRF028',
      virtualService(`hosts: [checkout]\ngateways: ['a/b/c']\nhttp:\n  - ${STABLE}`),
    ],
  ],
  'traffic/istio-traffic-split.ts': [
    [
      'the stable and the canary Service are both',
      'ROL001',
      rollout('canaryService: checkout\nstableService: checkout\nsteps: [{ setWeight: 50 }, { pause: {} }]'),
    ],
    ['existingVirtualServices is given together with', 'exclusive'],
    [
      'existingVirtualServices is empty',
      'REF005',
      exampleRouted(`- name: primary\n  route: [${bothVersions}]`, 'virtualServices: []'),
    ],
    ['meshHosts is empty', 'exclusive'],
    ['two VirtualServices are called', 'REF022', documents(route(''), route('timeout: 5s'))],
    ['the host of the subsets is', 'valid'],
    ['the host of the subsets', 'title'],
    ['stickyCanary is given together with subsets', 'computed'],
    ['trafficPolicy is given together with a DestinationRule', 'exclusive'],
    ['stable or canary names a subset', 'exclusive'],
    ['which create a new Gateway', 'exclusive'],
    ['an http or https server', 'text'],
    [
      'and no server of the Gateway serves them',
      'TRF018',
      documents(
        gateway(server('name: tls, protocol: TLS', 'hosts: [shop.example.com]\ntls: { mode: PASSTHROUGH }')),
        virtualService(`hosts: [shop.example.com]\ngateways: [checkout-gateway]\nhttp:\n  - ${STABLE}`),
      ),
    ],
    [
      'no server of the Gateway answers for',
      'TRF018',
      documents(
        gateway(http()),
        virtualService(`hosts: [other.example.com]\ngateways: [checkout-gateway]\nhttp:\n  - ${STABLE}`),
      ),
    ],
  ],
  'traffic/istio-virtual-service.ts': [
    ['the name of the VirtualService', 'SCH006', route('').replace('name: checkout', "name: 'A B'")],
    ['hosts is empty; name the hosts', 'TRF029', virtualService(`gateways: [a]\nhttp:\n  - ${STABLE}`)],
    ["a host is '*' on the mesh gateway", 'TRF017', virtualService(`hosts: ['*']\nhttp:\n  - ${STABLE}`)],
    ['gateways is empty', 'valid'],
    [
      'and a split route does not say which',
      'TRF021',
      documents(
        exampleRouted(`- name: primary\n  route: [${bothVersions}]`),
        exampleService('checkout-stable').replace(
          /ports: .*/,
          'ports: [{ name: http, port: 80 }, { name: admin, port: 9000 }]',
        ),
      ),
    ],
    [
      'and the Chart has none by which',
      'TRF025',
      documents(
        exampleRouted(`- name: primary\n  route: [${bothVersions}]`, 'virtualService: { name: checkout.edge }')
          .replace(
            'VirtualService\nmetadata:\n  name: checkout',
            'VirtualService\nmetadata:\n  name: checkout\n  namespace: edge',
          )
          .replace('Rollout\nmetadata:\n  name: checkout', 'Rollout\nmetadata:\n  name: checkout\n  namespace: shop'),
      ),
    ],
    ['asDelegate is given together with …', 'TRF029', virtualService(`gateways: [a]\nhttp:\n  - ${STABLE}`)],
    ['asDelegate is given together with TLS or TCP', 'TRF029', virtualService(`tcp:\n  - ${STABLE}`)],
    [
      'no route is split, so the canary',
      'TRF002',
      exampleRouted('- name: primary\n  route: [{ destination: { host: checkout-stable } }]'),
    ],
    [
      'two routes are called',
      'TRF011',
      exampleRouted(
        `- name: primary\n  route: [${bothVersions}]\n- name: primary\n  match: [{ uri: { prefix: /a } }]\n  route: [${bothVersions}]`,
        'virtualService: { name: checkout, routes: [primary] }',
      ).replace('  istio:', '  managedRoutes: [{ name: testers }]\n        istio:'),
    ],
    [
      'two TLS routes take the same connections',
      'TRF020',
      virtualService(
        `hosts: [shop.example.com]\ntls:\n  - match: [{ port: 443, sniHosts: [shop.example.com] }]\n    ${STABLE}\n  - match: [{ port: 443, sniHosts: [shop.example.com] }]\n    ${STABLE}`,
      ),
    ],
    [
      'two TCP routes take the same connections',
      'TRF020',
      virtualService(
        `hosts: [shop.example.com]\ntcp:\n  - match: [{ port: 443 }]\n    ${STABLE}\n  - match: [{ port: 443 }]\n    ${STABLE}`,
      ),
    ],
    [
      'a route matches gateway',
      'TRF020',
      virtualService(`hosts: [checkout]\ngateways: [mesh]\nhttp:\n  - match: [{ gateways: [public] }]\n    ${STABLE}`),
    ],
    [
      'no … route is split, which Argo Rollouts refuses',
      'TRF002',
      exampleRouted(`- name: primary\n  route: [${bothVersions}]`).replace(/$/, `  tcp:\n    - ${STABLE}\n`),
    ],
    [
      'takes every request, so that',
      'TRF020',
      virtualService(`hosts: [checkout]\nhttp:\n  - ${STABLE}\n  - match: [{ uri: { prefix: /a } }]\n    ${STABLE}`),
    ],
  ],
  'traffic/sticky-canary.ts': [
    ['value is missing', 'computed'],
    ['which is no value for a cookie here', 'computed'],
    ['which is no cookie name here', 'computed'],
    ['cookie and stableCookie are both', 'computed'],
    ['path is …, which is no path', 'computed'],
    ['without secure, which browsers refuse', 'computed'],
  ],
  'traffic/string-match.ts': [['has an empty prefix', 'TRF029', route("match: [{ headers: { x: { prefix: '' } } }]")]],
  'traffic/tcp-route.ts': [
    [
      'the port of a TCP route',
      'TRF029',
      virtualService(`hosts: [checkout]\ntcp:\n  - match: [{ port: 70000 }]\n    ${STABLE}`),
    ],
  ],
  'traffic/tls-route.ts': [
    [
      'a TLS route has no sniHosts',
      'TRF029',
      virtualService(`hosts: [shop.example.com]\ntls:\n  - match: [{ port: 443 }]\n    ${STABLE}`),
    ],
    [
      '…: a server name',
      'TRF029',
      virtualService(
        `hosts: [shop.example.com]\ntls:\n  - match: [{ port: 443, sniHosts: ['http://a'] }]\n    ${STABLE}`,
      ),
    ],
    [
      "'…' is none of the hosts",
      'TRF029',
      virtualService(
        `hosts: [shop.example.com]\ntls:\n  - match: [{ port: 443, sniHosts: [other.example.com] }]\n    ${STABLE}`,
      ),
    ],
  ],
};
