import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { findManifestFiles, type Graph, graphOfLoaded, Loader } from '../../src/graph';
import { lint } from '../../src/lint';

/**
 * Correct manifests in the styles that public repositories have, one set a file or folder. A set whose first line
 * begins with `# Partial:` names objects that its cluster has; every other set is complete.
 */
const CORPUS = join(__dirname, '../fixtures/corpus');

const styles = readdirSync(CORPUS).filter((style) => statSync(join(CORPUS, style)).isDirectory());
const sets = styles.flatMap((style) => readdirSync(join(CORPUS, style)).map((name) => join(style, name)));

function read(set: string): { graph: Graph; partial: boolean } {
  const loader = new Loader();
  let partial = false;
  for (const file of findManifestFiles([join(CORPUS, set)], CORPUS).files) {
    const text = readFileSync(file, 'utf8');
    partial ||= text.startsWith('# Partial:');
    loader.add({ name: relative(CORPUS, file), text });
  }
  return { graph: graphOfLoaded(loader.loaded), partial };
}

function alarms(graph: Graph, closedWorld: boolean): string[] {
  return lint(graph, { closedWorld })
    .findings.filter(({ severity }) => severity === 'error' || severity === 'warning')
    .map(({ code, severity, file, line, message }) => `${file}:${line} ${severity} ${code} ${message}`);
}

test('the corpus has at least 60 sets in 12 styles', () => {
  expect(sets.length).toBeGreaterThanOrEqual(60);
  expect(styles.length).toBeGreaterThanOrEqual(12);
});

test.each(sets)('%s has no error and no warning', (set) => {
  const { graph, partial } = read(set);
  expect(graph.resources.length).toBeGreaterThan(0);
  expect(alarms(graph, false)).toEqual([]);
  if (!partial) expect(alarms(graph, true)).toEqual([]);
});
