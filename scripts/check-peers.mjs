// Renders the quickstart with the oldest and with the newest peers that package.json allows, each in a folder of its own. Both
// must give the bytes of dist/quickstart.k8s.yaml. Needs a build.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
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
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
process.exit(differs ? 1 : 0);
