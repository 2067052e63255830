import { App, Chart, Duration } from 'cdk8s';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { CanaryApp, CanaryStep } from '../src';
import { Folder } from './cli/run';
import { manifestsIn } from './examples/rendered';

const ROOT = join(__dirname, '..');
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const readme = read('README.md');
const blocks = (language: string) =>
  [...readme.matchAll(new RegExp(`^ *\`\`\`${language}\\n([^]*?)\`\`\``, 'gm'))].map(([, text]) => text);
const quickstart = manifestsIn(read('dist/quickstart.k8s.yaml'));

describe('the README', () => {
  test('shows the quickstart as it is', () => {
    expect(blocks('ts')[0]).toBe(read('examples/quickstart/main.ts'));
  });

  test('shows the spec of the quickstart, and what the command makes of it', () => {
    const [shown] = blocks('yaml');
    expect(read('examples/quickstart/canary.yaml')).toBe(
      `# yaml-language-server: $schema=../../lib/spec/canary-app.schema.json\n${shown}`,
    );
    const folder = new Folder({ 'canary.yaml': shown });
    const { out } = folder.run('synth', '.', '--out', 'rendered');
    expect(readme).toContain(`$ npx cdk8s-canary synth . --out rendered\n${out}`);
    expect(folder.list('rendered')).toEqual(['.cdk8s-canary.sums', 'shop/checkout.yaml']);
    expect(folder.read('rendered/shop/checkout.yaml')).toBe(read('dist/quickstart.k8s.yaml'));
    folder.remove();
  });

  test('shows what the commands say', () => {
    const made = read('dist/quickstart.k8s.yaml');
    const folder = new Folder({
      'rendered/shop/checkout.yaml': made,
      'shop/checkout.yaml': made.replace('templateName: checkout-failures', 'templateName: checkout-failure'),
    });
    const commands = blocks('console').filter((text) => /cdk8s-canary (lint|plan|simulate) /.test(text));
    expect(commands).toHaveLength(3);
    for (const block of commands) {
      const [command, ...shown] = block.trimEnd().split('\n');
      const { out } = folder.run(...command.replace('$ npx cdk8s-canary ', '').split(' '));
      expect(`${out}\n`).toContain(`${shown.join('\n')}\n`);
    }
    folder.remove();
  });

  test('shows a file of scenarios that passes, by whichever engine there is', () => {
    const shown = blocks('yaml').find((text) => text.startsWith('# scenarios/'))!;
    const folder = new Folder({
      'rendered/shop/checkout.yaml': read('dist/quickstart.k8s.yaml'),
      'scenarios/checkout.yaml': shown,
    });
    const { out, code } = folder.run('test', 'scenarios', '--engine', 'simulation');
    expect(out).toContain('✓ a version that fails 2 % is rolled back  scenarios/checkout.yaml:5');
    expect(code).toBe(0);
    folder.remove();
  });

  test('links to what is there', () => {
    const links = [...readme.matchAll(/\]\(([^)#]+)[^)]*\)/g)].map(([, link]) => link);
    expect(links.filter((link) => !link.startsWith('https:') && !existsSync(join(ROOT, link)))).toEqual([]);
  });

  test('names every option of the one spec', () => {
    const { types } = JSON.parse(read('.jsii')) as { types: Record<string, { properties: { name: string }[] }> };
    const table = readme.slice(readme.indexOf('## Options'), readme.indexOf('Each part can be used alone'));
    const named = types['cdk8s-canary.CanaryAppProps'].properties.filter(({ name }) => !table.includes(`\`${name}\``));
    expect(named).toEqual([]);
  });

  test('lists every example', () => {
    const folders = readdirSync(join(ROOT, 'examples'), { withFileTypes: true }).filter((one) => one.isDirectory());
    for (const { name } of folders) expect(readme).toContain(`examples/${name}`);
  });

  test('shows manifests as they come out', () => {
    const shown = blocks('yaml').flatMap(manifestsIn);
    const whole = shown.filter(({ apiVersion, kind }) => apiVersion !== undefined && kind !== 'CanaryApp');
    expect(whole.length).toBeGreaterThanOrEqual(2);
    for (const manifest of whole) expect(quickstart).toContainEqual(manifest);
  });

  test('counts the objects', () => {
    const words = ['Six', 'Seven', 'Eight', 'Nine', 'Ten'];
    expect(readme).toContain(`${words[quickstart.length - 6]} objects are\ngenerated`);
  });

  test('names every object of the quickstart in its picture', () => {
    const [picture] = blocks('mermaid');
    for (const { kind, metadata } of quickstart) expect(picture).toContain(`[${kind}<br>${metadata.name}]`);
  });

  test('shows the errors that come out', () => {
    const app = new App();
    new CanaryApp(new Chart(app, 'shop'), 'checkout', {
      image: 'a',
      port: 8080,
      prometheus: 'http://p:9090',
      steps: [CanaryStep.setWeight(150), CanaryStep.analysis()],
      failures: { atMost: 5, within: Duration.minutes(1) },
    });
    const shown = blocks('text')
      .find((text) => text.includes('Validation failed'))!
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '');
    expect(() => app.synthYaml()).toThrow(shown.map((line) => line.replace(/^Error: /, '')).join('\n  '));
  });
});
