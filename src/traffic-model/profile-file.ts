import { closest, distance } from 'fastest-levenshtein';
import { isMap, isScalar, LineCounter, parseDocument, type Node } from 'yaml';
import { PROFILE_FIELDS } from './profile-fields';
import { relationProblems, type TrafficProfile } from './profile';

/** Everything that is wrong with a profile file: a line for each, with its place. */
export class ProfileError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(problems.join('\n'));
    this.name = 'ProfileError';
  }
}

/** What is wrong with a profile that was put together: fields out of their range, and fields that do not fit together. */
export function profileProblems(profile: Partial<TrafficProfile>): string[] {
  const wrong = Object.entries(profile).flatMap(([name, value]) => {
    const kind = PROFILE_FIELDS[name as keyof TrafficProfile];
    if (value === undefined || kind.read(value) !== undefined) return [];
    return `${name} is ${JSON.stringify(value)}; give ${kind.give}`;
  });
  return [...wrong, ...relationProblems(profile).map(({ message }) => message)];
}

/** Reads a traffic profile (YAML or JSON). Throws ProfileError. */
export function readProfile(name: string, text: string): Partial<TrafficProfile> {
  const lines = new LineCounter();
  const document = parseDocument(text, { version: '1.2', lineCounter: lines, prettyErrors: false });
  const problems: string[] = [];
  const say = (offset: number, what: string): void => {
    const { line, col } = lines.linePos(offset);
    problems.push(`${name}:${line}:${col}  ${what}`);
  };
  for (const { message, pos } of document.errors) say(pos[0], `not valid YAML: ${message}`);
  if (problems.length > 0) throw new ProfileError(problems);
  const { contents } = document;
  const from = (node: unknown): number => (node as Node | null)?.range?.[0] ?? 0;
  if (!isMap(contents)) {
    say(from(contents), 'this is no traffic profile; give fields such as rps: 20 and errorRate: 2%');
    throw new ProfileError(problems);
  }
  const profile: Record<string, unknown> = {};
  const places: Record<string, number> = {};
  for (const { key, value } of contents.items) {
    const field = isScalar(key) ? String(key.value) : '';
    const kind = (PROFILE_FIELDS as { readonly [name: string]: (typeof PROFILE_FIELDS)['rps'] | undefined })[field];
    if (kind === undefined) {
      say(from(key), `a traffic profile has no field '${field}'${nearest(field)}`);
      continue;
    }
    const given = (value as Node | null)?.toJS(document) as unknown;
    const read = kind.read(given);
    places[field] = value === null ? from(key) : from(value);
    if (read === undefined) say(places[field], `${field} is ${JSON.stringify(given ?? null)}; give ${kind.give}`);
    else profile[field] = read;
  }
  for (const { field, message } of relationProblems(profile)) say(places[field] ?? 0, message);
  if (problems.length > 0) throw new ProfileError(problems);
  return profile;
}

function nearest(given: string): string {
  const names = Object.keys(PROFILE_FIELDS);
  const bare = (word: string): string => word.toLowerCase().replace(/[^a-z]/g, '');
  const found = names.find((one) => bare(one) === bare(given)) ?? closest(given, names);
  if (bare(found) === bare(given) || distance(found, given) <= Math.max(2, given.length / 3)) {
    return `; did you mean '${found}'?`;
  }
  return `; it has ${names.join(', ')}`;
}
