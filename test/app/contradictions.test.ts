import { CONTRADICTIONS } from '../../src/app/contradictions';
import { render, spec } from '../canaryfile/load';
import { stringify } from 'yaml';
import { LEAST, VALUES, withOption } from './option-values';

describe('two options that decide the same field', () => {
  test.each(CONTRADICTIONS.map((pair) => [pair.one, pair.other]))('%s and %s: both are named', (one, other) => {
    // The outer option first: an inner one is part of it.
    const more = one.startsWith('autoscaling.') ? { autoscaling: { maxReplicas: 5 } } : {};
    const options = [one, other].reduce<object>((given, path) => withOption(given, path, VALUES[path]), {
      ...LEAST,
      ...more,
    });
    const text = stringify({
      apiVersion: 'cdk8s-canary.dev/v1',
      kind: 'CanaryApp',
      metadata: { name: 'a' },
      spec: options,
    });
    const { problems } = render(text);
    expect(problems.join('\n')).toContain(`${one} and ${other} contradict each other: `);
  });

  test('each has a value here, and no pair is there twice', () => {
    const pairs = CONTRADICTIONS.map(({ one, other }) => [one, other].sort().join(' '));
    expect(new Set(pairs).size).toBe(pairs.length);
    expect(CONTRADICTIONS.flatMap(({ one, other }) => [one, other]).filter((path) => !(path in VALUES))).toEqual([]);
  });

  test('the number of the port may be stated twice if it is the same', () => {
    expect(render(spec('  container: { portNumber: 8080 }\n')).problems).toEqual([]);
  });

  test('a name in the spec and another in the metadata are reported', () => {
    expect(render(spec('  name: other\n')).problems.join()).toContain(
      'spec.name and metadata.name contradict each other',
    );
  });
});
