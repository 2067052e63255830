import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { Problem, formatProblem } from '../../src/canaryfile/problem';
import { manifestText, renderSpec } from '../../src/canaryfile/render';
import { Workspace } from '../../src/canaryfile/workspace';
import { render, spec } from './load';

interface Obj {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly data?: Readonly<Record<string, string>>;
}

let folder: string;
beforeEach(() => {
  const above = mkdtempSync(join(tmpdir(), 'files-'));
  folder = join(above, 'repo');
  mkdirSync(join(folder, '.git'), { recursive: true });
  mkdirSync(join(folder, 'app/config'), { recursive: true });
  writeFileSync(join(above, 'secret.conf'), 'password = 1\n');
});
afterEach(() => rmSync(join(folder, '..'), { recursive: true, force: true }));

/** What becomes of a canary file on disk that says some lines more. */
function made(lines: string, environment?: string) {
  const file = join(folder, 'app/canary.yaml');
  writeFileSync(file, spec(lines));
  const problems: Problem[] = [];
  const [merged] = new Workspace().read(file, environment, problems);
  // What cannot be read is not rendered, as `synth` has it.
  const app = problems.length === 0 ? renderSpec(merged.body, problems) : undefined;
  const objects = app ? parseAllDocuments(manifestText(app.manifests)).map((one) => one.toJS() as Obj) : [];
  return { objects, problems: problems.map(formatProblem) };
}
const configOf = (objects: readonly Obj[]) =>
  objects.find(({ metadata }) => metadata.name.startsWith('checkout-config-'));

describe('files that a canary file names', () => {
  test('are entries of the configuration, whose name changes with their texts', () => {
    const at = join(folder, 'app/config/app.conf');
    const lines = '  config: { data: { LEVEL: info }, files: { app.conf: config/app.conf } }\n';
    const named = ['x = 1\n', 'x = 2\n'].map((text) => {
      writeFileSync(at, text);
      const { objects, problems } = made(lines);
      expect(problems).toEqual([]);
      expect(configOf(objects)?.data).toEqual({ LEVEL: 'info', 'app.conf': text });
      return configOf(objects)?.metadata.name;
    });
    expect(new Set(named).size).toBe(2);
  });

  test('are additional objects, several in a file', () => {
    writeFileSync(
      join(folder, 'app/more.yaml'),
      'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: one }\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: two }\n',
    );
    const { objects, problems } = made(
      '  extraManifests: [more.yaml, { apiVersion: v1, kind: ConfigMap, metadata: { name: three } }]\n',
    );
    expect(problems).toEqual([]);
    expect(objects.map(({ metadata }) => metadata.name)).toEqual(expect.arrayContaining(['one', 'two', 'three']));
  });

  test('are relative to the file that names them: an overlay has its own', () => {
    writeFileSync(join(folder, 'app/config/app.conf'), 'low\n');
    mkdirSync(join(folder, 'app/overlays/config'), { recursive: true });
    writeFileSync(
      join(folder, 'app/canary.production.yaml'),
      'apiVersion: cdk8s-canary.dev/v1\nkind: CanaryApp\nspec: { config: { files: { app.conf: overlays/config/app.conf } } }\n',
    );
    writeFileSync(join(folder, 'app/overlays/config/app.conf'), 'high\n');
    const { objects, problems } = made('  config: { files: { app.conf: config/app.conf } }\n', 'production');
    expect(problems).toEqual([]);
    expect(configOf(objects)?.data).toEqual({ 'app.conf': 'high\n' });
  });

  test.each([
    ['a file that is not there', 'config/none.conf', 'there is no such file'],
    ['a file outside of the repository', '../../secret.conf', 'leads out of the repository'],
    ['an absolute path', '/etc/hostname', 'give a path from this file'],
    ['a link that leads outside', 'link.conf', 'leads out of the repository'],
    ['a folder', 'config', 'is a folder'],
  ])('must not be %s', (_, path, message) => {
    symlinkSync(join(folder, '../secret.conf'), join(folder, 'app/link.conf'));
    for (const lines of [`  config: { files: { a: ${path} } }\n`, `  extraManifests: [${path}]\n`]) {
      const { objects, problems } = made(lines);
      expect(problems).toEqual([expect.stringContaining(message)]);
      expect(problems[0]).toContain(path);
      expect(problems[0]).not.toContain('password');
      expect(objects).toEqual([]);
    }
  });

  test('must not give an entry that data gives too', () => {
    writeFileSync(join(folder, 'app/config/app.conf'), 'x\n');
    const { problems } = made('  config: { data: { a: b }, files: { a: config/app.conf } }\n');
    expect(problems).toEqual([
      expect.stringContaining("config.data and config.files contradict each other: both give 'a'"),
    ]);
  });

  test('cannot be named where there is no folder to find them from', () => {
    const { problems } = render(spec('  config: { files: { a: config/app.conf } }\n'));
    expect(problems).toEqual([expect.stringContaining("names the file 'config/app.conf'")]);
  });
});
