/** Why manifests cannot show what an option of a construct is refused for. */
export const REASONS = {
  exclusive: 'Two options of the construct decide one field. A manifest has the field once.',
  computed:
    'The construct computes a field from the option. A manifest has the result, in which the option is not seen.',
  needed: 'The construct needs the option to name or find an object. In a manifest the name is written out.',
  patch: 'It is about how a patch of the construct is written. A manifest has what the patch makes.',
  valid:
    'The systems take it, and a manifest from elsewhere may mean it. The construct refuses what it cannot do itself.',
  inexpressible:
    'The construct translates one form of an option into several APIs. A manifest is written for one of them.',
  title: 'The beginning of a message. What follows it has an entry where it is written.',
  text: 'Not a refusal: a query, a description, or a part of the output.',
} as const;

/** What answers one refusal of a construct: the rule and a manifest that it finds, or the reason why there is none. */
export type Answer =
  readonly [text: string, rule: string, manifest: string] | readonly [text: string, reason: keyof typeof REASONS];

/** The refusals by the file that has them. Of each text, a part that no other text of the file has. */
export type Refusals = Readonly<Record<string, readonly Answer[]>>;
