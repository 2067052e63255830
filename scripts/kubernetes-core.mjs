// Adds to imports/schemas/kubernetes.json the fields and types that a later release of Kubernetes has, from its OpenAPI
// document (api/openapi-spec/swagger.json of the release). What is there stays: it has the enumerations, which that document
// leaves out.
//
//   npm run import:core -- swagger.json 1.37.2
import { readFileSync, writeFileSync } from 'node:fs';

const PATH = 'imports/schemas/kubernetes.json';
const [document, release] = process.argv.slice(2);
if (release === undefined) {
  console.error('import:core: name the OpenAPI document and its release');
  process.exit(2);
}
const { upstream, definitions } = JSON.parse(readFileSync(PATH, 'utf8'));
const later = JSON.parse(readFileSync(document, 'utf8')).definitions;

const withoutTexts = (schema) =>
  JSON.parse(
    JSON.stringify(schema, (key, value) => (key === 'description' && typeof value === 'string' ? undefined : value)),
  );

/** A type with all that it needs. */
function addType(name) {
  if (definitions[name] !== undefined) return;
  definitions[name] = withoutTexts(later[name]);
  addNeeded(definitions[name]);
}

function addNeeded(schema) {
  for (const [, name] of JSON.stringify(schema).matchAll(/"#\/definitions\/([^"]+)"/g)) addType(name);
}

let added = 0;
for (const [name, { properties }] of Object.entries(definitions)) {
  for (const [field, schema] of Object.entries(later[name]?.properties ?? {})) {
    if (properties === undefined || properties[field] !== undefined) continue;
    properties[field] = withoutTexts(schema);
    addNeeded(properties[field]);
    added++;
  }
}
const lines = Object.keys(definitions)
  .sort()
  .map((name) => `${JSON.stringify(name)}: ${JSON.stringify(definitions[name])}`);
const source = `${upstream.replace(/, and the fields of .*/, '')}, and the fields of ${release}`;
writeFileSync(PATH, `{\n"upstream": ${JSON.stringify(source)},\n"definitions": {\n${lines.join(',\n')}\n}\n}\n`);
console.log(`${added} fields added`);
