// Renders the quickstart with the oldest and with the newest peers that package.json allows, each in a folder of its own. Both
// must give the bytes of dist/quickstart.k8s.yaml. Then compiles and runs test/fixtures/beside with another cdk8s-plus beside
// ours: the oldest and the newest of those that the guide speaks of, or all with `--all`. Needs a build.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const { peerDependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
const expected = readFileSync('dist/quickstart.k8s.yaml', 'utf8');
const scratch = mkdtempSync(join(tmpdir(), 'cdk8s-canary-peers-'));
const run = (command, args, options = {}) =>
  execFileSync(command, args, { stdio: ['ignore', 'ignore', 'inherit'], ...options });

let differs = false;
try {
  run('npm', ['pack', '--silent', '--pack-destination', scratch]);
  const tarball = join(
    scratch,
    readdirSync(scratch).find((file) => file.endsWith('.tgz')),
  );
  const ends = {
    oldest: Object.entries(peerDependencies).map(([name, range]) => `${name}@${range.replace(/^\^/, '')}`),
    newest: Object.keys(peerDependencies).map((name) => `${name}@${peerDependencies[name]}`),
  };
  for (const [end, peers] of Object.entries(ends)) {
    const folder = join(scratch, end);
    // Without --legacy-peer-deps: what npm refuses here, it refuses to users.
    run('npm', ['install', '--silent', '--no-audit', '--no-fund', '--prefix', folder, tarball, ...peers]);
    const versions = Object.keys(peerDependencies).map(
      (name) =>
        `${name} ${JSON.parse(readFileSync(join(folder, 'node_modules', name, 'package.json'), 'utf8')).version}`,
    );
    const program = readFileSync('lib/examples/quickstart/main.js', 'utf8');
    const env = { ...process.env, CDK8S_OUTDIR: folder, JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION: '20' };
    run('node', ['-e', program], { cwd: folder, env });
    const canary = join(process.cwd(), 'examples/quickstart/canary.yaml');
    const rendered = execFileSync(
      join(folder, 'node_modules/.bin/cdk8s-canary'),
      ['synth', canary, '--output', '-', '--no-cache'],
      { cwd: folder, env, encoding: 'utf8' },
    );
    const isEqual = readFileSync(join(folder, 'quickstart.k8s.yaml'), 'utf8') === expected;
    differs ||= !isEqual || !rendered.includes('kind: Rollout');
    console.log(`${end}: ${versions.join(', ')}: ${isEqual ? 'the same bytes' : 'other manifests'}`);
  }
  const numbers = process.argv.includes('--all') ? [28, 29, 30, 31, 32, 33] : [28, 33];
  console.log(
    `beside cdk8s-plus-27: ${numbers.map((number) => `cdk8s-plus-${number}`).join(', ')}: ${beside(tarball, numbers)}`,
  );
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
process.exit(differs ? 1 : 0);

/** Compiles and runs the program with each; what does not compile, or writes no Rollout, ends the check. */
function beside(tarball, numbers) {
  const folder = join(scratch, 'beside');
  const others = numbers.map((number) => `cdk8s-plus-${number}`);
  const peers = [...Object.keys(peerDependencies), ...others];
  run('npm', ['install', '--silent', '--no-audit', '--no-fund', '--prefix', folder, tarball, ...peers]);
  const program = readFileSync('test/fixtures/beside/beside.ts', 'utf8');
  for (const other of others) writeFileSync(join(folder, `${other}.ts`), program.replace('cdk8s-plus-28', other));
  const strict = ['--ignoreConfig', '--strict', '--skipLibCheck', '--target', 'es2022', '--module', 'node16'];
  const files = others.map((other) => join(folder, `${other}.ts`));
  run('npx', ['--no-install', 'tsc', ...strict, '--moduleResolution', 'node16', ...files], { stdio: 'inherit' });
  for (const other of others) {
    const outdir = join(folder, `out-${other}`);
    const env = { ...process.env, CDK8S_OUTDIR: outdir, JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION: '20' };
    run('node', [join(folder, `${other}.js`)], { env });
    const written = readFileSync(join(outdir, 'beside.k8s.yaml'), 'utf8');
    if (!written.includes('kind: Rollout')) throw new Error(`${other}: the program wrote no Rollout`);
  }
  return 'what the guide says compiles, and nothing else';
}
