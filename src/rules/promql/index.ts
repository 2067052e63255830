import type { Rule } from '../rule';
import { queryDoesNotParse } from './prm001-query-does-not-parse';

/** What queries ask. */
export const PROMQL_RULES: readonly Rule[] = [queryDoesNotParse];
