import type { Resource } from '../../graph';
import type { Report } from './rule';

/** A reporter that reports the same message about a field once, even if several analyses lead to it. */
export function distinct(report: Report): (...args: Parameters<Report>) => void {
  const said = new WeakMap<Resource, Set<string>>();
  return (field, message, details) => {
    const key = `${field} ${details?.within?.from ?? ''} ${message}`;
    const seen = said.get(field.resource) ?? new Set<string>();
    if (seen.has(key)) return;
    said.set(field.resource, seen.add(key));
    report(field, message, details);
  };
}
