// Makes the plugin of kubectl for krew in build/release/krew, from the npm package in build/release/js: an archive with the
// command line and its dependencies, and the manifest `canary.yaml`, which names the archive by its digest. Unpacks the archive
// and runs it once.
import { createHash } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { stringify } from 'yaml';

const RELEASE = resolve('build/release');
const OUT = join(RELEASE, 'krew');
const ARCHIVE = 'kubectl-canary.tar.gz';
const { version, homepage, repository, peerDependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
const SITE = repository.url.replace(/\.git$/, '');

const WRAPPER = `#!/bin/sh
# krew links to this file; the program is beside it.
place=$(dirname "$(readlink -f "$0")")
command -v node > /dev/null || { echo 'kubectl canary needs Node.js 20.16 or later on the PATH' >&2; exit 2; }
exec node "$place/node_modules/cdk8s-canary/lib/cli/main.js" "$@"
`;

const packed = readdirSync(join(RELEASE, 'js')).find((name) => name.endsWith('.tgz'));
if (packed === undefined) fail('there is no npm package in build/release/js; run npm run release:dry-run');
const scratch = mkdtempSync(join(tmpdir(), 'krew-'));
try {
  const folder = join(scratch, 'kubectl-canary');
  mkdirSync(folder);
  writeFileSync(join(folder, 'package.json'), '{"private": true}\n');
  const peers = Object.entries(peerDependencies).map(([name, range]) => `${name}@${range}`);
  run(
    'npm',
    ['install', '--omit=dev', '--no-audit', '--no-fund', '--silent', join(RELEASE, 'js', packed), ...peers],
    folder,
  );
  cpSync('LICENSE', join(folder, 'LICENSE'));
  writeFileSync(join(folder, 'kubectl-canary'), WRAPPER);
  chmodSync(join(folder, 'kubectl-canary'), 0o755);
  rmSync(OUT, { recursive: true, force: true });
  mkdirSync(OUT, { recursive: true });
  run('tar', ['-czf', join(OUT, ARCHIVE), '-C', scratch, 'kubectl-canary']);
  const sha256 = createHash('sha256')
    .update(readFileSync(join(OUT, ARCHIVE)))
    .digest('hex');
  writeFileSync(join(OUT, 'canary.yaml'), stringify(manifestOf(sha256), { lineWidth: 0 }));
  const unpacked = join(scratch, 'unpacked');
  mkdirSync(unpacked);
  run('tar', ['-xzf', join(OUT, ARCHIVE), '-C', unpacked]);
  const said = run(join(unpacked, 'kubectl-canary/kubectl-canary'), ['--version']);
  if (!said.includes(version)) fail(`the archive's program says '${said.trim()}' and not ${version}`);
  console.log(join(OUT, ARCHIVE), join(OUT, 'canary.yaml'));
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

function manifestOf(sha256) {
  const platform = (os) => ({
    selector: { matchLabels: { os } },
    uri: `${SITE}/releases/download/v${version}/${ARCHIVE}`,
    sha256,
    files: [{ from: 'kubectl-canary/*', to: '.' }],
    bin: 'kubectl-canary',
  });
  return {
    apiVersion: 'krew.googlecontainertools.github.com/v1alpha2',
    kind: 'Plugin',
    metadata: { name: 'canary' },
    spec: {
      version: `v${version}`,
      homepage,
      shortDescription: 'Explain and compare canary rollouts',
      description:
        'Says what happened to a Rollout of Argo Rollouts and what to do next, compares manifests with the cluster, and follows updates beside their plan. It only reads.',
      caveats: 'Node.js 20.16 or later must be on the PATH.',
      platforms: ['linux', 'darwin'].map(platform),
    },
  };
}

function run(command, args, cwd) {
  const { status, stdout, error } = spawnSync(command, args, {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (status !== 0) fail(`${command} ${args.join(' ')} failed${error ? `: ${error.message}` : ''}`);
  return stdout;
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
