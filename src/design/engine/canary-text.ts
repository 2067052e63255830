import { API_VERSION } from '../../canaryfile/document';
import { readDocument } from '../../formats/yaml';
import { valueAt } from './draft';

/** Whether a text holds an app in the language of canary files. */
export const isCanaryFile = (text: string): boolean =>
  text.includes(API_VERSION) && /^\s*"?kind"?:\s*["']?CanaryApp\b/m.test(text);

/** The name of the app in a canary file. */
export function nameOfApp(text: string): string | undefined {
  const name = valueAt(readDocument(text).value, ['metadata', 'name']);
  return typeof name === 'string' ? name : undefined;
}
