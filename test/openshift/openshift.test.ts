import { App, Chart, Testing } from 'cdk8s';
import {
  Destination,
  GatewayServer,
  GuardedPrometheus,
  GuardedPrometheusProps,
  InsecureTraffic,
  IstioGateway,
  MeshNamespace,
  MeshNamespaceProps,
  OpenShiftRoute,
  OpenShiftRouteProps,
  RouteTermination,
  ServiceMeshMember,
  ServiceMeshMemberRoll,
  ServiceMeshMemberRollProps,
  ThanosQuerierAccess,
  UserWorkloadMonitoring,
} from '../../src';
import { Manifest, only, refusal, synthesize } from '../synthesized';

const HOST = 'checkout.apps.example.com';

describe('a Route', () => {
  const routeOf = (props: Partial<OpenShiftRouteProps> = {}) =>
    only(
      synthesize((chart) => new OpenShiftRoute(chart, 'checkout', { host: HOST, ...props })),
      'Route',
    );

  test('leads to the gateway of the mesh, where that is', () => {
    expect(routeOf()).toEqual({
      apiVersion: 'route.openshift.io/v1',
      kind: 'Route',
      metadata: { name: 'checkout', namespace: 'istio-system' },
      spec: {
        host: HOST,
        to: { kind: 'Service', name: 'istio-ingressgateway', weight: 100 },
        port: { targetPort: 'http2' },
        tls: { termination: 'edge', insecureEdgeTerminationPolicy: 'Redirect' },
        wildcardPolicy: 'None',
      },
    });
  });

  test.each([
    [
      RouteTermination.edge({ certificateSecret: 'cert', insecure: InsecureTraffic.ALLOW }),
      'http2',
      { termination: 'edge', insecureEdgeTerminationPolicy: 'Allow', externalCertificate: { name: 'cert' } },
    ],
    [
      RouteTermination.reencrypt({ destinationCaCertificate: 'PEM' }),
      'https',
      { termination: 'reencrypt', insecureEdgeTerminationPolicy: 'Redirect', destinationCACertificate: 'PEM' },
    ],
    [RouteTermination.passthrough(), 'https', { termination: 'passthrough', insecureEdgeTerminationPolicy: 'None' }],
    [RouteTermination.none(), 'http2', undefined],
  ])('ends TLS where it is told to (%#)', (termination, port, tls) => {
    const { spec } = routeOf({ termination });
    expect(spec.port.targetPort).toBe(port);
    expect(spec.tls).toEqual(tls);
  });

  test('takes another gateway', () => {
    const { metadata, spec } = routeOf({
      metadata: { namespace: 'edge', name: 'x' },
      serviceName: 'gw',
      portName: 'web',
    });
    expect(metadata).toEqual({ name: 'x', namespace: 'edge' });
    expect(spec).toMatchObject({ to: { name: 'gw' }, port: { targetPort: 'web' } });
  });

  const problems = (props: Partial<OpenShiftRouteProps>, ...servers: GatewayServer[]) =>
    refusal((scope) => {
      const gateway = servers.length ? new IstioGateway(scope, 'gateway', { servers }) : undefined;
      new OpenShiftRoute(scope, 'checkout', { host: HOST, gateway, ...props });
    }).join('\n');
  const hosts = ['*.apps.example.com'];

  test('fits the Gateway behind it', () => {
    expect(problems({}, GatewayServer.http({ hosts }))).toBe('');
    expect(problems({ termination: RouteTermination.reencrypt() }, GatewayServer.https('c', { hosts }))).toBe('');
    expect(problems({ termination: RouteTermination.passthrough() }, GatewayServer.tlsPassthrough({ hosts }))).toBe('');
  });

  test('is refused where it does not', () => {
    expect(problems({}, GatewayServer.httpsRedirect({ hosts }))).toContain('to HTTPS in an endless loop');
    expect(problems({}, GatewayServer.https('c', { hosts }))).toContain('has no HTTP server for');
    expect(problems({}, GatewayServer.http({ hosts: ['a.b'] }))).toContain('has no HTTP server for');
    expect(problems({ termination: RouteTermination.passthrough() }, GatewayServer.http({ hosts }))).toContain(
      'has no TLS server for',
    );
  });

  test.each<[string, Partial<OpenShiftRouteProps>, string]>([
    ['of many hosts', { host: '*.example.com' }, 'a Route has one host'],
    ['of no host', { host: 'https://x' }, "host is 'https://x', which is no host"],
    ['to no Service', { serviceName: 'A' }, "serviceName is 'A'"],
    [
      'with an authority for nothing',
      { termination: RouteTermination.edge({ destinationCaCertificate: 'PEM' }) },
      'destinationCaCertificate is given without re-encryption',
    ],
  ])('is refused %s', (_, props, message) => {
    expect(problems(props)).toContain(message);
  });
});

