import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';

/** The apps of each chart, by their names, in the order in which they were made. */
const APPS = new WeakMap<Chart, Map<string, Construct[]>>();

/**
 * Returns a check of an app whose objects would replace those of an app before it: both have one name, and one chart and so
 * one namespace. Apps of several charts may be for several clusters.
 */
export function refuseSameName(app: Construct, name: string): () => string[] {
  const chart = Chart.of(app);
  const names = APPS.get(chart) ?? new Map<string, Construct[]>();
  const sameName = names.get(name) ?? [];
  APPS.set(chart, names.set(name, sameName));
  const before = [...sameName];
  sameName.push(app);
  return () => {
    // One that was taken out of the tree is not rendered.
    const other = before.find(({ node }) => node.scope?.node.tryFindChild(node.id)?.node === node);
    if (other === undefined) return [];
    const where = chart.namespace === undefined ? '' : ` in namespace '${chart.namespace}'`;
    return [
      `the app '${name}'${where} is also made by ${other.node.path}, so that one would replace the other; give one of them another name`,
    ];
  };
}
