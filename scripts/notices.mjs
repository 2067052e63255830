// The licences of the libraries that are bundled, as they ask for: one file for the whole package.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const packages = new Set();

/** Remembers the libraries of a bundle, by the metafile that esbuild gives. */
export function noteLibraries({ inputs }) {
  for (const input of Object.keys(inputs)) {
    const found = /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(input.slice(input.indexOf('node_modules/')));
    if (found !== null && input.includes('node_modules/')) packages.add(found[0]);
  }
}

/** Writes lib/third-party-licences.txt. Throws Error where a library has none. */
export function writeNotices() {
  const texts = [...packages].sort().map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const file = readdirSync(folder).find((one) => /^(licen[cs]e|copying)(\.|-|$)/i.test(one));
    if (file === undefined && license === undefined) throw new Error(`${folder} has no licence`);
    const text = file === undefined ? `Licence: ${license}` : readFileSync(join(folder, file), 'utf8').trim();
    return `${name} ${version}\n${'='.repeat(`${name} ${version}`.length)}\n\n${text}\n`;
  });
  writeFileSync('lib/third-party-licences.txt', texts.join('\n\n'));
}
