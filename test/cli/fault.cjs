// Loaded into the program before it starts, by `node --require`. FAULT=kill:7 kills it in the middle of its seventh
// change of the file system; with FAULT=full:7 that one fails for want of room, and whatever needs room after it.
// FAULT=count:0 lets it run, and says on the error output how many changes there were.
const fs = require('node:fs');

const [how, text] = process.env.FAULT.split(':');
const last = Number(text);
const needsRoom = new Set(['writeFileSync', 'appendFileSync', 'mkdirSync', 'linkSync']);
let count = 0;

for (const name of ['writeFileSync', 'appendFileSync', 'mkdirSync', 'linkSync', 'renameSync', 'rmSync', 'rmdirSync']) {
  const real = fs[name];
  fs[name] = (...args) => {
    count++;
    const strikes = how === 'kill' ? count === last : count === last || (count > last && needsRoom.has(name));
    if (how === 'count' || !strikes || (how === 'full' && name.startsWith('rm'))) return real(...args);
    if (name.endsWith('FileSync')) real(args[0], args[1].slice(0, args[1].length / 2));
    if (how === 'kill') process.kill(process.pid, 'SIGKILL');
    throw Object.assign(new Error(`ENOSPC: no space left on device, ${name}`), { code: 'ENOSPC' });
  };
}
if (how === 'count') process.on('exit', () => process.stderr.write(`changes: ${count}\n`));
