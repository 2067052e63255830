import { specModel } from './model';

/** The files of something to begin with, by their names. */
export interface Scaffold {
  readonly files: { readonly [name: string]: string };
  /** What to do next. */
  readonly next: string;
}

export const SCAFFOLDS = ['specs', 'cdk8s'] as const;

/** A folder of specs with defaults and two environments: nothing to program. */
export function specScaffold(app: string): Scaffold {
  const schema = (name: string) =>
    `# yaml-language-server: $schema=https://unpkg.com/cdk8s-canary/lib/spec/${name}.schema.json\n`;
  return {
    files: {
      'canary.defaults.yaml': `${schema('canary-defaults')}# What all apps below this folder have in common. What an app says itself wins.
apiVersion: cdk8s-canary.dev/v1
kind: CanaryDefaults
metadata: { namespace: ${app} }
spec:
  prometheus: http://prometheus.monitoring:9090
  steps: [{ setWeight: 10 }, analysis, { setWeight: 50 }, analysis]
`,
      [`${app}/canary.yaml`]: `${schema('canary-overlay')}apiVersion: cdk8s-canary.dev/v1
kind: CanaryApp
metadata: { name: ${app} }
spec:
  image: registry.example.com/${app}:1.0.0
  port: 8080
  hosts: [${app}.example.com]
`,
      [`${app}/canary.production.yaml`]: `${schema('canary-overlay')}apiVersion: cdk8s-canary.dev/v1
kind: CanaryApp
spec:
  replicas: 4
`,
      [`${app}/canary.staging.yaml`]: `${schema('canary-overlay')}apiVersion: cdk8s-canary.dev/v1
kind: CanaryApp
spec:
  hosts: [${app}.staging.example.com]
`,
    },
    next: 'cdk8s-canary synth --out rendered --env staging production',
  };
}

/** A cdk8s project with one app. */
export function cdk8sScaffold(app: string): Scaffold {
  const dependencies = {
    cdk8s: '^2.70.106',
    'cdk8s-canary': `^${specModel().version}`,
    'cdk8s-plus-27': '^2.9.5',
    constructs: '^10.8.1',
  };
  const devDependencies = { '@types/node': '^20.19.43', 'cdk8s-cli': '^2.207.60', typescript: '~5.9.3' };
  const scripts = { build: 'tsc', synth: 'tsc && CDK8S_CHECK_UPGRADE=false cdk8s synth' };
  const json = (value: object) => `${JSON.stringify(value, null, 2)}\n`;
  return {
    files: {
      'package.json': json({ name: app, version: '0.1.0', private: true, scripts, dependencies, devDependencies }),
      'tsconfig.json': json({
        compilerOptions: { target: 'ES2022', module: 'commonjs', outDir: 'lib', strict: true, skipLibCheck: true },
        include: ['main.ts'],
      }),
      // `cdk8s synth` empties its output first: what is compiled goes elsewhere.
      'cdk8s.yaml': 'language: typescript\napp: node lib/main.js\noutput: dist\n',
      '.gitignore': 'node_modules/\nlib/\n',
      'main.ts': `import { App, Chart } from 'cdk8s';
import { CanaryApp, CanaryStep } from 'cdk8s-canary';

const app = new App();
new CanaryApp(new Chart(app, '${app}', { namespace: '${app}' }), '${app}', {
  image: 'registry.example.com/${app}:1.0.0',
  port: 8080,
  hosts: ['${app}.example.com'],
  prometheus: 'http://prometheus.monitoring:9090',
  steps: [CanaryStep.setWeight(50), CanaryStep.pause(), CanaryStep.analysis()],
});
app.synth();
`,
    },
    next: 'npm install && npm run synth',
  };
}
