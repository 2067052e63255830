// The linter as a user runs it. What it says goes nowhere; how many findings there were, and how much memory it took at
// most, is told at the end.
import { run } from '../../lib/src/cli/run.js';

let text = '';
const code = await run(['lint', process.argv[2]], {
  cwd: process.cwd(),
  env: {},
  stdin: process.stdin,
  out: (part) => void (text += part),
  err: () => undefined,
  colour: false,
  progress: false,
});
if (code > 1) throw new Error(text.slice(-2000));
const rss = Math.round(process.resourceUsage().maxRSS / 1024);
console.log(JSON.stringify({ summary: text.trimEnd().split('\n').at(-1), rss }));
