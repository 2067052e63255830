import { render, spec } from './load';

describe('all errors of a file come at once', () => {
  test('a value that cannot be read does not hide one that the constructs refuse', () => {
    const { problems } = render(spec('  sidecar: 1\n  hosts: []\n  steps: [{ setWeigth: 5 }]\n  portName: Bad_Name\n'));
    const text = problems.join('\n');
    expect(text).toContain('spec.sidecar: is the number 1');
    expect(text).toContain("there is no 'setWeigth' here");
    expect(text).toContain('spec.hosts: hosts is empty');
    expect(text).toContain('Bad_Name');
  });

  test('nor does its name in a message hide a problem', () => {
    const { problems } = render(spec('  measuring: 1\n  checks: [{ latency: { quantile: 7, atMost: 1s } }]\n'));
    expect(problems.join('\n')).toContain('spec.measuring: is the number 1');
    expect(problems.join('\n')).toContain('quantile');
  });

  describe('a patch that cannot be applied', () => {
    const failing = `  checks: [{ successRate: { atLeast: 99% } }]
  steps: [{ setWeight: 50 }, { pause: { duration: 5m } }, analysis]
  patches:
    - { target: { kind: Rollout }, json: [{ op: add, path: /metadata/labels/team, value: carts }] }
`;

    test('is reported beside checks', () => {
      expect(render(spec(failing)).problems).toEqual([
        expect.stringContaining(
          'spec.patches[0]: cannot add /metadata/labels/team: there is no /metadata/labels of Rollout',
        ),
      ]);
    });

    test('does not hide another one, of the same object or others, nor another problem', () => {
      const { problems } = render(
        spec(`${failing}    - { target: { kind: Rollout }, json: [{ op: remove, path: /spec/none }] }
    - { target: { kind: Service }, json: [{ op: replace, path: /spec/clusterIp, value: None }] }
  hosts: []
`),
      );
      const text = problems.join('\n');
      expect(problems.filter((problem) => problem.includes('spec.patches'))).toHaveLength(3);
      expect(text).toContain('spec.hosts: hosts is empty');
      expect(text).toContain('spec.patches[0]: cannot add');
      expect(text).toContain('spec.patches[1]: cannot remove /spec/none: there is no such field of Rollout');
      expect(text).toContain('spec.patches[2]: cannot replace /spec/clusterIp: there is no such field of Service');
    });

    test('but what follows from it is not reported', () => {
      const { problems } = render(
        spec(`  patches:
    - { target: { kind: Rollout }, json: [{ op: replace, path: /metadata/labels, value: {} }] }
    - { target: { kind: Rollout }, json: [{ op: add, path: /metadata/labels/team, value: carts }] }
`),
      );
      expect(problems).toEqual([expect.stringContaining('spec.patches[0]: cannot replace /metadata/labels')]);
    });
  });

  test.each([
    ['hosts: 1', 'traffic: { servers: [{ https: { credentialName: cert } }] }', 'gateways'],
    ['steps: 1', 'strategy: { background: { templates: [errors], startingStep: 6 } }', 'startingStep'],
    ['sidecar: 1', 'patches: [{ target: { kind: Ingress }, remove: true }]', 'patches'],
  ])('%s hides what depends on it', (unread, other, hidden) => {
    const [name] = unread.split(':');
    const body = spec(`  ${other}\n`).replace(new RegExp(`\\n  ${name}:.*(\\n   .*)*`), '');
    const { problems } = render(`${body}  ${unread}\n`);
    expect(problems.join('\n')).toContain(`spec.${name}: is the number 1`);
    expect(problems.join('\n')).not.toContain(hidden);
  });

  test('but no consequence of it is reported', () => {
    const { problems } = render(spec('').replace('http://prometheus.monitoring:9090', '9'));
    expect(problems).toEqual([expect.stringContaining('spec.prometheus: is the number 9')]);
    expect(render(spec('').replace(/  image: .*\n/, '')).problems).toEqual([
      expect.stringContaining("'image' is missing"),
    ]);
  });
});

test('a name that is a boolean or another number to YAML 1.1 is reported', () => {
  const variables = (names: string) => render(spec(`  container: { envVariables: { ${names} } }\n`)).problems;
  expect(variables(`N: a, on: b, 0x1F: c`)).toEqual([
    expect.stringContaining("spec.container.envVariables.N: 'N' is the name 'false' to YAML 1.1; quote it: 'N'"),
    expect.stringContaining("'on' is the name 'true' to YAML 1.1"),
    expect.stringContaining("'0x1F' is the name '31' to YAML 1.1"),
  ]);
  expect(variables(`'N': a, "on": b, '0x1F': c, e1: d, 8080: e`)).toEqual([]);
});

test.each([
  ['  image: registry', '  imag: registry', "there is no 'imag' here"],
  ['  port: 8080', '  prt: 8080', "there is no 'prt' here"],
  ['image: registry.example.com/checkout:1.4.2', 'image: 7', 'spec.image: is the number 7'],
])('an option without which nothing can be made hides no value beside it: %s as %s', (right, wrong, unread) => {
  const text = spec('  portName: Bad_\n  steps: [{ setWeigth: 5 }]\n  ports: [{ name: b_d, number: 70000 }]\n')
    .replace(right, wrong)
    .replace('http://prometheus.monitoring:9090', 'prometheus')
    .replace('port: 8080', 'port: 99999');
  const { problems } = render(text);
  const found = problems.map((problem) => /^canary\.yaml:\d+:\d+: ([^:]*)/.exec(problem)?.[1]);
  expect(problems.join('\n')).toContain(unread);
  expect(found).toEqual(
    expect.arrayContaining(['spec.portName', 'spec.prometheus', 'spec.ports[0].name', 'spec.ports[0].number']),
  );
  if (!wrong.includes('prt')) expect(found).toContain('spec.port');
});
