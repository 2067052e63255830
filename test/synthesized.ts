import { App, Chart, Testing } from 'cdk8s';
import type { Construct } from 'constructs';

/** A rendered Kubernetes object. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Manifest = any;

/** The objects that a chart gives when `build` has put its constructs into it. Refused input throws. */
export function synthesize(build: (chart: Chart) => unknown): Manifest[] {
  const chart = Testing.chart();
  build(chart);
  return Testing.synth(chart);
}

/** The one object of a kind. */
export function only(manifests: Manifest[], kind: string): Manifest {
  const found = manifests.filter((manifest) => manifest.kind === kind);
  if (found.length !== 1) throw new Error(`${found.length} objects of kind ${kind}`);
  return found[0];
}

/** What synthesis says about refused input: one line a problem, `[construct path] message`. Empty when accepted. */
export function refusal(build: (scope: Construct) => unknown): string[] {
  const app = new App();
  const chart = new Chart(app, 'shop');
  try {
    build(chart);
    app.synthYaml();
    return [];
  } catch (error) {
    const [title, ...problems] = (error as Error).message.split('\n').map((line) => line.trim());
    if (!title.startsWith('Validation failed')) throw error;
    return problems;
  }
}
