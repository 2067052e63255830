import { graphOfLoaded, loadManifests, monitors, scrapesOf } from '../../src/graph';
import { lint } from '../../src/lint';
import { parseDocument } from '../../src/formats/yaml';
import { findField } from '../../src/formats/yaml/fields';

/** So many Rollouts with two Services and a monitor each, of which everything selects everything. */
function entangled(count: number): string {
  return Array.from(
    { length: count },
    (_, i) => `apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: { name: a${i}, namespace: shop }
spec:
  selector: { matchLabels: { app: shop } }
  template:
    metadata: { labels: { app: shop } }
    spec: { containers: [{ name: app, image: 'a:1', ports: [{ name: http, containerPort: 80 }] }] }
  strategy: { canary: { canaryService: a${i}-canary, stableService: a${i}-stable } }
${['canary', 'stable']
  .map(
    (role) => `---
apiVersion: v1
kind: Service
metadata: { name: a${i}-${role}, namespace: shop, labels: { app: shop } }
spec: { selector: { app: shop }, ports: [{ name: http, port: 80, targetPort: http }] }
`,
  )
  .join('')}---
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata: { name: a${i}, namespace: shop }
spec: { selector: { matchLabels: { app: shop } }, endpoints: [{ port: http }] }
`,
  ).join('---\n');
}

const graphOf = (text: string) => graphOfLoaded(loadManifests([{ name: 'a.yaml', text }]));

describe('where everything selects everything', () => {
  const graph = graphOf(entangled(40));

  test('Services that are alike are one scrape, and none of them is lost', () => {
    for (const { services, workloads, endpoints } of monitors(graph)) {
      expect([services.length, workloads.length, endpoints[0].scrapes.length]).toEqual([80, 40, 40]);
      expect(endpoints[0].scrapes[0].services).toHaveLength(80);
      expect(endpoints[0].scrapes[0].containerPort?.number).toBe(80);
    }
    expect(scrapesOf(graph, graph.ofKind('Rollout')[0])).toHaveLength(40);
  });

  test('what is scraped twice is told once for each monitor', () => {
    const found = lint(graph).findings.filter(({ code }) => code === 'MON004');
    expect(found).toHaveLength(40);
    expect(found[0].message).toBe(
      "ServiceMonitor shop/a0 scrapes the pods of Rollout shop/a0 and of 39 more Rollouts, through the Services 'a0-canary' and 'a0-stable': each pod twice while no rollout is under way",
    );
    expect(found[1].message).toContain('ServiceMonitor shop/a0 and ServiceMonitor shop/a1 both scrape');
  });

  test('Services that lead to other ports are scrapes of their own', () => {
    const text = entangled(1)
      .replace('targetPort: http', 'targetPort: 81')
      .replace('name: http, containerPort: 80 }', 'name: http, containerPort: 80 }, { containerPort: 81 }');
    const [{ endpoints }] = monitors(graphOf(text));
    expect(endpoints[0].scrapes.map(({ services, containerPort }) => [services.length, containerPort?.number])).toEqual(
      [
        [1, 81],
        [1, 80],
      ],
    );
  });

  test('more combinations than the memory holds are refused with a place', () => {
    // Each Service leads to a port of its own, so that none are alike.
    const services = Array.from(
      { length: 1100 },
      (_, i) => `apiVersion: v1
kind: Service
metadata: { name: s${i}, namespace: shop, labels: { app: shop } }
spec: { selector: { app: shop }, ports: [{ name: http, port: 80, targetPort: ${i + 1} }] }
`,
    );
    const pods = Array.from(
      { length: 1000 },
      (_, i) => `apiVersion: apps/v1
kind: Deployment
metadata: { name: d${i}, namespace: shop }
spec: { template: { metadata: { labels: { app: shop } } } }
`,
    );
    expect(() => lint(graphOf([entangled(1), ...services, ...pods].join('---\n')))).toThrow(
      /^a\.yaml:\d+:\d+ {2}with ServiceMonitor shop\/a0, monitors scrape more than 1000000 combinations/,
    );
  });
});

describe('a field of an object with many fields is found as in one with few', () => {
  const find = (text: string, name: string) => {
    const { key, value, depth } = findField(parseDocument(text, { from: 0, to: text.length })!.root, ['o', name]);
    // A field that is missing is its nearest ancestor, which is as long as it is.
    return depth < 2 ? [] : [text.slice(key!.from, key!.to), text.slice(value!.from, value!.to)];
  };
  const object = (fill: number) =>
    [
      'm: &m { merged: 1, both: 2, last: 3 }',
      'n: &n { merged: 4, other: 5 }',
      'o:',
      '  first: 6',
      '  both: 7',
      '  <<: [*m, *n]',
      '  last: 8',
      '  first: 9',
      ...Array.from({ length: fill }, (_, i) => `  fill${i}: ${i}`),
    ].join('\n');

  test.each(['first', 'both', 'merged', 'other', 'last', 'fill1', 'constructor'])('%s', (name) => {
    expect(find(object(100), name)).toEqual(find(object(2), name));
  });
});
