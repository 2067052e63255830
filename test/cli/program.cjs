// The commands about specs, as a program of their own.
const { Command } = require('commander');

const program = new Command('cdk8s-canary').exitOverride();
for (const name of ['synth', 'show', 'schema']) {
  const register = require(`../../lib/src/cli/${name}.js`);
  Object.values(register)[0](program);
}
program.parseAsync().catch((error) => {
  if (error.code?.startsWith('commander.')) process.exit(error.exitCode);
  console.error(error.message);
  process.exit(2);
});
