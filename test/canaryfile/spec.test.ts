import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EXAMPLES, render, spec } from './load';

const rendered = (name: string) => readFileSync(join(__dirname, '../../dist', name), 'utf8');

describe('a spec', () => {
  test.each([
    ['reference', 'rollouts-demo.k8s.yaml'],
    ['quickstart', 'quickstart.k8s.yaml'],
  ])('of the %s example gives the same bytes as its program', (example, file) => {
    const { text, problems } = render(readFileSync(join(EXAMPLES, example, 'canary.yaml'), 'utf8'));
    expect(problems).toEqual([]);
    expect(text).toBe(rendered(file));
  });

  test('states volumes, probes, environment and resources as the constructs do', () => {
    const { text, problems } = render(
      spec(`  container:
    envVariables:
      LOG_LEVEL: info
      TOKEN: { secretValue: { secret: tokens, key: token } }
    liveness: { httpGet: { path: /healthz, initialDelaySeconds: 5s } }
    resources: { cpu: { request: 0.5, limit: 2 }, memory: { request: 64Mi } }
    volumeMounts:
      - path: /cache
        volume: { emptyDir: cache }
  rollout:
    initContainers:
      - name: warm
        image: registry.example.com/warm:1
        volumeMounts: [{ path: /cache, volume: { emptyDir: cache } }]
`),
    );
    expect(problems).toEqual([]);
    expect(text).toContain('            - name: LOG_LEVEL\n              value: info\n');
    expect(text).toContain(
      '                secretKeyRef:\n                  key: token\n                  name: tokens\n',
    );
    expect(text).toContain('              cpu: "2"\n');
    expect(text.match(/emptyDir: \{\}/g)).toHaveLength(1);
    expect(text.match(/mountPath: \/cache/g)).toHaveLength(2);
  });

  test('is reported with the place, what was found and what is right, all at once', () => {
    const { problems } = render(`apiVersion: cdk8s-canary.dev/v1
kind: CanaryApp
metadata: { name: checkout, namespace: ../shop }
spec:
  imagee: registry.example.com/checkout:1.4.2
  port: "8080"
  hosts: checkout.example.com
  steps: [{ setWeigth: 50 }, { setWeight: { weight: 20, pause: 5x } }, analyse, { setWeight: 50, pause: {} }]
  failures: { atMost: 5 }
  sidecar: Label
  container: { envVariables: { A: 1, __proto__: z } }
`);
    expect(problems.join('\n')).toMatchInlineSnapshot(`
     "canary.yaml:11:38: spec.container.envVariables: '__proto__' cannot be a name
       11 |   container: { envVariables: { A: 1, __proto__: z } }
          |                                      ^^^^^^^^^
     canary.yaml:3:40: metadata.namespace: is '../shop'; use at most 63 lower-case letters, digits and '-', beginning and ending with a letter or digit
       3 | metadata: { name: checkout, namespace: ../shop }
         |                                        ^^^^^^^
     canary.yaml:5:3: spec.imagee: there is no 'imagee' here; did you mean 'image'?
       5 |   imagee: registry.example.com/checkout:1.4.2
         |   ^^^^^^
     canary.yaml:6:9: spec.port: is '8080'; give a number
       6 |   port: "8080"
         |         ^^^^^^
     canary.yaml:7:10: spec.hosts: is 'checkout.example.com'; give a list
       7 |   hosts: checkout.example.com
         |          ^^^^^^^^^^^^^^^^^^^^
     canary.yaml:8:13: spec.steps[0].setWeigth: there is no 'setWeigth' here; did you mean 'setWeight'?
       8 |   steps: [{ setWeigth: 50 }, { setWeight: { weight: 20, pause: 5x } }, analyse, { setWeight: 50, pause: {} }]
         |             ^^^^^^^^^
     canary.yaml:8:64: spec.steps[1].setWeight.pause: is '5x', which is no duration; write 5m, 1h30m or 30s
       8 |   steps: [{ setWeigth: 50 }, { setWeight: { weight: 20, pause: 5x } }, analyse, { setWeight: 50, pause: {} }]
         |                                                                ^^
     canary.yaml:8:72: spec.steps[2]: is 'analyse'; did you mean 'analysis'?
       8 |   steps: [{ setWeigth: 50 }, { setWeight: { weight: 20, pause: 5x } }, analyse, { setWeight: 50, pause: {} }]
         |                                                                        ^^^^^^^
     canary.yaml:8:98: spec.steps[3]: is an object with 'setWeight', 'pause'; give an object with one of analysis, canaryScale, experiment, pause, plugin, removeHeaderRoute, removeMirrorRoute, setHeaderRoute, setMirrorRoute, setWeight
       8 |   steps: [{ setWeigth: 50 }, { setWeight: { weight: 20, pause: 5x } }, analyse, { setWeight: 50, pause: {} }]
         |                                                                                                  ^^^^^
     canary.yaml:9:13: spec.failures: 'within' is missing: The window in which failures are counted, at least four scrape intervals long
       9 |   failures: { atMost: 5 }
         |             ^^^^^^^^^^^^^
     canary.yaml:10:12: spec.sidecar: is 'Label'; did you mean 'label'?
       10 |   sidecar: Label
          |            ^^^^^
     canary.yaml:11:35: spec.container.envVariables.A: is the number 1; quote it: '1'
       11 |   container: { envVariables: { A: 1, __proto__: z } }
          |                                   ^
     canary.yaml:5:3: spec: 'image' is missing: The image of the app's container, with its tag or digest
       5 |   imagee: registry.example.com/checkout:1.4.2
         |   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^"
    `);
  });

  test('that the constructs refuse is reported at the field that is wrong', () => {
    const { problems } = render(spec('  replicas: -1\n  steps:\n    - setWeight: 10\n    - setWeight: 101\n'));
    expect(problems).toMatchInlineSnapshot(`
     [
       "canary.yaml:8:13: spec.replicas: replicas is -1; use a whole number of 0 or more
       8 |   replicas: -1
         |             ^^",
       "canary.yaml:11:7: spec.steps[1]: setWeight is 101; use a whole number from 0 to 100, in percent
       11 |     - setWeight: 101
          |       ^^^^^^^^^^^^^^",
     ]
    `);
  });
});

