import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { graphOfLoaded, loadManifests } from '../../src/graph';
import { lint } from '../../src/rules';

const folder = join(__dirname, '../fixtures/reference');
const texts = readdirSync(folder).map((name) => ({ name, text: readFileSync(join(folder, name), 'utf8') }));

test('the reference scenario: what an experienced operator would say', () => {
  const { findings } = lint(graphOfLoaded(loadManifests(texts)), { closedWorld: true });
  expect(findings.map(({ code, severity, file, line, message }) => `${severity} ${code} ${file}:${line} ${message}`))
    .toMatchInlineSnapshot(`
   [
     "warning CON001 analysis-template.yaml:8 successCondition of metric 'http_error_count' is an error when the query returns nothing: reflect: slice index out of range",
   ]
  `);
});

const dist = join(__dirname, '../../dist');

test.each(readdirSync(dist))('what this library generates passes: %s', (name) => {
  const text = readFileSync(join(dist, name), 'utf8');
  const { findings } = lint(graphOfLoaded(loadManifests([{ name, text }])));
  // The reference scenario is what its author wrote, findings and all.
  const expected = name.startsWith('rollouts-demo') ? ['CON001'] : [];
  expect(findings.filter(({ severity }) => severity !== 'note').map(({ code }) => code)).toEqual(expected);
});
