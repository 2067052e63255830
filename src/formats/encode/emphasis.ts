/** How a terminal writes emphasis. */
export interface Emphasis {
  readonly strong: (text: string) => string;
  readonly soft: (text: string) => string;
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
}

const same = (text: string): string => text;

/** None is written. */
export const NO_EMPHASIS: Emphasis = { strong: same, soft: same, good: same, bad: same };
