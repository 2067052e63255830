// Item 1: what the library makes is accepted by all the systems.
import { readFileSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { Systems } from './sets.mjs';

const DIST = 'dist';

/** What a set refers to and leaves to others. */
const BESIDE = {
  // The example adopts a Deployment that was there before.
  'adopt-deployment.k8s': [
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'legacy', namespace: 'shop' },
      spec: {
        selector: { matchLabels: { 'app.kubernetes.io/name': 'legacy' } },
        template: {
          metadata: { labels: { 'app.kubernetes.io/name': 'legacy' } },
          spec: {
            containers: [{ name: 'legacy', image: 'legacy:1', ports: [{ name: 'http', containerPort: 8080 }] }],
          },
        },
      },
    },
  ],
  // The walk-through has its Prometheus in the same namespace, and a route to it.
  'rollouts-demo.k8s': [
    { apiVersion: 'v1', kind: 'Service', metadata: { name: 'prometheus' }, spec: { ports: [{ port: 9090 }] } },
  ],
};

export const renderedSets = () =>
  readdirSync(DIST)
    .filter((file) => file.endsWith('.yaml'))
    .sort()
    .map((file) => ({
      id: basename(file, '.yaml'),
      manifests: parseAllDocuments(readFileSync(join(DIST, file), 'utf8'))
        .map((document) => document.toJS())
        .filter(Boolean),
    }));

export async function acceptance({ only }) {
  const systems = new Systems();
  const figures = { sets: 0, objects: 0, accepted: 0 };
  const disagreements = [];
  const sets = renderedSets().filter(({ id }) => only === undefined || id === only);
  try {
    await Promise.all(
      sets.map(async ({ id, manifests }) => {
        const theirs = await systems.refusals(manifests, BESIDE[id]);
        figures.sets += 1;
        figures.objects += manifests.length;
        if (theirs.length === 0) figures.accepted += 1;
        if (only || theirs.length > 0) {
          disagreements.push({ id, title: `dist/${id}.yaml`, agree: theirs.length === 0, ours: 'accepted', theirs });
        }
      }),
    );
  } finally {
    systems.close();
  }
  return { figures, disagreements };
}
