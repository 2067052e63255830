// Derives the spec language from the jsii assemblies of this library and of what it depends on: the model that the
// loader reads (lib/spec/model.json) and the JSON Schemas that editors read.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const require = createRequire(import.meta.url);
const { extractModel } = require('../lib/src/canaryfile/extract.js');
const { jsonSchema } = require('../lib/src/canaryfile/json-schema.js');

const assemblies = ['.', 'node_modules/cdk8s-plus-27', 'node_modules/cdk8s', 'node_modules/constructs'].map((folder) =>
  JSON.parse(readFileSync(`${folder}/.jsii`, 'utf8')),
);
const model = extractModel(assemblies, 'cdk8s-canary.CanaryAppProps');

mkdirSync('lib/spec', { recursive: true });
writeFileSync('lib/spec/model.json', JSON.stringify(model));
const { LINT_CONFIG_SCHEMA } = require('../lib/src/lint/index.js');
const { DEFAULT_PROFILE, profileSchema } = require('../lib/src/traffic-model/index.js');
const { SCENARIO_SCHEMA } = require('../lib/src/rehearse/index.js');
const schemas = {
  'canary-app': jsonSchema(model),
  'canary-overlay': jsonSchema(model, 'overlay'),
  'canary-defaults': jsonSchema(model, 'defaults'),
  'lint-config': LINT_CONFIG_SCHEMA,
  'traffic-profile': profileSchema(DEFAULT_PROFILE),
  scenarios: SCENARIO_SCHEMA,
};
for (const [name, schema] of Object.entries(schemas)) {
  writeFileSync(`lib/spec/${name}.schema.json`, `${JSON.stringify(schema, null, 2)}\n`);
}

// By this `synth` knows whether what it rendered last time was rendered by the same code.
const code = readdirSync('lib', { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && !entry.parentPath.includes('examples') && /\.js(on)?$/.test(entry.name))
  .map((entry) => join(entry.parentPath, entry.name))
  .sort();
const hash = createHash('sha256');
for (const file of code) hash.update(readFileSync(file));
writeFileSync('lib/spec/build.sha256', `${hash.digest('hex')}\n`);
