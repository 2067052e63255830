// Runs the example of examples/typescript in the other languages, each with a binding that jsii-pacmak makes of this package.
// All must write the same bytes. Needs a build, Python 3 with venv, Go, and Maven with Java. `--only=python` runs one of them;
// `--bindings=FOLDER` takes the bindings that are there, and leaves there what it makes.
import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const MODULE = 'github.com/cdk8s-canary/cdk8s-canary-go/cdk8scanary';
const LANGUAGES = { python: inPython, go: inGo, java: inJava };
const only =
  process.argv
    .find((arg) => arg.startsWith('--only='))
    ?.slice(7)
    .split(',') ?? Object.keys(LANGUAGES);
const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
const env = { ...process.env, JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION: '20' };
const scratch = mkdtempSync(join(tmpdir(), 'cdk8s-canary-languages-'));
const run = (command, args, options = {}) =>
  execFileSync(command, args, { env, stdio: ['ignore', 'ignore', 'inherit'], ...options });

const shared = process.argv.find((arg) => arg.startsWith('--bindings='))?.slice(11);
const bindings = shared === undefined ? join(scratch, 'bindings') : resolve(shared);

let differs = false;
try {
  const expected = rendered('typescript', (folder) =>
    run('node', ['lib/examples/typescript/main.js'], { env: { ...env, CDK8S_OUTDIR: folder } }),
  );
  if (expected.size === 0) throw new Error('the example in TypeScript wrote nothing');
  for (const language of only) {
    const begun = performance.now();
    if (!existsSync(join(bindings, language))) {
      // Go and Java take the bindings of the peers from the same run, whatever their registries have of them, and compile them
      // with the program. Python installs what users install.
      const more = language === 'python' ? [] : ['--recurse', '--code-only'];
      run('npx', ['--no-install', 'jsii-pacmak', '--target', language, ...more, '--outdir', bindings]);
    }
    const found = rendered(language, LANGUAGES[language]);
    const same = [...expected].every(([name, text]) => found.get(name) === text) && found.size === expected.size;
    differs ||= !same;
    const verdict = same ? `the same bytes as TypeScript, in ${found.size} files` : 'other manifests';
    console.log(`${language}: ${verdict}, after ${Math.round((performance.now() - begun) / 1000)} s`);
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
process.exit(differs ? 1 : 0);

/** The files that a program writes, by name. */
function rendered(language, program) {
  const folder = join(scratch, `out-${language}`);
  mkdirSync(folder);
  program(folder);
  return new Map(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
}

function inPython(folder) {
  const venv = join(scratch, 'venv');
  const wheels = join(bindings, 'python');
  run('python3', ['-m', 'venv', venv]);
  const wheel = readdirSync(wheels).find((file) => file.endsWith('.whl'));
  run(join(venv, 'bin/pip'), ['install', '--quiet', '--disable-pip-version-check', join(wheels, wheel)]);
  run(join(venv, 'bin/python'), [resolve('examples/python/languages.py')], { env: { ...env, CDK8S_OUTDIR: folder } });
}

function inGo(folder) {
  const program = join(scratch, 'go-program');
  mkdirSync(program);
  copyFileSync('examples/go/main.go', join(program, 'main.go'));
  const go = (...args) => run('go', args, { cwd: program, env: { ...env, CDK8S_OUTDIR: folder } });
  go('mod', 'init', 'example.com/languages');
  go('mod', 'edit', '-require', `${MODULE}@v${version}`);
  for (const binding of readdirSync(join(bindings, 'go'))) {
    const path = join(bindings, 'go', binding);
    const [, name] = /^module (\S+)/m.exec(readFileSync(join(path, 'go.mod'), 'utf8'));
    go('mod', 'edit', '-replace', `${name}=${path}`);
  }
  go('mod', 'tidy');
  go('run', '.');
}

/** The program and the bindings of this package and of its peers, which are one source tree, compiled together. */
function inJava(folder) {
  const program = join(scratch, 'java-program');
  cpSync(join(bindings, 'java/src'), join(program, 'src'), { recursive: true });
  copyFileSync('examples/java/Languages.java', join(program, 'src/main/java/Languages.java'));
  const pom = readFileSync(join(bindings, 'java/pom.xml'), 'utf8');
  // The bindings of the peers are sources here; the runtime and the annotations come from Maven Central.
  const others = [...pom.matchAll(/<dependency>[^]*?<\/dependency>/g)]
    .map(([dependency]) => dependency)
    .filter((dependency) => !/<groupId>(?:org\.cdk8s|software\.constructs)</.test(dependency));
  writeFileSync(
    join(program, 'pom.xml'),
    `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>com.example</groupId>
  <artifactId>languages</artifactId>
  <version>1</version>
  <properties>
    <maven.compiler.source>11</maven.compiler.source>
    <maven.compiler.target>11</maven.compiler.target>
    <project.build.sourceEncoding>UTF-8</project.build.sourceEncoding>
  </properties>
  <dependencies>
    ${others.join('\n    ')}
  </dependencies>
</project>
`,
  );
  const goals = ['compile', 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies'];
  run('mvn', ['--quiet', '--batch-mode', ...goals], { cwd: program });
  const classes = [join(program, 'target/classes'), join(program, 'target/dependency/*')].join(':');
  run('java', ['-cp', classes, 'Languages'], { cwd: program, env: { ...env, CDK8S_OUTDIR: folder } });
}
