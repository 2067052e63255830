import { specModel } from './model';

/** The files of a new project, by their names. */
export interface Scaffold {
  readonly files: { readonly [name: string]: string };
  /** What to do next. */
  readonly next: string;
}

export const SCAFFOLDS = ['specs', 'cdk8s'] as const;

const json = (value: object): string => `${JSON.stringify(value, null, 2)}\n`;

/** Visual Studio Code: fields by the schemas, everything else by the language server. */
const EDITOR_FILES = {
  '.vscode/extensions.json': json({ recommendations: ['redhat.vscode-yaml', 'cdk8s-canary.cdk8s-canary-vscode'] }),
  '.vscode/settings.json': json({
    'yaml.schemas': Object.fromEntries(
      [
        ['canary-overlay', ['canary.yaml', '*.canary.yaml']],
        ['canary-defaults', ['canary.defaults.yaml']],
        ['scenarios', ['*.scenarios.yaml', 'scenarios/*.yaml']],
      ].map(([name, files]) => [`https://unpkg.com/cdk8s-canary/lib/spec/${name as string}.schema.json`, files]),
    ),
  }),
};

/** What the command line needs, the peers included. */
const PACKAGES = ['cdk8s-canary', 'cdk8s', 'cdk8s-plus-27', 'constructs'] as const;
const PEERS = { cdk8s: '^2.68.12', 'cdk8s-plus-27': '^2.9.0', constructs: '^10.3.0' };

const versionOf = (name: (typeof PACKAGES)[number]): string =>
  name === 'cdk8s-canary' ? `^${specModel().version}` : PEERS[name];

/** The first line of a file, by which editors find its schema. */
const schema = (name: string): string =>
  `# yaml-language-server: $schema=https://unpkg.com/cdk8s-canary/lib/spec/${name}.schema.json\n`;

/** Scenarios that exercise every outcome of the checks that an app has unless it says otherwise. */
function scenarios(manifests: string): string {
  return `${schema('scenarios')}# What must become of good and bad versions. Run them with: cdk8s-canary test --coverage
manifests: ${manifests}
traffic: { rps: 20, baselineErrorRate: 0.01% }
person: 1m

scenarios:
  - name: a healthy version is promoted
    expect: promoted
    within: 1h

  - name: a version that fails 5 % is rolled back
    version: { fails: 5% }
    expect: aborted
    within: 30m

  - name: without traffic nothing is decided
    traffic: none
    expect: paused

  - name: a Prometheus that cannot be reached rolls the version back
    prometheus: unreachable
    expect: aborted
    within: 30m
`;
}

/** A folder of specs with defaults and two environments, without code. */
export function specScaffold(app: string): Scaffold {
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
      [`${app}/${app}.scenarios.yaml`]: scenarios('canary.yaml'),
      '.github/workflows/check.yaml': workflow(
        'The rendered manifests belong to the canary files, and have no errors',
        [
          `npm install --global ${PACKAGES.map((name) => `${name}@${versionOf(name)}`).join(' ')}`,
          'cdk8s-canary synth --output rendered --env staging production --check',
          'cdk8s-canary lint rendered',
          'cdk8s-canary test --coverage',
        ],
      ),
      ...EDITOR_FILES,
    },
    next: 'cdk8s-canary synth --output rendered --env staging production',
  };
}

/** A cdk8s project with one app. */
export function cdk8sScaffold(app: string): Scaffold {
  const dependencies = Object.fromEntries([...PACKAGES].sort().map((name) => [name, versionOf(name)]));
  const devDependencies = { '@types/node': '^20.19.43', 'cdk8s-cli': '^2.207.60', typescript: '~5.9.3' };
  const scripts = {
    build: 'tsc',
    synth: 'tsc && CDK8S_CHECK_UPGRADE=false cdk8s synth',
    test: 'tsc && node --test lib/',
  };
  return {
    files: {
      'package.json': json({ name: app, version: '0.1.0', private: true, scripts, dependencies, devDependencies }),
      'tsconfig.json': json({
        compilerOptions: {
          target: 'ES2022',
          module: 'commonjs',
          outDir: 'lib',
          strict: true,
          // The default of TypeScript 6. Until then, modules such as `node:assert` have no default import without it.
          esModuleInterop: true,
          skipLibCheck: true,
        },
        include: ['*.ts'],
      }),
      // `cdk8s synth` empties its output first: what is compiled goes elsewhere.
      'cdk8s.yaml': 'language: typescript\napp: node lib/main.js\noutput: dist\n',
      '.gitignore': 'node_modules/\nlib/\n',
      'chart.ts': `import { App, Chart } from 'cdk8s';
import { CanaryApp, CanaryStep } from 'cdk8s-canary';

/** Everything that the cluster gets. */
export function makeApp(): App {
  const app = new App();
  new CanaryApp(new Chart(app, '${app}', { namespace: '${app}' }), '${app}', {
    image: 'registry.example.com/${app}:1.0.0',
    port: 8080,
    hosts: ['${app}.example.com'],
    prometheus: 'http://prometheus.monitoring:9090',
    steps: [CanaryStep.setWeight(50), CanaryStep.pause(), CanaryStep.analysis()],
  });
  return app;
}
`,
      'main.ts': `import { makeApp } from './chart';

makeApp().synth();
`,
      'chart.test.ts': `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManifestLinter } from 'cdk8s-canary';
import { makeApp } from './chart';

test('the manifests have no findings', () => {
  const report = new ManifestLinter().lintConstruct(makeApp());
  assert.deepEqual(report.findings.map(({ code, message }) => \`\${code}: \${message}\`), []);
});
`,
      [`${app}.scenarios.yaml`]: scenarios('dist'),
      '.github/workflows/check.yaml': workflow('The app renders, and its manifests have no errors', [
        'npm install',
        'npm test',
        'npm run synth',
        'npx cdk8s-canary lint dist',
        'npx cdk8s-canary test --coverage',
      ]),
      ...EDITOR_FILES,
    },
    next: 'npm install && npm run synth',
  };
}

/** A workflow of GitHub that runs commands for each pull request. */
function workflow(purpose: string, commands: readonly string[]): string {
  return `# ${purpose}.
name: canary
on: [pull_request]
permissions: { contents: read }
jobs:
  check:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-node@v4
        with: { node-version: 22 }
${commands.map((command) => `      - run: ${command}\n`).join('')}`;
}
