/** How an update stands. */
export type Outcome = 'healthy' | 'progressing' | 'paused' | 'aborted' | 'degraded' | 'refused' | 'halted' | 'unknown';
