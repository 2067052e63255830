// Compiles the library with jsii (lib/src, lib/imports, .jsii) and the examples with tsc (lib/examples).
// Both go to lib/, because `cdk8s synth` empties dist/ before it runs. Where nothing has changed since the last build, it
// does nothing; `npm run build -- --force` builds anyway.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isBuilt, noteBuilt } from './built.mjs';
import { useVendored } from './vendored.mjs';

if (!process.argv.includes('--force') && isBuilt()) {
  console.log('lib: nothing has changed since it was built');
  process.exit();
}

// Node 20 is what the oldest supported installation has; jsii greets it with a banner of ten lines at each run.
const env = { ...process.env, JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION: '20' };
const run = (command, ...args) => {
  const { status } = spawnSync('npx', ['--no-install', command, ...args], { env, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
};

/** jsii writes source maps into the files that it compiles. They are half of the package, and nobody reads them there. */
function withoutSourceMaps(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) withoutSourceMaps(path);
    else if (entry.name.endsWith('.js')) {
      const text = readFileSync(path, 'utf8');
      const at = text.lastIndexOf('\n//# sourceMappingURL=data:');
      if (at >= 0) writeFileSync(path, text.slice(0, at + 1));
    }
  }
}

/**
 * The assembly holds the README that PyPI and Maven Central show, where a relative link leads nowhere. The README of the
 * npm package stays as it is: npm resolves its links.
 */
function makeLinksAbsolute(file) {
  const { repository } = JSON.parse(readFileSync('package.json', 'utf8'));
  const site = repository.url.replace(/\.git$/, '');
  const assembly = JSON.parse(readFileSync(file, 'utf8'));
  assembly.readme.markdown = assembly.readme.markdown.replace(
    /(!?)\[([^\]]*)\]\((?!https?:|#|mailto:)([^)\s]+)\)/g,
    (_, image, text, path) => `${image}[${text}](${site}/${image ? 'raw' : 'blob'}/main/${path})`,
  );
  writeFileSync(file, JSON.stringify(assembly, null, 2));
}

rmSync('lib', { recursive: true, force: true });
run('jsii', '--silence-warnings=reserved-word', '--silence-warnings=metadata/missing-dev-dependency');
makeLinksAbsolute('.jsii');
run('tsc', '-p', 'tsconfig.examples.json');
withoutSourceMaps('lib');
useVendored();
// The command line, in few files; then what a spec file can say, which follows from the API that was just compiled, and
// a hash of it all; then the manual pages.
for (const script of ['scripts/bundle.mjs', 'scripts/spec-model.mjs', 'scripts/man-pages.mjs']) {
  const { status } = spawnSync(process.execPath, [script], { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
// The first run of a command keeps what V8 made of it. Whoever renders one spec should not wait for that.
const scratch = mkdtempSync(join(tmpdir(), 'cdk8s-canary-build-'));
try {
  const synth = ['lib/cli/main.js', 'synth', 'examples/quickstart/canary.yaml', '--out', scratch];
  spawnSync(process.execPath, synth, { stdio: ['ignore', 'ignore', 'inherit'] });
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
noteBuilt();
