const ENDING_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

let waiting = 0;

/** Runs something that a signal must not cut off in the middle. The signal has its effect afterwards. */
export function withoutSignals<T>(run: () => T): T {
  if (waiting++ === 0) for (const signal of ENDING_SIGNALS) process.on(signal, onSignal);
  try {
    return run();
  } finally {
    // Signals are told of when the event loop polls, which it does before the second of two immediates.
    setImmediate(() => setImmediate(stop));
  }
}

function stop(): void {
  if (--waiting === 0) for (const signal of ENDING_SIGNALS) process.off(signal, onSignal);
}

function onSignal(signal: NodeJS.Signals): void {
  for (const each of ENDING_SIGNALS) process.off(each, onSignal);
  // Without another handler, the signal has its default effect.
  if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
}
