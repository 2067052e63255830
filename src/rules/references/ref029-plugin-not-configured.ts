import { readDocuments } from '../../formats/yaml';
import { type Field, type Graph, isMapping, metrics, rollouts } from '../../graph';
import { documents, exampleRollout } from '../shared/example';
import { metricLabel } from '../shared/metric-settings';
import type { Report, Rule } from '../shared/rule';
import { stepOf } from '../shared/routers';
import { closest } from '../shared/suggest';

const CONFIG = 'argo-rollouts-config';

const config = `apiVersion: v1
kind: ConfigMap
metadata:
  name: ${CONFIG}
  namespace: argo-rollouts
data:
  stepPlugins: |
    - name: acme/load-test
      location: file:///plugins/load-test
`;

const rollout = (plugin: string): string =>
  exampleRollout(`steps:\n  - setWeight: 20\n  - plugin: { name: ${plugin} }\n  - pause: {}`);

export const pluginNotConfigured: Rule = {
  code: 'REF029',
  severity: 'error',
  title: 'A plugin is not in the configuration of the controller',
  why: 'The controller loads the plugins that the ConfigMap `argo-rollouts-config` lists, when it starts. A step, router or metric of another name is an error: the rollout does not go on, or its analysis fails.',
  fix: 'Write the name as the ConfigMap has it, or add the plugin there and restart the controller.',
  whenNotToUse: 'Ignore it when clusters have different configurations, of which only some are among the manifests.',
  confirmedBy: 'Argo Rollouts 1.9.1 and 1.10.2, read in the source (`utils/plugin`).',
  bad: documents(config, rollout('acme/load-tset')),
  good: documents(config, rollout('acme/load-test')),
  checkPart(graph, report, part) {
    const routers = listed(graph, 'trafficRouterPlugins');
    const steps = listed(graph, 'stepPlugins');
    const providers = listed(graph, 'metricProviderPlugins');
    for (const { resource, canary, steps: all } of part(rollouts(graph))) {
      if (routers) {
        for (const [name, field] of canary.get('trafficRouting', 'plugins').entries()) {
          checkName(name, field, `${resource} routes traffic by`, routers, report, 'key');
        }
      }
      for (const step of all) {
        const name = step.field.get('plugin', 'name');
        if (steps && name.string)
          checkName(name.string, name, `${stepOf(step, resource)} runs`, steps, report, 'value');
      }
    }
    if (providers === undefined) return;
    for (const metric of part(metrics(graph))) {
      for (const [name, field] of metric.field.get('provider', 'plugin').entries()) {
        checkName(name, field, `${metricLabel(metric)} measures by`, providers, report, 'key');
      }
    }
  },
};

/** The names of a list of plugins. Undefined if no configuration is among the manifests, or none has such a list. */
function listed(graph: Graph, key: string): readonly string[] | undefined {
  const texts = graph
    .ofKind('ConfigMap', '')
    .filter(({ name }) => name === CONFIG)
    .flatMap((one) => one.field('data', key).string ?? []);
  if (texts.length === 0) return undefined;
  const items = texts.flatMap((text) =>
    readDocuments(text).flatMap(({ value }) => (Array.isArray(value) ? (value as unknown[]) : [])),
  );
  return items.flatMap((item) => (isMapping(item) && typeof item.name === 'string' ? item.name : []));
}

function checkName(
  name: string,
  field: Field,
  who: string,
  known: readonly string[],
  report: Report,
  on: 'key' | 'value',
): void {
  if (known.includes(name)) return;
  const meant = closest(name, known);
  report(field, `${who} the plugin '${name}', which the ConfigMap ${CONFIG} does not list`, {
    on,
    outside: meant === undefined,
    didYouMean: meant === undefined ? undefined : { name: meant },
  });
}
