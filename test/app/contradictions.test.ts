import { CONTRADICTIONS } from '../../src/app/contradictions';
import { render, spec } from '../canaryfile/load';
import { stringify } from 'yaml';
import { LEAST, VALUES, withOption } from './option-values';

describe('two options that decide the same field', () => {
  test.each(CONTRADICTIONS.map((pair) => [pair.one, pair.other]))('%s and %s: both are named', (one, other) => {
    // The outer option first: an inner one is part of it.
    const more = one.startsWith('autoscaling.') ? { autoscaling: { maxReplicas: 5 } } : {};
    const options = [one, other].reduce<object>((given, path) => withOption(given, path, VALUES[path]), {
      ...LEAST,
      ...more,
    });
    const text = stringify({
      apiVersion: 'cdk8s-canary.dev/v1',
      kind: 'CanaryApp',
      metadata: { name: 'a' },
      spec: options,
    });
    const { problems } = render(text);
    expect(problems.join('\n')).toContain(`${one} and ${other} contradict each other: `);
  });

  test('each has a value here, and no pair is there twice', () => {
    const pairs = CONTRADICTIONS.map(({ one, other }) => [one, other].sort().join(' '));
    expect(new Set(pairs).size).toBe(pairs.length);
    expect(CONTRADICTIONS.flatMap(({ one, other }) => [one, other]).filter((path) => !(path in VALUES))).toEqual([]);
  });

  test('the number of the port may be stated twice if it is the same', () => {
    expect(render(spec('  container: { portNumber: 8080 }\n')).problems).toEqual([]);
  });

  test('a name in the spec and another in the metadata are reported', () => {
    expect(render(spec('  name: other\n')).problems.join()).toContain(
      'spec.name and metadata.name contradict each other',
    );
  });

  test.each([
    [
      'a label that pods are selected by',
      '  rollout: { podMetadata: { labels: { app: other, team: a } } }\n',
      "rollout.podMetadata.labels has 'app: other', but the app gives its pods 'app: checkout'; leave it out",
    ],
    [
      'what scrapes need',
      "  rollout: { podMetadata: { annotations: { prometheus.io/port: '9100', prometheus.io/path: /metrics } } }\n",
      "has 'prometheus.io/port: 9100', but the app gives its pods 'prometheus.io/port: 8080'",
    ],
    [
      'a variable of the configuration',
      '  config: { data: { LEVEL: info, A: a } }\n  container: { envVariables: { LEVEL: debug } }\n',
      "config.data and container.envVariables contradict each other: both give 'LEVEL'",
    ],
    [
      'the port of the app',
      '  ports: [{ name: admin, number: 8080 }]\n',
      'ports[0].number is 8080, as port is; leave one of them out',
    ],
    [
      'the port of another',
      '  ports: [{ name: a, number: 9000 }, { name: b, number: 9000 }]\n',
      'ports[1].number is 9000, as ports[0] is',
    ],
    [
      'the port of the app, as one of its container',
      '  container: { ports: [{ number: 9000 }, { number: 9000, protocol: udp }, { number: 8080 }] }\n',
      "spec.container.ports[2].number: container 'checkout' has the TCP port 8080 twice; leave one of them out",
    ],
    [
      'the port of another, as one of its container',
      '  ports: [{ name: a, number: 9000 }]\n  container: { ports: [{ number: 9000, name: b }] }\n',
      "spec.container.ports[0].number: container 'checkout' has the TCP port 9000 twice",
    ],
    [
      'the Service that monitors need',
      '  services: { withRoot: false }\n',
      "spec.services.withRoot: versionLabel is 'pod-template-hash' without root",
    ],
  ])('%s is stated with another value: one problem', (_, lines, message) => {
    expect(render(spec(lines)).problems).toEqual([expect.stringContaining(message)]);
  });

  test('what the app gives its pods may be stated with the same value, or where nothing selects by it', () => {
    for (const rollout of [
      "{ podMetadata: { labels: { app: checkout }, annotations: { prometheus.io/port: '8080' } } }",
      '{ podMetadata: { labels: { team: a } } }',
    ]) {
      expect(render(spec(`  rollout: ${rollout}\n`)).problems).toEqual([]);
    }
    const files =
      '  config: { data: { LEVEL: info }, mountPath: /etc/app }\n  container: { envVariables: { LEVEL: debug } }\n';
    expect(render(spec(files)).problems).toEqual([]);
  });
});