describe('a hostile spec', () => {
  test.each([
    [
      'aliases that multiply',
      `a: &a [x, x, x, x, x, x, x, x, x, x]\n${[...'bcdefg'].map((c, i) => `${c}: &${c} [${Array(10).fill(`*${'abcdef'[i]}`).join(', ')}]`).join('\n')}\n`,
      /aliases make this document too large/,
    ],
    ['a megabyte of a name', spec('', `{ name: ${'a'.repeat(1_000_000)} }`), /at most 1000000/],
    ['a long name', spec('', `{ name: ${'a'.repeat(5000)} }`), /metadata.name: is 'a+\.\.\.'; use at most 63/],
    ['a path for a name', spec('', '{ name: ../../etc/cron.d/x }'), /metadata.name: is '\.\.\/\.\./],
    ['a NUL in a name', spec('', '{ name: "a\\0b" }'), /metadata.name: is 'a\\u0000b'/],
    ['the prototype as a name', spec('  __proto__: { polluted: 1 }\n'), /'__proto__' cannot be a name/],
    ['names that every object has', spec('  constructor: x\n  toString: y\n'), /there is no 'constructor' here/],
    [
      'a factory that every object has',
      spec('  steps: [{ constructor: 1 }, toString]\n'),
      /there is no 'constructor' here/,
    ],
    ['deep nesting', `${'['.repeat(200)}${']'.repeat(200)}`, /more than 64 levels deep/],
    ['two values of one name', spec('  port: 1\n'), /'port' is given twice/],
    ['no YAML at all', 'a: b: c\n', /not valid YAML/],
  ])('with %s is refused', (_, text, message) => {
    const { text: out, problems } = render(text);
    expect(out).toBe('');
    expect(problems.join('\n')).toMatch(message);
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });

  test.each([
    'yes',
    '1e3',
    '0755',
    '12:30',
    '{}',
    '- a',
    'a: b',
    '!!js/function x',
    '&a',
    '*a',
    "it's",
    'a # b',
    'null',
    '${X}',
    '{{x}}',
  ])('with the text %s has it quoted, never interpreted', (text) => {
    const { text: out, problems } = render(
      spec(`  container: { envVariables: { X: { value: ${JSON.stringify(text)} } } }\n`),
    );
    expect(problems).toEqual([]);
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    const documents = require('yaml').parseAllDocuments(out, { version: '1.1' }) as { toJS(): never }[];
    const rollout = documents
      .map((one) => one.toJS() as Record<string, never>)
      .find((one) => one.kind === ('Rollout' as never)) as never as {
      spec: { template: { spec: { containers: { env: unknown }[] } } };
    };
    expect(rollout.spec.template.spec.containers[0].env).toEqual([{ name: 'X', value: text }]);
  });
});
