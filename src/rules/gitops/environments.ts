/** Words for the last environment of a promotion, and for those before it. */
const LAST = new Set(['prod', 'production', 'prd', 'live']);
const EARLIER = new Set([
  ...['dev', 'development', 'test', 'testing', 'qa', 'int', 'integration', 'uat', 'staging', 'stage', 'stg'],
  ...['preprod', 'preproduction', 'sandbox', 'canary'],
]);

/** Whether a name is that of production, of an environment before it, or of neither. `pre-prod` comes before. */
export function environmentOf(name: string): 'production' | 'earlier' | undefined {
  const words = name
    .toLowerCase()
    .replace(/pre[-_.](prod)/, 'pre$1')
    .split(/[^a-z]+/);
  if (words.some((word) => EARLIER.has(word))) return 'earlier';
  return words.some((word) => LAST.has(word)) ? 'production' : undefined;
}
