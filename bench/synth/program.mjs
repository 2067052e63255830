// The synth command as a user runs it, which says at its end how much memory it took at most.
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const { Command } = require('commander');
const program = new Command('cdk8s-canary');
require('../../lib/src/cli/synth.js').registerSynth(program);
await program.parseAsync();
console.error(`rss ${Math.round(process.resourceUsage().maxRSS / 1024)}`);
