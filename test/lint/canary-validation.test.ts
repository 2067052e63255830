import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(__dirname, '../..');
const CDK8S = join(ROOT, 'node_modules/cdk8s-cli/bin/cdk8s');

/** An app whose Rollout asks for a template; its Service has the Rollout's name, its template one of its own. */
const program = (templateName: string): string => `
const { ApiObject, App, Chart } = require(${JSON.stringify(join(ROOT, 'node_modules/cdk8s'))});
const chart = new Chart(new App(), 'shop', { namespace: 'shop' });
new ApiObject(chart, 'errors', {
  apiVersion: 'argoproj.io/v1alpha1',
  kind: 'AnalysisTemplate',
  metadata: { name: 'checkout-errors' },
  spec: { metrics: [{
    name: 'errors',
    successCondition: 'result[0] <= 5',
    provider: { prometheus: { address: 'http://prometheus.monitoring:9090', query: 'sum(up)' } },
  }] },
});
new ApiObject(chart, 'rollout', {
  apiVersion: 'argoproj.io/v1alpha1',
  kind: 'Rollout',
  metadata: { name: 'checkout' },
  spec: {
    selector: { matchLabels: { app: 'checkout' } },
    template: {
      metadata: { labels: { app: 'checkout' } },
      spec: { containers: [{ name: 'checkout', image: 'registry.example.com/checkout:1.4.2' }] },
    },
    strategy: { canary: { steps: [
      { setWeight: 50 },
      { pause: {} },
      { analysis: { templates: [{ templateName: ${JSON.stringify(templateName)} }] } },
    ] } },
  },
});
new ApiObject(chart, 'service', {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'checkout' },
  spec: { selector: { app: 'checkout' }, ports: [{ name: 'http', port: 80, targetPort: 8080 }] },
});
chart.node.root.synth();
`;

interface Violation {
  readonly ruleName: string;
  readonly fix: string;
  readonly violatingConstructs: readonly {
    readonly resourceName: string;
    readonly constructPath?: string;
    readonly locations: readonly string[];
  }[];
}

const folders: string[] = [];
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

/** Runs `cdk8s synth` as a person does, with the linter among its validations. */
function synth(templateName: string, properties: object = {}, files: Record<string, string> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'cdk8s-canary-test-'));
  folders.push(folder);
  const validation = { package: ROOT, version: '0.1.0', class: 'CanaryValidation', properties };
  const config = { language: 'typescript', app: 'node app.js', validations: [validation] };
  for (const [name, text] of Object.entries({
    'app.js': program(templateName),
    'cdk8s.yaml': JSON.stringify(config),
    ...files,
  })) {
    writeFileSync(join(folder, name), text);
  }
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [CDK8S, 'synth', '--check-upgrade=false', '--validation-reports-output-file', 'report.json'],
    { cwd: folder, encoding: 'utf8', env: { ...process.env, CDK8S_CHECK_UPGRADE: 'false' } },
  );
  const read = (): { violations: Violation[]; summary: { status: string; metadata: object } } =>
    JSON.parse(readFileSync(join(folder, 'report.json'), 'utf8')).reports[0];
  return { status, out: stdout + stderr, read };
}

describe('cdk8s synth with the linter among its validations', () => {
  test('fails, and says which construct is at fault, where, why, and what to do', () => {
    const { status, out, read } = synth('checkout-eror');
    expect(out).toContain('Validation failed');
    expect(status).toBe(2);
    const { violations, summary } = read();
    expect(summary).toMatchObject({ status: 'failure', metadata: { errors: '1', warnings: '1' } });
    const [noData, missing] = violations;
    expect(noData.violatingConstructs).toEqual([
      expect.objectContaining({
        resourceName: 'checkout-errors',
        constructPath: 'shop/errors',
        locations: [
          expect.stringMatching(/^spec\.metrics\[0\]\.successCondition \(line \d+, column \d+\): successCondition of/),
        ],
      }),
    ]);
    expect(missing.ruleName).toBe('error REF004: An analysis names a template that does not exist');
    expect(missing.fix).toContain('docs/rules/REF004.md');
    expect(missing.violatingConstructs[0].locations[0]).toContain("did you mean 'checkout-errors'");
  });

  test('names no construct rather than the wrong one, where two objects share a name', () => {
    const [rollout] = synth('checkout-eror', { select: ['REF'] }).read().violations[0].violatingConstructs;
    expect(rollout.resourceName).toBe('Rollout checkout');
    expect(rollout.constructPath).toBeUndefined();
  });

  test('passes what the properties let pass', () => {
    const { status, read } = synth('checkout-errors', { failOn: 'error' });
    expect(read().violations.map(({ ruleName }) => ruleName)).toEqual([
      expect.stringMatching(/^warning PRM006/),
      expect.stringMatching(/^warning CON001/),
    ]);
    expect(status).toBe(0);
  });

  test('reads the configuration file of the project', () => {
    const { status, read } = synth('checkout-errors', {}, { '.cdk8s-canary.yaml': 'ignore: [CON, PRM]\n' });
    expect(read().violations).toEqual([]);
    expect(status).toBe(0);
  });

  test('refuses properties that mean nothing', () => {
    const { status, out } = synth('checkout-errors', { failOnn: 'error' });
    expect(out).toContain("has 'failOnn', which is none of select, ignore, failOn");
    expect(status).not.toBe(0);
  });
});
