import { Lazy } from 'cdk8s';
import { CanaryApp, type CanaryAppProps, CanaryCheck, TcpRoute } from '../../src';
import { refusal } from '../synthesized';

const problemsOf = (props: Partial<CanaryAppProps>, name = 'checkout') =>
  refusal((scope) => {
    new CanaryApp(scope, name, {
      image: 'registry.example.com/checkout:1',
      port: 8080,
      prometheus: 'http://prometheus:9090',
      ...props,
    });
  });

describe('a policy that names nobody', () => {
  test('and would refuse all connections is an error', () => {
    expect(problemsOf({ networkPolicy: {} })).toEqual([
      expect.stringContaining(
        'networkPolicy gives neither ingress nor egress, and Kubernetes would refuse all incoming',
      ),
    ]);
    expect(problemsOf({ networkPolicy: { ingress: [] } })).toEqual([]);
    expect(problemsOf({ networkPolicy: { egress: [] } })).toEqual([]);
  });

  test('and would refuse all requests is an error', () => {
    expect(problemsOf({ authorizationPolicy: {} })).toEqual([
      expect.stringContaining(
        'it has neither principals nor namespaces nor rules, so it would allow no request at all',
      ),
    ]);
    expect(problemsOf({ authorizationPolicy: { rules: [] } })).toEqual([]);
    expect(problemsOf({ authorizationPolicy: { namespaces: ['shop'] } })).toEqual([]);
  });
});

describe('a name of the port that declares no HTTP', () => {
  test.each(['tcp', 'tls-web', 'https', 'mongo'])('is an error where the mesh splits requests: %s', (portName) => {
    expect(problemsOf({ portName })).toEqual([
      expect.stringContaining(
        `portName is '${portName}', by which Istio takes the requests for ${portName.split('-')[0]}`,
      ),
    ]);
    expect(problemsOf({ portName, hosts: ['shop.example.com'], splitInMesh: true })).toHaveLength(1);
  });

  test('is none where a gateway splits them, or connections are split', () => {
    expect(problemsOf({ portName: 'tcp', hosts: ['shop.example.com'] })).toEqual([]);
    expect(problemsOf({ portName: 'tcp', blueGreen: {}, prometheus: undefined })).toEqual([]);
    const tcpRoutes = [TcpRoute.split()];
    expect(problemsOf({ portName: 'tcp', traffic: { routes: [], tcpRoutes } }).join()).not.toContain('portName');
  });

  test.each(['http', 'http2-web', 'grpc', 'grpc-web', 'web'])('is right with %s', (portName) => {
    expect(problemsOf({ portName })).toEqual([]);
  });
});

describe('a check that finds pods by their names', () => {
  const checks = [CanaryCheck.errorRate({ atMost: 0.01 }), CanaryCheck.restarts()];

  // ReplicaSet `<app>-<hash of 10>`, and pods whose names are generated from the first 58 characters of `<ReplicaSet>-`.
  test('is an error where Kubernetes cuts their hash off', () => {
    expect(problemsOf({ checks }, 'a'.repeat(46))).toEqual([]);
    expect(problemsOf({ checks }, 'a'.repeat(47))).toEqual([
      expect.stringContaining("check 'restarts' finds the pods by their names, of which Kubernetes cuts the hash"),
    ]);
    expect(problemsOf({ backgroundChecks: checks }, 'a'.repeat(47))).toHaveLength(1);
    expect(problemsOf({ checks: checks.slice(0, 1) }, 'a'.repeat(47))).toEqual([]);
  });
});

test('a configuration with a value that is not known yet is an error, because its name has a hash of it', () => {
  const data = { LEVEL: Lazy.any({ produce: () => 'debug' }) as string };
  expect(problemsOf({ config: { data } })).toEqual([
    expect.stringContaining("config.data has a Lazy value, 'LEVEL', and the name of the ConfigMap has a hash of it"),
  ]);
});
