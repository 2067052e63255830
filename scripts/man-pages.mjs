// Writes the manual pages into lib/man, from the help of the commands.
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';

const man = (...args) => execFileSync(process.execPath, ['lib/cli/main.js', 'man', ...args], { encoding: 'utf8' });

rmSync('lib/man', { recursive: true, force: true });
mkdirSync('lib/man', { recursive: true });
const program = man();
writeFileSync('lib/man/cdk8s-canary.1', program);
for (const [, command] of program.matchAll(/^\.BR cdk8s\\-canary\\-(\S+) \(1\)$/gm)) {
  const name = command.replaceAll('\\-', '-');
  writeFileSync(`lib/man/cdk8s-canary-${name}.1`, man(name));
}
