import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The version of the package that this file is in, whether compiled or not. */
export function packageVersion(): string {
  for (let folder = __dirname; folder !== dirname(folder); folder = dirname(folder)) {
    try {
      const { name, version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
        name: string;
        version: string;
      };
      if (name === 'cdk8s-canary') return version;
    } catch {
      // There is none in this folder.
    }
  }
  return 'unknown';
}
