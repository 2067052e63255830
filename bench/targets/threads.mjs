// How long the threads of a process keep cores busy, one by one, as Linux counts it.
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** Milliseconds between two looks at the threads: what one does after the last look is missed. */
const EACH = 10;
/** Linux counts in hundredths of a second. */
const TICK = 10;

/** Whether the machine counts for each thread. */
export const countsThreads = existsSync('/proc/self/task');

/** Runs a command, and gives the milliseconds of CPU of its first thread and of all, with those that V8 has beside. */
export function threadsOf([command, ...args]) {
  return new Promise((resolve, reject) => {
    const begun = performance.now();
    const child = spawn(command, args, { stdio: 'ignore' });
    const busy = new Map();
    const timer = setInterval(() => look(child.pid, busy), EACH);
    child.on('error', reject);
    child.on('exit', () => {
      clearInterval(timer);
      const all = [...busy.values()].reduce((sum, one) => sum + one, 0);
      resolve({ ms: performance.now() - begun, first: busy.get(String(child.pid)), all });
    });
  });
}

function look(pid, busy) {
  try {
    for (const thread of readdirSync(`/proc/${pid}/task`)) {
      const text = readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8');
      // The name of the thread stands in brackets, and may hold spaces.
      const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
      busy.set(thread, (Number(fields[11]) + Number(fields[12])) * TICK);
    }
  } catch {
    // The process, or the thread, has just ended.
  }
}
