// Renders many specs once as a whole and once in shards, and compares the bytes: the merged shards must hold the same
// files with the same content. `npm run build && node bench/shards/main.mjs [--write] [--size=100000] [--shards=8]`;
// --write puts the figures into docs/performance.md.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { writeSpecs } from '../synth/specs.mjs';

const HERE = import.meta.dirname;
const PROGRAM = join(HERE, '../program.cjs');
const flags = process.argv.slice(2);
const option = (name, byDefault) =>
  Number(flags.find((flag) => flag.startsWith(`--${name}=`))?.slice(name.length + 3) ?? byDefault);
const SIZE = option('size', 100_000);
const SHARDS = option('shards', 8);
const scratch = mkdtempSync(join(tmpdir(), 'bench-shards-'));

function synth(out, ...more) {
  const begun = performance.now();
  const args = [PROGRAM, 'synth', join(scratch, 'specs'), '--out', out, ...more];
  const { status, stderr, stdout } = spawnSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 1e9 });
  if (status !== 0) throw new Error(`synth ${more.join(' ')}: ${stderr || stdout}`);
  return { ms: performance.now() - begun, rss: Number(/rss (\d+)/.exec(stderr)[1]) };
}

/** The files below a folder and the hash of their content, but for what `synth` keeps for itself. */
function contentOf(folder) {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .filter((name) => !name.split('/').some((part) => part.startsWith('.cdk8s-canary')));
  const hash = createHash('sha256');
  for (const name of files.sort()) {
    const content = createHash('sha256')
      .update(readFileSync(join(folder, name)))
      .digest('hex');
    hash.update(`${content}  ${name}\n`);
  }
  return { files: files.length, hash: hash.digest('hex') };
}

try {
  writeSpecs(join(scratch, 'specs'), SIZE);
  const whole = synth(join(scratch, 'whole'));
  console.error(`whole: ${Math.round(whole.ms)} ms`);
  const merged = join(scratch, 'merged');
  const parts = Array.from({ length: SHARDS }, (_, i) => {
    const out = join(scratch, `part-${i + 1}`);
    const part = synth(out, '--shard', `${i + 1}/${SHARDS}`);
    console.error(`shard ${i + 1}/${SHARDS}: ${Math.round(part.ms)} ms`);
    // No shard may have what another one has.
    for (const name of readdirSync(out, { recursive: true, withFileTypes: true })) {
      const path = relative(out, join(name.parentPath, name.name));
      const isOwn = path.split('/').some((one) => one.startsWith('.cdk8s-canary'));
      if (name.isFile() && !isOwn && existsSync(join(merged, path))) throw new Error(`two shards write ${path}`);
    }
    cpSync(out, merged, { recursive: true });
    rmSync(out, { recursive: true });
    return part;
  });
  const [one, other] = [contentOf(join(scratch, 'whole')), contentOf(merged)];
  if (one.files !== other.files || one.hash !== other.hash) {
    throw new Error(`they differ: ${JSON.stringify(one)} as a whole, ${JSON.stringify(other)} in shards`);
  }
  const seconds = (ms) => `${(ms / 1000).toFixed(0)} s`;
  const slowest = Math.max(...parts.map(({ ms }) => ms));
  const report = [
    `Measured on ${cpus()[0].model.trim()}, ${availableParallelism()} cores; Node ${process.version}; load ${loadavg()[0].toFixed(1)} while measuring; ${new Date().toISOString().slice(0, 10)}, by \`npm run build && node bench/shards/main.mjs${flags.map((flag) => ` ${flag}`).join('')}\`.`,
    '',
    `| specs | shards | files | same bytes | as a whole | slowest shard | all shards, one after the other | most memory of a shard |`,
    '| ---: | ---: | ---: | :---: | ---: | ---: | ---: | ---: |',
    `| ${SIZE.toLocaleString('en')} | ${SHARDS} | ${one.files.toLocaleString('en')} | yes | ${seconds(whole.ms)} (${whole.rss} MB) | ${seconds(slowest)} | ${seconds(parts.reduce((sum, { ms }) => sum + ms, 0))} | ${Math.max(...parts.map(({ rss }) => rss))} MB |`,
  ].join('\n');
  console.log(report);
  if (flags.includes('--write')) {
    const page = join(HERE, '../../docs/performance.md');
    const text = readFileSync(page, 'utf8');
    const written = text.replace(/(<!-- shards -->\n)[\s\S]*?(<!-- \/shards -->)/, `$1\n${report}\n\n$2`);
    if (!written.includes(report)) throw new Error(`${page} has no place for the figures`);
    writeFileSync(page, written);
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
