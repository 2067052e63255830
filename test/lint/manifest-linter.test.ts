import { ApiObject, App, Chart, Duration, JsonPatch } from 'cdk8s';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { CanaryApp, CanaryStep, LintFormat, LintSeverity, ManifestLinter } from '../../src';

const template = (condition: string): string => `apiVersion: argoproj.io/v1alpha1
kind: AnalysisTemplate
metadata: { name: checkout-errors, namespace: shop }
spec:
  metrics:
    - name: errors
      successCondition: ${condition}
      provider: { prometheus: { address: 'http://prometheus.monitoring:9090', query: sum(up) } }
`;
const unguarded = template('result[0] <= 5');

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'cdk8s-canary-test-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));
const write = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

describe('the linter as a library', () => {
  test('fails where all there is are templates of a chart, which it does not read', () => {
    write('Chart.yaml', 'apiVersion: v2\nname: shop\n');
    mkdirSync(join(folder, 'templates'));
    write('templates/rollout.yaml', 'kind: {{ .Values.kind }}\n');
    const report = new ManifestLinter().lintFiles(folder);
    expect(report.failed).toBe(true);
    expect(report.unreadable.map(({ message }) => message)).toEqual([
      expect.stringContaining('1 template of chart shop was skipped'),
    ]);
  });

  test('tells with a finding what it brings about', () => {
    const text = [
      'apiVersion: argoproj.io/v1alpha1',
      'kind: Rollout',
      'metadata: { name: checkout, namespace: shop }',
      'spec:',
      '  selector: { matchLabels: { app: checkout } }',
      '  template:',
      '    metadata: { labels: { app: chekout } }',
      "    spec: { containers: [{ name: checkout, image: 'registry.example.com/checkout:1.4.2' }] }",
      '  strategy: { canary: { canaryService: checkout-canary, stableService: checkout, steps: [{ setWeight: 50 }] } }',
      ...['checkout', 'checkout-canary'].flatMap((name) => [
        '---',
        'apiVersion: v1',
        'kind: Service',
        `metadata: { name: ${name}, namespace: shop }`,
        'spec: { selector: { app: checkout }, ports: [{ name: http, port: 80 }] }',
      ]),
    ].join('\n');
    const [finding, ...others] = new ManifestLinter({ select: ['ROL002', 'REF006'] }).lintText(
      text,
      'rollout.yaml',
    ).findings;
    expect(others).toEqual([]);
    expect(finding).toMatchObject({ code: 'ROL002', line: 7 });
    expect(finding.consequences).toEqual(
      [14, 19].map((line) => ({
        code: 'REF006',
        message: expect.stringContaining(
          'selects app: checkout, and the pods of Rollout shop/checkout have app: chekout',
        ),
        file: 'rollout.yaml',
        line,
        column: expect.any(Number),
      })),
    );
  });

  test('judges a text, with the place, the object and the page', () => {
    const { findings, failed } = new ManifestLinter().lintText(unguarded, 'analysis.yaml');
    expect(findings).toEqual([
      {
        code: 'CON001',
        severity: LintSeverity.WARNING,
        message: expect.stringMatching(
          /is an error when the query returns nothing.*; guard it with len\(result\) > 0$/,
        ),
        url: 'https://github.com/cdk8s-canary/cdk8s-canary/blob/main/docs/rules/CON001.md',
        file: 'analysis.yaml',
        line: 7,
        column: 25,
        path: 'spec.metrics[0].successCondition',
        resource: {
          apiVersion: 'argoproj.io/v1alpha1',
          kind: 'AnalysisTemplate',
          name: 'checkout-errors',
          namespace: 'shop',
        },
        consequences: [],
      },
    ]);
    expect(failed).toBe(true);
  });

  test('judges files and folders, and says what it could not read', () => {
    write('a.yaml', unguarded);
    write('b.yaml', 'a: [');
    const report = new ManifestLinter({ failOn: LintSeverity.ERROR }).lintFiles(folder, join(folder, 'nowhere'));
    expect(report.findings.map(({ code }) => code)).toEqual(['CON001', 'SCH001']);
    expect(report.unreadable).toEqual([{ name: join(folder, 'nowhere'), message: 'there is no such file or folder' }]);
    expect(report.count(LintSeverity.ERROR)).toBe(1);
    expect(report.failed).toBe(true);
    expect(new ManifestLinter({ failOn: LintSeverity.ERROR }).lintFiles(join(folder, 'a.yaml')).failed).toBe(false);
  });

  test('judges constructs as they will be written, patches included, and names the construct', () => {
    const chart = new Chart(new App(), 'shop', { namespace: 'shop' });
    const app = new CanaryApp(chart, 'checkout', {
      image: 'registry.example.com/checkout:1.4.2',
      port: 8080,
      hosts: ['checkout.example.com'],
      prometheus: 'http://prometheus.monitoring:9090',
      steps: [CanaryStep.setWeight(50), CanaryStep.pause(Duration.minutes(10)), CanaryStep.analysis()],
    });
    const linter = new ManifestLinter();
    expect(linter.lintConstruct(chart).failed).toBe(false);
    ApiObject.of(app.rollout).addJsonPatch(
      JsonPatch.replace('/spec/strategy/canary/trafficRouting/istio/virtualService/routes/0', 'primry'),
    );
    const broken = linter.lintConstruct(chart).findings.filter(({ severity }) => severity === LintSeverity.ERROR);
    expect(broken).toMatchObject([{ code: 'TRF001', file: 'shop/checkout/rollout/Resource', line: undefined }]);
  });

  test('writes what the command line writes', () => {
    const report = new ManifestLinter().lintText(unguarded, 'analysis.yaml');
    expect(report.write()).toContain('    7 |       successCondition: result[0] <= 5\n');
    expect(JSON.parse(report.write(LintFormat.SARIF)).runs[0].results).toHaveLength(1);
  });

  test('selects, suppresses and knows what a baseline holds', () => {
    const baseline = write(
      'known.json',
      JSON.stringify({
        version: 1,
        findings: [
          {
            code: 'CON001',
            file: 'a.yaml',
            resource: 'AnalysisTemplate shop/checkout-errors',
            path: 'spec.metrics[0].successCondition',
            count: 1,
          },
        ],
      }),
    );
    const report = new ManifestLinter({ baseline }).lintText(unguarded, 'a.yaml');
    expect([report.findings, report.baselined, report.failed]).toEqual([[], 1, false]);
    expect(new ManifestLinter({ ignore: ['CON'] }).lintText(unguarded).findings).toEqual([]);
    expect(
      new ManifestLinter({ severity: { CON001: LintSeverity.ERROR } }).lintText(unguarded).findings[0].severity,
    ).toBe('error');
  });

  test('reads its settings from a configuration file, with paths relative to it', () => {
    write('known.json', '{"version": 1, "findings": []}');
    const file = write('lint.yaml', 'failOn: never\nbaseline: known.json\n');
    expect(ManifestLinter.fromConfig(relative(process.cwd(), file)).lintText(unguarded).failed).toBe(false);
  });

  test('refuses options that mean nothing, all at once', () => {
    expect(() => new ManifestLinter({ select: ['CON999', 'XYZ'] })).toThrow(/select\.1 must match pattern/);
    expect(() => new ManifestLinter({ select: ['CON999'] })).toThrow('there is no rule CON999');
  });
});
