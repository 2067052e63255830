// kubeconform, the peer for linting: built with Go, with the schemas that the linter itself checks against.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const VERSION = 'v0.8.0';
const SCHEMAS = join(import.meta.dirname, '../../imports/schemas');

/** Builds it. Gives the path of the program, or why there is none. */
export function buildKubeconform(folder) {
  const program = join(folder, 'kubeconform');
  if (existsSync(program)) return { program };
  if (spawnSync('go', ['version']).error) return { missing: 'Go is not installed, so kubeconform cannot be built' };
  const path = `github.com/yannh/kubeconform/cmd/kubeconform@${VERSION}`;
  const { status, stderr } = spawnSync('go', ['install', path], {
    encoding: 'utf8',
    env: { ...process.env, GOBIN: folder },
  });
  return status === 0 ? { program } : { missing: `go install ${path} failed: ${stderr.trim().split('\n').at(-1)}` };
}

/** Writes a JSON schema for each kind, and gives the arguments that point kubeconform to them. */
export function writeSchemas(folder) {
  const put = (group, version, kind, schema) => {
    mkdirSync(join(folder, group), { recursive: true });
    // What Kubernetes writes as a text and takes as a number, too.
    const text = JSON.stringify(schema, (_, value) =>
      value?.format === 'int-or-string' || value?.['x-kubernetes-int-or-string']
        ? { type: ['string', 'integer'] }
        : value,
    );
    writeFileSync(join(folder, group, `${kind.toLowerCase()}-${version}.json`), text);
  };
  for (const file of readdirSync(SCHEMAS).filter((name) => name.endsWith('.json'))) {
    const content = JSON.parse(readFileSync(join(SCHEMAS, file), 'utf8'));
    if (content.definitions === undefined) {
      for (const [kind, { versions }] of Object.entries(content)) {
        for (const [version, schema] of Object.entries(versions)) put(file.slice(0, -5), version, kind, schema);
      }
      continue;
    }
    for (const [name, definition] of Object.entries(content.definitions)) {
      const found = /^io\.k8s\.api\.(\w+)\.(v\d+)\.(\w+)$/.exec(name);
      if (!found || definition.properties?.kind === undefined || definition.properties.metadata === undefined) continue;
      const [, group, version, kind] = found;
      // With only the definitions that it needs, as the schemas that others publish.
      put(GROUPS[group] ?? group, version, kind, {
        ...definition,
        definitions: needed(definition, content.definitions),
      });
    }
  }
  return ['-schema-location', `${folder}/{{ .Group }}/{{ .ResourceKind }}-{{ .ResourceAPIVersion }}.json`];
}

/** kubeconform calls the core group by its version. */
const GROUPS = { core: 'v1', networking: 'networking.k8s.io' };

function needed(schema, definitions, found = {}) {
  for (const [, name] of JSON.stringify(schema).matchAll(/"#\/definitions\/([^"]+)"/g)) {
    if (Object.hasOwn(found, name)) continue;
    found[name] = definitions[name] ?? {};
    needed(found[name], definitions, found);
  }
  return found;
}
