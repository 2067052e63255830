// Renders every example to dist/: the programs by cdk8s, and the fleet of specs by our own command. `cdk8s synth`
// empties dist/ first, so that the fleet comes after it.
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';

const env = { ...process.env, CDK8S_CHECK_UPGRADE: 'false' };
const run = (command, ...args) => {
  const { status } = spawnSync(command, args, { env, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
};

run('npx', '--no-install', 'cdk8s', 'synth');
const fleet = ['synth', 'examples/fleet', '--out', 'dist/fleet', '--env', 'staging', 'production', '--no-cache'];
run(process.execPath, 'lib/cli/main.js', ...fleet);
// What stays on one machine: not for a folder that is kept in Git.
rmSync('dist/fleet/.cdk8s-canary', { recursive: true, force: true });
