import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import Ajv from 'ajv';
import { parse } from 'yaml';
import { findSpecs } from '../../src/canaryfile/discover';
import { jsonSchema } from '../../src/canaryfile/json-schema';
import { specModel } from '../../src/canaryfile/model';
import { Folder } from '../cli/run';

const ROOT = join(__dirname, '../..');
const fleet = join(ROOT, 'examples/fleet');

describe('the fleet', () => {
  const { specs } = findSpecs([fleet]);

  test('is a dozen services in two environments, each rendered in dist/ as it is now', () => {
    expect(specs).toHaveLength(12);
    const folder = new Folder();
    const { code, err } = folder.run(
      'synth',
      fleet,
      '--out',
      join(ROOT, 'dist/fleet'),
      '--env',
      'staging',
      'production',
      '--check',
    );
    folder.remove();
    expect([code, err]).toEqual([0, '']);
  });

  test('is valid by the schema that its files name', () => {
    const files = readdirSync(fleet, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.yaml'));
    const schemas = {
      app: jsonSchema(specModel()),
      overlay: jsonSchema(specModel(), 'overlay'),
      defaults: jsonSchema(specModel(), 'defaults'),
    };
    const validators = Object.entries(schemas).map(
      ([name, schema]) => [name, new Ajv({ strict: false }).compile(schema)] as const,
    );
    const invalid = files.filter((file) => {
      const text = readFileSync(join(fleet, file), 'utf8');
      const named = /\$schema=[./]*lib\/spec\/canary-(\w+)\.schema\.json\n/.exec(text)?.[1];
      return !validators.find(([name]) => name === named)?.[1](parse(text));
    });
    expect(files.length).toBeGreaterThan(24);
    expect(invalid).toEqual([]);
  });

  test('takes from the outermost defaults what no nearer file states', () => {
    const read = (file: string) => readFileSync(join(ROOT, 'dist/fleet', file), 'utf8');
    expect(read('production/shop/checkout.yaml')).toContain('replicas: 12');
    expect(read('production/shop/cart.yaml')).toContain('replicas: 4');
    expect(read('staging/shop/cart.yaml')).toContain('replicas: 1');
    expect(read('production/payments/ledger.yaml')).toContain('result[0] <= 0');
    expect(read('staging/shop/cart.yaml')).toContain('- cart.staging.example.com');
  });
});
