import type { Change } from '../../../src/upgrade';
import type { SystemKey } from '../../../src/versions';

/** One entry of a table: a manifest that it concerns, with the change, and a near miss. */
export interface EntryCase {
  readonly entry: string;
  readonly system?: SystemKey;
  readonly from?: string;
  readonly to?: string;
  readonly concerned: string;
  readonly change: Partial<Change>;
  readonly nearMiss: string;
}

export const contains = (text: string): string => expect.stringContaining(text) as unknown as string;
