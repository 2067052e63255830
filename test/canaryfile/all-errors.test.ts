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
