// Packs the extension for Visual Studio Code into build/cdk8s-canary.vsix. It is built in a temporary folder, because its
// tools are installed there and are no part of this package.
import { execFileSync } from 'node:child_process';
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folder = mkdtempSync(join(tmpdir(), 'cdk8s-canary-vscode-'));
const run = (...args) => execFileSync('npm', args, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
try {
  cpSync('editors/vscode', folder, { recursive: true });
  copyFileSync('LICENSE', join(folder, 'LICENSE'));
  run('install', '--silent', '--no-audit', '--no-fund');
  run('run', 'package');
  mkdirSync('build', { recursive: true });
  copyFileSync(join(folder, 'cdk8s-canary.vsix'), 'build/cdk8s-canary.vsix');
  console.log('build/cdk8s-canary.vsix');
} finally {
  rmSync(folder, { recursive: true, force: true });
}
