import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from './package-root';

/** The version of this package. `unknown` if another program bundles the code. */
export function packageVersion(): string {
  try {
    const { name, version } = JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8')) as {
      name: string;
      version: string;
    };
    return name === 'cdk8s-canary' ? version : 'unknown';
  } catch {
    return 'unknown';
  }
}
