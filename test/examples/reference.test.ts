import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Manifest, manifestsIn, renderExample } from './rendered';

const FIXTURES = join(__dirname, '../fixtures/reference');

/** The walk-through's files, in the order in which it applies them. */
const STEPS = ['gateway', 'virtualservice', 'analysis-template', 'rollout', 'services', 'servicemonitors'];

describe('the reference scenario', () => {
  const published = STEPS.flatMap((step) => manifestsIn(readFileSync(join(FIXTURES, `${step}.yaml`), 'utf8')));
  const files = renderExample('reference');
  const rendered = manifestsIn(files['rollouts-demo.k8s.yaml']);
  const title = (object: Manifest) => `${object.kind} ${object.metadata.name}`;

  test('has eight objects in one file, in the order of the walk-through', () => {
    expect(Object.keys(files)).toEqual(['rollouts-demo.k8s.yaml']);
    expect(rendered.map(title)).toEqual(published.map(title));
    expect(rendered).toHaveLength(8);
  });

  test.each(published.map((object, i) => [title(object), i]))('%s is as published, field for field', (_, i) => {
    expect(rendered[i as number]).toEqual(published[i as number]);
  });

  test('is what dist/ holds', () => {
    expect(readFileSync(join(__dirname, '../../dist/rollouts-demo.k8s.yaml'), 'utf8')).toBe(
      files['rollouts-demo.k8s.yaml'],
    );
  });

  test('comes out the same, byte for byte, each time', () => {
    expect(renderExample('reference')).toEqual(files);
  });
});
