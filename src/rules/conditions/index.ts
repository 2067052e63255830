import type { Rule } from '../rule';
import { noDataIsAnError } from './con001-no-data-is-an-error';

/** What conditions make of a result. */
export const CONDITION_RULES: readonly Rule[] = [noDataIsAnError];
