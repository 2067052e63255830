import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { folderWith, runCli } from '../cli/run-cli';

const guide = readFileSync(join(__dirname, '../../docs/guide/lint.md'), 'utf8');
const blocks = (language: string): string[] =>
  [...guide.matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\``, 'gm'))].map(([, text]) => text);

test('the guide shows what the program says', async () => {
  const manifest = blocks('yaml')[0].replace(/^# shop\/rollout\.yaml\n/, '');
  const shown = blocks('console')[0].replace(/^\$.*\n/, '');
  const { out, code } = await runCli(['lint', 'shop'], { cwd: folderWith({ 'shop/rollout.yaml': manifest }) });
  expect(out).toBe(shown);
  expect(code).toBe(1);
});

test('the configuration that it shows is one', async () => {
  const config = blocks('yaml').find((text) => text.includes('lint-config.schema.json'))!;
  const cwd = folderWith({ 'c.yaml': config, 'lint-baseline.json': '{"version": 1, "findings": []}', 'a.yaml': '' });
  expect(await runCli(['lint', '--config', 'c.yaml', 'a.yaml'], { cwd })).toMatchObject({ code: 0, err: '' });
});

test('its suppressions suppress', async () => {
  const hosts = blocks('yaml').find((text) => text.includes('cdk8s-canary-ignore'))!;
  const gateway = `apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: public }
spec:
  selector: { istio: ingressgateway }
  servers:
    - port: { number: 80, name: http, protocol: HTTP }
${hosts.replace(/^/gm, '      ').trimEnd()}
`;
  const { out } = await runCli(['lint', '-'], { stdin: gateway });
  expect(out).toBe('nothing found in 1 resource in 1 file, for Argo Rollouts 1.10, Prometheus 3.16 (1 suppressed)\n');
});

test('its program compiles to what a program can be', () => {
  const [program] = blocks('ts');
  const { diagnostics } = ts.transpileModule(program, { reportDiagnostics: true });
  expect(diagnostics).toEqual([]);
});
