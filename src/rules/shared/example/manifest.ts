/** Indents each line of a text, and removes leading empty lines and trailing white space. */
export function indented(text: string, by: number): string {
  return text
    .replace(/^\n+|\s+$/g, '')
    .split('\n')
    .map((line) => (line.trim() === '' ? '' : ' '.repeat(by) + line))
    .join('\n');
}

/** Joins the parts that are not empty, one per line. */
export const lines = (...parts: readonly string[]): string => parts.filter((part) => part !== '').join('\n');

/** Joins manifests to one text. */
export const documents = (...manifests: readonly string[]): string =>
  manifests.map((one) => one.replace(/^\n+|\s+$/g, '')).join('\n---\n') + '\n';

/** The metadata of an example besides its name. */
export interface ExampleMetadata {
  readonly namespace?: string;
  /** Lines of `metadata.labels`. */
  readonly labels?: string;
}

/** A manifest by its apiVersion, kind, name and the fields of `spec`. */
export function exampleOf(
  apiVersion: string,
  kind: string,
  name: string,
  spec: string,
  { namespace = '', labels = '' }: ExampleMetadata = {},
): string {
  return lines(
    `apiVersion: ${apiVersion}`,
    `kind: ${kind}`,
    'metadata:',
    `  name: ${name}`,
    namespace && `  namespace: ${namespace}`,
    labels && `  labels:\n${indented(labels, 4)}`,
    'spec:',
    indented(spec, 2),
    '',
  );
}

/** A Service. */
export function exampleService(
  name: string,
  spec = 'selector: { app: checkout }\nports: [{ name: http, port: 80 }]',
  metadata?: ExampleMetadata,
): string {
  return exampleOf('v1', 'Service', name, spec, metadata);
}

/** A Service over the port `http` of the app's pods, which is labelled by its own name. */
export function appService(name: string, { namespace, labels = '' }: ExampleMetadata = {}): string {
  const spec = 'selector:\n  app: checkout\nports:\n  - name: http\n    port: 80\n    targetPort: http';
  return exampleService(name, spec, { namespace, labels: lines(`app: ${name}`, labels) });
}
