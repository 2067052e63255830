import { folderWith, runCli } from './run-cli';

const spec = (lines: string, name = 'checkout'): string => `apiVersion: cdk8s-canary.dev/v1
kind: CanaryApp
metadata: { name: ${name}, namespace: shop }
spec:
  image: registry.example.com/checkout:1
  port: 8080
  prometheus: http://prometheus.monitoring:9090
  ${lines}
`;
const rollout = (change: string): string => `patches: [{ target: { kind: Rollout }, ${change} }]`;
const configMap = (data: string): string =>
  `{ apiVersion: v1, kind: ConfigMap, metadata: { name: more, namespace: shop }, data: ${data} }`;

async function synth(text: string) {
  return runCli(['synth', 'canary.yaml', '-o', '-'], { cwd: folderWith({ 'canary.yaml': text }) });
}

describe('synth refuses an object that the API server refuses', () => {
  test.each([
    [
      'an unknown field',
      rollout('merge: { spec: { template: { spec: { priorityclassname: a } } } }'),
      /SCH003.*'priorityclassname'/,
    ],
    ['a wrong type', rollout('merge: { spec: { replicas: "3" } }'), /SCH004 spec\.replicas is a string/],
    ['a missing field', rollout('json: [{ op: remove, path: /spec/template/spec/containers/0/name }]'), /SCH005/],
    ['an account with an impossible name', 'serviceAccount: { name: My_SA }', /SCH006 metadata\.name is 'My_SA'/],
    ['an additional object', `extraManifests: [${configMap('{ a: 1 }')}]`, /SCH004 data\.a is a whole number/],
    [
      'a variable without a name',
      'container: { envVariables: { "": z } }',
      /spec\.container\.envVariables: an environment variable is named ''/,
    ],
    [
      'a variable with an equals sign',
      'container: { envVariables: { a=b: c } }',
      /an environment variable is named 'a=b'; use/,
    ],
    [
      'a variable of another container',
      'rollout: { containers: [{ name: a, image: b, portNumber: 1, envVariables: { é: c } }] }',
      /spec\.rollout\.containers\[0\]\.envVariables: an environment/,
    ],
    [
      'an impossible key of a ConfigMap',
      'config: { data: { a b: c } }',
      /spec\.config\.data: config\.data has the key 'a b'/,
    ],
  ])('%s', async (_, lines, message) => {
    const { code, out, err } = await synth(spec(lines));
    expect([code, out]).toEqual([1, '']);
    expect(err).toMatch(message);
    expect(err).toContain('nothing was written');
  });

  test('a Service whose name begins with a digit', async () => {
    const { code, err } = await synth(spec('replicas: 2', '123app'));
    expect(code).toBe(1);
    expect(err).toContain("SCH006 metadata.name is '123app-canary', which is no Service's name");
  });

  test('but not what a spec accepts', async () => {
    const lines = rollout('merge: { spec: { fieldOfTomorrow: 1 } }');
    const accepted = 'acceptedFindings: [{ rule: SCH003, reason: The cluster runs a newer release. }]';
    expect(await synth(spec(`${lines}\n  ${accepted}`))).toMatchObject({ code: 0, err: '' });
  });

  test('and names of variables that Kubernetes 1.34 allows are allowed', async () => {
    const { code, err } = await synth(spec('container: { envVariables: { "a b": c, 1-x.y: d, "!": e } }'));
    expect([code, err]).toEqual([0, '']);
  });
});

describe('a patch keeps the identity of its object', () => {
  test.each([
    ['kind', rollout('merge: { kind: Deployment }'), 'kind of Rollout'],
    ['API group', rollout('merge: { apiVersion: example.com/v1alpha1 }'), 'the API group of Rollout'],
    ['name', rollout('merge: { metadata: { name: other } }'), 'metadata.name of Rollout'],
    [
      'name by operations',
      rollout('json: [{ op: replace, path: /metadata/name, value: other }]'),
      'metadata.name of Rollout',
    ],
    [
      'namespace and the name of one of several objects',
      'patches: [{ target: { kind: Service, name: checkout }, merge: { metadata: { name: a, namespace: b } } }]',
      "metadata.name and metadata.namespace of Service 'checkout'",
    ],
  ])('its %s', async (_, lines, what) => {
    const { code, err } = await synth(spec(lines));
    expect(code).toBe(1);
    expect(err).toContain(
      `spec.patches[0]: the patch changes ${what}, by which other objects refer to it; use the options`,
    );
  });

  test('but not its version, where its group has several', async () => {
    const lines = [
      'autoscaling: { minReplicas: 2, maxReplicas: 3, cpu: 65% }',
      'patches:',
      '  - target: { kind: HorizontalPodAutoscaler }',
      '    merge: { apiVersion: autoscaling/v1, spec: { metrics: null } }',
    ];
    const { code, out, err } = await synth(spec(lines.join('\n  ')));
    expect([code, err]).toEqual([0, '']);
    expect(out).toContain('apiVersion: autoscaling/v1\n');
  });

  test('and two additional objects are not one', async () => {
    const { code, err } = await synth(spec(`extraManifests: [${configMap('{ a: b }')}, ${configMap('{ a: c }')}]`));
    expect(code).toBe(1);
    expect(err).toContain(
      "spec.extraManifests[1]: extraManifests[1] is the same object as extraManifests[0]: ConfigMap 'more'",
    );
  });
});
