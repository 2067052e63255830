import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';

/** A rendered Kubernetes object. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Manifest = any;

/** Runs an example as `cdk8s synth` would, into a folder of its own, and gives the text of each file that it wrote. */
export function renderExample(name: string): Record<string, string> {
  const outdir = mkdtempSync(join(tmpdir(), 'cdk8s-canary-'));
  process.env.CDK8S_OUTDIR = outdir;
  try {
    jest.isolateModules(() => jest.requireActual(`../../examples/${name}/main`));
    return Object.fromEntries(readdirSync(outdir).map((file) => [file, readFileSync(join(outdir, file), 'utf8')]));
  } finally {
    delete process.env.CDK8S_OUTDIR;
    rmSync(outdir, { recursive: true, force: true });
  }
}

/** The objects in a text of many documents. */
export function manifestsIn(text: string): Manifest[] {
  return parseAllDocuments(text)
    .map((document) => document.toJS())
    .filter((object) => object !== null);
}
