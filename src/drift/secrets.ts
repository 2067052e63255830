import { isMapping, type Resource } from '../graph';

/** Whether the values of an object must not be printed. */
export const isSecret = ({ group, kind }: Resource): boolean => group === '' && kind === 'Secret';

/** A Secret as the API server stores it: `stringData` goes into `data`, encoded. */
export function storedSecret(manifest: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { stringData, data, ...rest } = manifest;
  if (!isMapping(stringData)) return manifest;
  const encoded = Object.entries(stringData).map(
    ([name, value]) => [name, Buffer.from(String(value), 'utf8').toString('base64')] as const,
  );
  return { ...rest, data: { ...(isMapping(data) ? data : {}), ...Object.fromEntries(encoded) } };
}