describe('a namespace joins the mesh', () => {
  test('of Service Mesh 2, by itself', () => {
    const member = only(
      synthesize((chart) => new ServiceMeshMember(chart, 'member')),
      'ServiceMeshMember',
    );
    expect(member).toMatchObject({
      apiVersion: 'maistra.io/v1',
      metadata: { name: 'default' },
      spec: { controlPlaneRef: { name: 'basic', namespace: 'istio-system' } },
    });
  });

  const rollOf = (props: ServiceMeshMemberRollProps) =>
    synthesize((c) => new ServiceMeshMemberRoll(c, 'roll', props))[0];

  test('of Service Mesh 2, by the list of all', () => {
    expect(rollOf({ members: ['shop', 'web'] })).toMatchObject({
      metadata: { name: 'default', namespace: 'istio-system' },
      spec: { members: ['shop', 'web'] },
    });
    expect(rollOf({ memberLabels: { mesh: 'yes' } }).spec).toEqual({
      memberSelectors: [{ matchLabels: { mesh: 'yes' } }],
    });
  });

  const namespaceOf = (props?: MeshNamespaceProps) =>
    synthesize((c) => new MeshNamespace(c, 'shop', props))[0].metadata;

  test('of Service Mesh 3, by labels', () => {
    expect(namespaceOf()).toEqual({
      name: 'shop',
      labels: { 'istio-discovery': 'enabled', 'istio-injection': 'enabled' },
    });
    expect(namespaceOf({ name: 'x', revision: 'canary', discoveryLabels: { mesh: 'a' }, monitored: false })).toEqual({
      name: 'x',
      labels: { mesh: 'a', 'istio.io/rev': 'canary', 'openshift.io/user-monitoring': 'false' },
    });
  });

  test('but not like this', () => {
    const problems = refusal((scope) => {
      new ServiceMeshMember(scope, 'member', { metadata: { name: 'shop' }, controlPlane: 'A' });
      new ServiceMeshMemberRoll(scope, 'roll', { metadata: { namespace: 'mesh' } });
      new ServiceMeshMemberRoll(scope, 'list', { members: ['B'], memberLabels: { a: 'b c' } });
      new MeshNamespace(scope, 'C');
    }).join('\n');
    for (const message of [
      "the ServiceMeshMember is called 'shop'; OpenShift takes note of 'default' alone",
      "controlPlane is 'A'",
      'it has neither members nor memberLabels',
      "a member is 'B'",
      "the label 'a' is 'b c'",
      "the name of the namespace is 'C'",
    ]) {
      expect(problems).toContain(message);
    }
  });
});

describe('the Prometheus of the cluster', () => {
  const accessIn = (namespace?: string) => {
    const chart = new Chart(new App(), 'shop', { namespace });
    const access = new ThanosQuerierAccess(chart, 'canary-analysis');
    return { access, manifests: Testing.synth(chart) as Manifest[] };
  };

  test('can be asked by a ServiceAccount with a token', () => {
    const { access, manifests } = accessIn('shop');
    expect(manifests).toMatchSnapshot();
    expect(access.token).toMatchObject({ key: 'token', secret: { name: 'canary-analysis-token' } });
    expect(ThanosQuerierAccess.ADDRESS).toMatch(/^https:.*:9091$/);
  });

  test('needs to know where that is', () => {
    const problems = refusal((scope) => new ThanosQuerierAccess(scope, 'A'));
    expect(problems.join('\n')).toContain('the Chart has no namespace');
    expect(problems.join('\n')).toContain("name is 'A'");
  });

  test('watches user workloads', () => {
    const map = only(
      synthesize((chart) => new UserWorkloadMonitoring(chart, 'monitoring')),
      'ConfigMap',
    );
    expect(map).toMatchObject({
      metadata: { name: 'cluster-monitoring-config', namespace: 'openshift-monitoring' },
      data: { 'config.yaml': 'enableUserWorkload: true\n' },
    });
  });
});

describe('Prometheus through the gateway', () => {
  const PROPS: GuardedPrometheusProps = {
    host: 'prometheus.apps.example.com',
    credentialName: 'prometheus-cert',
    prometheus: Destination.host('prometheus', { port: 9090 }),
    allowedIpBlocks: ['10.128.0.0/14'],
  };
  const guardOf = (props: Partial<GuardedPrometheusProps> = {}) =>
    synthesize((chart) => new GuardedPrometheus(chart, 'prometheus', { ...PROPS, ...props }));

  test('has a host of its own, TLS, queries alone, and keeps outsiders off', () => {
    expect(guardOf()).toMatchSnapshot();
  });

  test('denies callers that lack one of the requirements', () => {
    const policy = only(guardOf({ allowedRequestPrincipals: ['https://issuer/argo'] }), 'AuthorizationPolicy').spec;
    expect(policy.action).toBe('DENY');
    expect(policy.rules.map((rule: Manifest) => rule.from[0].source)).toEqual([
      { notRemoteIpBlocks: ['10.128.0.0/14'] },
      { notRequestPrincipals: ['https://issuer/argo'] },
    ]);
  });

  test.each<[string, Partial<GuardedPrometheusProps>, string]>([
    ['at every host', { host: '*' }, 'give Prometheus a host of its own'],
    ['at a short host', { host: 'prometheus' }, 'give Prometheus a host of its own'],
    ['for everybody', { allowedIpBlocks: [] }, 'access is not restricted'],
    ['for every address', { allowedIpBlocks: ['0.0.0.0/0'] }, "'0.0.0.0/0', which is everybody"],
    ['for addresses that are none', { allowedIpBlocks: ['10.0.0.0/33'] }, 'which is no block of addresses'],
    ['for every principal', { allowedRequestPrincipals: ['*'] }, "allowedRequestPrincipals has '*'"],
    ['without a certificate', { credentialName: '' }, 'has an empty credentialName'],
    ['of no Service', { prometheus: Destination.host('*') }, 'name one Service, no wildcard'],
  ])('is refused %s', (_, props, message) => {
    const problems = refusal((scope) => new GuardedPrometheus(scope, 'prometheus', { ...PROPS, ...props }));
    expect(problems.join('\n')).toContain(message);
  });
});
