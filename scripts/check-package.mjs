// Uses the package as it would be published, away from this folder and what is installed in it: what is not bundled, or
// not among the files, is missing there.
//   0. its size, and that it holds what the library loads and nothing of the modules that it does not;
//   1. in JavaScript: the packed package renders the quickstart, and its command finds no error in it;
//   2. in a project that `init --type cdk8s` creates: it compiles, renders, and passes its own test;
//   3. in Python: the generated binding renders it, by examples/python/quickstart.py.
// 1 and 3 must give the bytes of dist/quickstart.k8s.yaml.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { reachableFiles } from './reachable.mjs';

/** Bytes of the packed package. */
const BUDGET = 3_500_000;
const expected = readFileSync('dist/quickstart.k8s.yaml', 'utf8');
const { devDependencies, peerDependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
const env = { ...process.env, JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION: '20' };
const scratch = mkdtempSync(join(tmpdir(), 'cdk8s-canary-package-'));
const run = (command, args, options = {}) =>
  execFileSync(command, args, { env, stdio: ['ignore', 'ignore', 'inherit'], ...options });

try {
  inScaffold(inJavaScript());
  inPython();
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

/** The packed package and the command that is installed from it. */
function inJavaScript() {
  const folder = join(scratch, 'javascript');
  run('npm', ['pack', '--silent', '--pack-destination', scratch]);
  const tarball = join(
    scratch,
    readdirSync(scratch).find((file) => file.endsWith('.tgz')),
  );
  checkContents(tarball);
  const peers = Object.keys(peerDependencies).map((name) => `${name}@${devDependencies[name]}`);
  run('npm', ['install', '--silent', '--no-audit', '--no-fund', '--prefix', folder, tarball, ...peers]);
  const program = readFileSync('lib/examples/quickstart/main.js', 'utf8');
  run('node', ['-e', program], { cwd: folder, env: { ...env, CDK8S_OUTDIR: folder } });
  compare('JavaScript', folder);
  const manifests = join(folder, 'quickstart.k8s.yaml');
  const command = join(folder, 'node_modules/.bin/cdk8s-canary');
  run(command, ['lint', '--fail-on', 'error', manifests], { cwd: folder });
  return { tarball, command };
}

/** With the releases of TypeScript and the others that its package.json asks for. */
function inScaffold({ tarball, command }) {
  const folder = join(scratch, 'scaffold');
  run(command, ['init', folder, '--type', 'cdk8s', '--name', 'checkout']);
  const file = join(folder, 'package.json');
  const manifest = JSON.parse(readFileSync(file, 'utf8'));
  // The release of this state is not published yet.
  manifest.dependencies['cdk8s-canary'] = `file:${tarball}`;
  writeFileSync(file, JSON.stringify(manifest));
  run('npm', ['install', '--silent', '--no-audit', '--no-fund'], { cwd: folder });
  run('npm', ['run', '--silent', 'synth'], { cwd: folder });
  run('npm', ['test', '--silent'], { cwd: folder });
  run(command, ['test', '--coverage'], { cwd: folder });
  console.log('the project that init creates compiles, renders and passes its test');
}

function checkContents(tarball) {
  const { size } = statSync(tarball);
  const listed = execFileSync('tar', ['tzf', tarball], { encoding: 'utf8', maxBuffer: 1e8 }).split('\n');
  const packed = new Set(listed.map((file) => file.replace(/^package\//, '')));
  const reachable = reachableFiles();
  const problems = [...reachable].filter((file) => !packed.has(file)).map((file) => `${file} is missing`);
  const module = (file) => /^lib\/src\/([^/]+)\//.exec(file)?.[1];
  const needed = new Set([...reachable].map(module));
  const others = new Set([...packed].map(module).filter((name) => name !== undefined && !needed.has(name)));
  for (const name of others) problems.push(`lib/src/${name} is packed and cannot be loaded; leave it out of "files"`);
  for (const file of packed) {
    if (/^(API\.md|examples\/|lib\/examples\/)|\.map$/.test(file) && !file.startsWith('node_modules/'))
      problems.push(`${file} is packed; leave it out of "files"`);
  }
  const { man } = JSON.parse(readFileSync('package.json', 'utf8'));
  const pages = [...packed].filter((file) => file.startsWith('lib/man/')).sort();
  if (String(pages) !== String(man.map((file) => file.slice(2)).sort()))
    problems.push(`"man" in package.json has to list ${pages.join(', ')}`);
  if (size > BUDGET) problems.push(`the package has ${size} bytes; the budget is ${BUDGET}`);
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) process.exit(1);
  console.log(`the package has ${(size / 1e6).toFixed(2)} MB of at most ${BUDGET / 1e6} MB`);
}

function inPython() {
  const folder = join(scratch, 'python');
  // `--bindings=FOLDER` leaves the binding for `npm run check:languages`.
  const shared = process.argv.find((arg) => arg.startsWith('--bindings='))?.slice(11);
  const bindings = shared === undefined ? join(scratch, 'bindings') : resolve(shared);
  run('npx', ['--no-install', 'jsii-pacmak', '--target', 'python', '--outdir', bindings]);
  const wheels = join(bindings, 'python');
  const wheel = readdirSync(wheels).find((file) => file.endsWith('.whl'));
  run('python3', ['-m', 'venv', folder]);
  run(join(folder, 'bin/pip'), ['install', '--quiet', '--disable-pip-version-check', join(wheels, wheel)]);
  run(join(folder, 'bin/python'), [resolve('examples/python/quickstart.py')], {
    env: { ...env, CDK8S_OUTDIR: folder },
  });
  compare('Python', folder);
}

function compare(language, folder) {
  if (readFileSync(join(folder, 'quickstart.k8s.yaml'), 'utf8') !== expected) {
    console.error(`${language}: the quickstart differs from dist/quickstart.k8s.yaml`);
    process.exit(1);
  }
  console.log(`${language}: the published package renders the quickstart, byte for byte`);
}
