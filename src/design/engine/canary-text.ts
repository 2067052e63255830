import { readDocument } from '../../formats/yaml';
import { valueAt } from './draft';

/** The name of the app in a canary file. */
export function nameOfApp(text: string): string | undefined {
  const name = valueAt(readDocument(text).value, ['metadata', 'name']);
  return typeof name === 'string' ? name : undefined;
}
