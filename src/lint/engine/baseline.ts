import type { Finding } from './finding';

/** Known findings, as a file stores them. Lines are not stored, so edits elsewhere in a file do not matter. */
export interface Baseline {
  readonly version: 1;
  readonly findings: readonly BaselineEntry[];
}

/** One or several findings of a rule at one field. */
export interface BaselineEntry {
  readonly code: string;
  readonly file: string;
  /** `Rollout shop/checkout`, or empty. */
  readonly resource: string;
  readonly path: string;
  readonly count: number;
}

const keyOf = ({ code, file, resource, path }: Omit<BaselineEntry, 'count'>): string =>
  JSON.stringify([code, file, resource, path]);

function identify({ code, file, resource, path }: Finding): Omit<BaselineEntry, 'count'> {
  const name = resource ? `${resource.kind} ${resource.namespace ? `${resource.namespace}/` : ''}${resource.name}` : '';
  return { code, file, resource: name, path };
}

/** The baseline of these findings. */
export function baselineOf(findings: readonly Finding[]): Baseline {
  const entries = new Map<string, BaselineEntry>();
  for (const finding of findings) {
    const entry = identify(finding);
    const key = keyOf(entry);
    entries.set(key, { ...entry, count: (entries.get(key)?.count ?? 0) + 1 });
  }
  return { version: 1, findings: [...entries].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, entry]) => entry) };
}

/** Reads a baseline. Throws an Error that states the problem. */
export function parseBaseline(text: string): Baseline {
  const value: unknown = JSON.parse(text);
  const { version, findings } = (value ?? {}) as { version?: unknown; findings?: unknown };
  if (version !== 1 || !Array.isArray(findings)) throw new Error('is no baseline that this version wrote');
  return value as Baseline;
}

/** The findings that a baseline does not contain. */
export function withoutBaseline(
  findings: readonly Finding[],
  baseline: Baseline | undefined,
): { readonly left: Finding[]; readonly baselined: number; readonly outdated: number } {
  if (baseline === undefined) return { left: [...findings], baselined: 0, outdated: 0 };
  const known = new Map(baseline.findings.map((entry) => [keyOf(entry), entry.count]));
  const left = findings.filter((finding) => {
    const key = keyOf(identify(finding));
    const count = known.get(key) ?? 0;
    if (count === 0) return true;
    known.set(key, count - 1);
    return false;
  });
  const outdated = [...known.values()].reduce((sum, count) => sum + count, 0);
  return { left, baselined: findings.length - left.length, outdated };
}
