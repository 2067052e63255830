/** The names of the arguments in a text, `{{args.name}}`, each once, in their order. */
export function argNamesIn(text: string): string[] {
  return [...new Set([...text.matchAll(ARG)].map(([, name]) => name))];
}

const ARG = /\{\{\s*args\.([^}\s]+)\s*\}\}/g;

/** Arguments that have the same values whether there is an update or not. */
const LASTING = ['namespace', 'rollout'] as const;

/** The values of arguments that last. */
export interface LastingArgs {
  readonly rollout: string;
  readonly namespace?: string;
}

/** Whether a text has arguments whose values are known only during an update: the hashes of the versions. */
export const needsUpdate = (text: string): boolean =>
  argNamesIn(text).some((name) => !(LASTING as readonly string[]).includes(name));

/** A text with the values of its arguments. Undefined if one has none. */
export function filledIn(text: string, values: LastingArgs): string | undefined {
  const known = new Map(LASTING.map((name) => [name as string, values[name]]));
  if (argNamesIn(text).some((name) => known.get(name) === undefined)) return undefined;
  return text.replace(ARG, (_, name: string) => known.get(name)!);
}
