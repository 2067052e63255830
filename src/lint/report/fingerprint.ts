import { createHash } from 'node:crypto';
import type { Finding } from '../engine/finding';

/** Identifies findings from one run to the next, even if lines have moved. Equal findings are numbered. */
export function fingerprints(findings: readonly Pick<Finding, 'code' | 'file' | 'path' | 'resource'>[]): string[] {
  const seen = new Map<string, number>();
  return findings.map(({ code, file, path, resource }) => {
    const key = JSON.stringify([code, file, path, resource?.kind, resource?.namespace, resource?.name]);
    const number = (seen.get(key) ?? 0) + 1;
    seen.set(key, number);
    return createHash('sha256').update(`${key}${number}`).digest('hex').slice(0, 32);
  });
}
