import { didYouMean } from '../formats/did-you-mean';
import { oneLine } from '../formats/encode/terminal';
import { SourceFile } from '../formats/source';
import { fieldsOf, parseDocument, readDocument } from '../formats/yaml';
import { FORMER_NAMES, PROFILE_FIELDS } from './profile-fields';
import { relationProblems, type TrafficProfile } from './profile';

/** All errors of a profile file, one line each, with the place. */
export class ProfileError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(problems.join('\n'));
    this.name = 'ProfileError';
  }
}

/**
 * The errors of a profile that was merged from several sources: fields out of range, and fields that contradict each
 * other.
 */
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
  const file = new SourceFile(name, text);
  const problems: string[] = [];
  const say = (offset: number, what: string): void => {
    const { line, column } = file.place({ from: offset, to: offset });
    problems.push(oneLine(`${name}:${line}:${column}  ${what}`));
  };
  const { value, error, dropped, duplicates } = readDocument(text);
  for (const problem of [...(error ? [error] : []), ...(dropped ? [dropped] : []), ...duplicates]) {
    say(problem.from, `not valid YAML: ${problem.message}`);
  }
  if (problems.length > 0) throw new ProfileError(problems);
  const root = parseDocument(text)?.root;
  if (root?.kind !== 'map') {
    say(root?.from ?? 0, 'this is no traffic profile; give fields such as rps: 20 and errorRate: 2%');
    throw new ProfileError(problems);
  }
  const values = value as { readonly [field: string]: unknown };
  const profile: Record<string, unknown> = {};
  const places: Record<string, number> = {};
  for (const [written, { key, value: node }] of fieldsOf(root)) {
    const field: string = Object.hasOwn(FORMER_NAMES, written) ? FORMER_NAMES[written] : written;
    const known = PROFILE_FIELDS as { readonly [name: string]: (typeof PROFILE_FIELDS)['rps'] | undefined };
    const kind = Object.hasOwn(known, field) ? known[field] : undefined;
    if (field !== written && values[field] !== undefined) {
      say(key.from, `${written} is the former name of ${field}, and both are given; leave ${written} out`);
      continue;
    }
    if (kind === undefined) {
      say(key.from, `a traffic profile has no field '${field}'${didYouMean(field, Object.keys(PROFILE_FIELDS))}`);
      continue;
    }
    const given = values[written];
    const read = kind.read(given);
    places[field] = node.from === key.to ? key.from : node.from;
    if (read === undefined) say(places[field], `${field} is ${JSON.stringify(given)}; give ${kind.give}`);
    else profile[field] = read;
  }
  for (const { field, message } of relationProblems(profile)) say(places[field] ?? 0, message);
  if (problems.length > 0) throw new ProfileError(problems);
  return profile;
}
