import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { specModel, structOf, TypeRef } from '../../src/canaryfile/model';
import { fieldsOf } from '../reach/fields';

const page = readFileSync(join(__dirname, '../../docs/guide/every-field.md'), 'utf8');

interface Row {
  readonly field: string;
  readonly place: string;
}

/** The rows of each kind. */
const TABLES = new Map(
  page
    .split(/^## /m)
    .slice(1)
    .map((section) => {
      const [kind, ...lines] = section.split('\n');
      const rows = lines
        .filter((line) => line.startsWith('| `'))
        .map((line): Row => {
          const [, field, place] = line.split('|').map((cell) => cell.trim());
          return { field: field.replaceAll('`', ''), place };
        });
      return [kind, rows] as const;
    }),
);

/** Fields of kinds whose definition is not in this package, as their documentation lists them. */
const LISTED: Readonly<Record<string, readonly string[]>> = {
  Deployment: [
    'replicas',
    'selector',
    'template',
    'strategy',
    'minReadySeconds',
    'paused',
    'progressDeadlineSeconds',
    'revisionHistoryLimit',
  ],
  HorizontalPodAutoscaler: ['scaleTargetRef', 'minReplicas', 'maxReplicas', 'metrics', 'behavior'],
  ScaledObject: [
    'scaleTargetRef',
    'pollingInterval',
    'cooldownPeriod',
    'initialCooldownPeriod',
    'idleReplicaCount',
    'minReplicaCount',
    'maxReplicaCount',
    'fallback',
    'advanced',
    'triggers',
  ],
  'Canary (Flagger)': [
    'provider',
    'metricsServer',
    'targetRef',
    'autoscalerRef',
    'ingressRef',
    'routeRef',
    'upstreamRef',
    'service',
    'analysis',
    'canaryAnalysis',
    'progressDeadlineSeconds',
    'skipAnalysis',
    'revertOnDeletion',
    'suspend',
  ],
};

const FIELDS: readonly (readonly [string, readonly string[]])[] = [
  ['Rollout', fieldsOf('argoproj.io', 'Rollout', 'v1alpha1')],
  ['VirtualService', fieldsOf('networking.istio.io', 'VirtualService', 'v1')],
  ['HTTPRoute', fieldsOf('gateway.networking.k8s.io', 'HTTPRoute', 'v1')],
  ...Object.entries(LISTED).map(([kind, names]) => [kind, names.map((name) => `spec.${name}`)] as const),
];

const covers = (row: string, field: string) =>
  field === row || [`${row}.`, `${row}[`].some((start) => field.startsWith(start));

describe.each(FIELDS)('%s', (kind, fields) => {
  const rows = TABLES.get(kind) ?? [];

  test('each field has a row, and no row is blank', () => {
    expect(fields.length).toBeGreaterThan(0);
    expect(fields.filter((field) => !rows.some((row) => covers(row.field, field)))).toEqual([]);
    for (const row of rows) expect(row.place).toMatch(/\S/);
  });

  test('each row is of a field that there is, and none is there twice', () => {
    expect(rows.filter((row) => !fields.some((field) => covers(row.field, field))).map(({ field }) => field)).toEqual(
      [],
    );
    expect(new Set(rows.map(({ field }) => field)).size).toBe(rows.length);
  });

  test('each place is an option of a spec', () => {
    const model = specModel();
    const isOption = (path: string) => {
      let type: TypeRef | undefined = { ref: model.root };
      for (const name of path.split('.')) {
        const struct: ReturnType<typeof structOf> = type && structOf(model, type);
        type = struct?.fields[name]?.type;
      }
      return type !== undefined;
    };
    const places = rows.flatMap(({ place }) => [...place.matchAll(/`([^`]+)`/g)].map(([, code]) => code));
    const others = ['Always', 'Recreate', 'promote --full', 'spec.template', 'spec.analysis'];
    expect(places.filter((place) => !others.includes(place) && !isOption(place))).toEqual([]);
  });
});
