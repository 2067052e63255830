import { join } from 'node:path';
import { App, Chart } from 'cdk8s';
import * as cdk8s from 'cdk8s';
import * as plus from 'cdk8s-plus-27';
import * as canary from '../../src';
import { mergeLayers, readDocuments } from '../../src/canaryfile/layers';
import { loadProps } from '../../src/canaryfile/load';
import { SpecModel } from '../../src/canaryfile/model';
import { readNodes } from '../../src/canaryfile/node';
import { Problem, formatProblem } from '../../src/canaryfile/problem';
import { manifestText, renderSpec } from '../../src/canaryfile/render';
import { SourceFile } from '../../src/formats/source';

export const EXAMPLES = join(__dirname, '../../examples');

/** What becomes of a spec's text: the manifests, or the problems as the user reads them. */
export function render(...layers: string[]): { text: string; problems: string[] } {
  const problems: Problem[] = [];
  const documents = layers.flatMap((text, i) =>
    readDocuments(new SourceFile(i === 0 ? 'canary.yaml' : `layer${i}.yaml`, text), problems),
  );
  const body = mergeLayers(documents);
  const app = body && renderSpec(body, problems);
  return {
    text: app && problems.length === 0 ? manifestText(app.manifests) : '',
    problems: problems.map(formatProblem),
  };
}

/** A spec of the least that an app needs, with further lines in its `spec`. */
export function spec(lines = '', metadata = '{ name: checkout, namespace: shop }'): string {
  return `apiVersion: cdk8s-canary.dev/v1
kind: CanaryApp
metadata: ${metadata}
spec:
  image: registry.example.com/checkout:1.4.2
  port: 8080
  prometheus: http://prometheus.monitoring:9090
${lines}`;
}

/** Loads one value of a type of the model. */
export function loadValue(model: SpecModel, fqn: string, value: unknown): { value: unknown; problems: string[] } {
  const problems: Problem[] = [];
  const [node] = readNodes(new SourceFile('value.yaml', JSON.stringify(value)), problems);
  const modules = { cdk8s, 'cdk8s-plus-27': plus, 'cdk8s-canary': canary } as never;
  const loaded = loadProps({ ...model, root: fqn }, modules, new Chart(new App(), 'test'), node, problems);
  return { value: loaded, problems: problems.map(formatProblem) };
}
