import { FIELDS_BY_RELEASE, type KindByRelease } from './fields-by-release';
import { compareReleases, parseRelease } from './release';

/** A system whose definitions are known by release. */
export type FieldSystem = keyof typeof FIELDS_BY_RELEASE;

/** A kind whose fields are known by release, with the system that defines it. */
export interface KindOfSystem extends KindByRelease {
  readonly system: FieldSystem;
}

const ofSystem = (system: FieldSystem): readonly KindOfSystem[] =>
  FIELDS_BY_RELEASE[system].map((kind) => ({ ...kind, system }));

/** The kinds whose fields are known by release. */
export const KINDS_BY_RELEASE: readonly KindOfSystem[] = (Object.keys(FIELDS_BY_RELEASE) as FieldSystem[]).flatMap(
  ofSystem,
);

/** A kind whose fields are known by release. Undefined for any other. */
export const kindByRelease = (kind: string, group: string): KindOfSystem | undefined =>
  KINDS_BY_RELEASE.find((one) => one.kind === kind && one.group === group);

/**
 * Fields that the definitions of a release do not have, because they were added later or removed before: the API server
 * drops them silently. A path is written as in `spec.metrics[].provider`.
 */
export function fieldsMissingIn({ releases }: KindByRelease, release: string): readonly string[] {
  const wanted = parseRelease(release)!;
  const missing: string[] = [];
  for (const [since, { added, removed }] of Object.entries(releases)) {
    const { major, minor } = parseRelease(since)!;
    if (compareReleases({ major, minor, patch: 0 }, wanted) > 0) missing.push(...added);
    else missing.push(...removed);
  }
  return missing;
}

/** The first release whose definitions have a field. Undefined for a field that all or none of them have. */
export const releaseOfField = ({ releases }: KindByRelease, path: string): string | undefined =>
  Object.entries(releases).find(([, { added }]) => added.includes(path))?.[0];

/** Whether the definitions of two releases of a system have the same fields. True of a system whose fields are not known. */
export const sameFields = (system: string, a: string, b: string): boolean =>
  KINDS_BY_RELEASE.filter((kind) => kind.system === system).every(
    (kind) => fieldsMissingIn(kind, a).join() === fieldsMissingIn(kind, b).join(),
  );

/** A field that the definitions of a release add or remove. */
export interface FieldChange {
  readonly kind: string;
  readonly release: string;
  readonly path: string;
  readonly added: boolean;
}

/** All changes of the definitions of a system, by release. */
export function fieldChanges(system: FieldSystem): readonly FieldChange[] {
  const all = FIELDS_BY_RELEASE[system].flatMap(({ kind, releases }) =>
    Object.entries(releases).flatMap(([release, { added, removed }]) => [
      ...added.map((path) => ({ kind, release, path, added: true })),
      ...removed.map((path) => ({ kind, release, path, added: false })),
    ]),
  );
  return all.sort((a, b) => compareReleases(parseRelease(a.release)!, parseRelease(b.release)!));
}
