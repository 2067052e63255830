// The apps that every candidate renders: their specs, and their objects.
import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const require = createRequire(import.meta.url);

const text = (i) => `apiVersion: cdk8s-canary.dev/v1
kind: CanaryApp
metadata: { name: app-${i}, namespace: team-${i % 20} }
spec:
  image: registry.example.com/app-${i}:1.${i % 50}.0
  port: 8080
  hosts: [app-${i}.example.com]
  prometheus: http://prometheus.monitoring:9090
  replicas: ${2 + (i % 5)}
  steps: [{ setWeight: 50 }, { pause: {} }, analysis]
  failures: { atMost: ${i % 7}, within: 5m }
`;

/**
 * Writes the specs of some apps, a folder for each hundred.
 *
 * @param unlike Whether no two have the same shape, so that none is rendered by the stencil of another.
 */
export function writeSpecs(folder, count, unlike = false) {
  for (let i = 0; i < count; i++) {
    const team = join(folder, `part-${Math.floor(i / 100)}`);
    mkdirSync(team, { recursive: true });
    const more = unlike ? `  rollout: { podMetadata: { annotations: { number: 'no-${i}' } } }\n` : '';
    writeFileSync(join(team, `app-${i}.canary.yaml`), text(i) + more);
  }
}

/** Changes one of them. */
export function touchSpec(folder, i) {
  writeFileSync(join(folder, `part-${Math.floor(i / 100)}`, `app-${i}.canary.yaml`), text(i).replace('1.', '2.'));
}

/** The objects of each app, as they are before serialization. */
export function objectsOf(from, to) {
  const { mergeLayers, readDocuments } = require('../../lib/src/canaryfile/layers.js');
  const { renderSpec } = require('../../lib/src/canaryfile/render.js');
  const apps = [];
  for (let i = from; i < to; i++) {
    apps.push(renderSpec(mergeLayers(readDocuments({ name: 'x', text: text(i) }, [])), []).manifests);
  }
  return apps;
}
