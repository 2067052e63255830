import { readDocuments } from '../../formats/yaml';
import { type Field, type Graph, isMapping, type Resource } from '../../graph';
import { exampleRollout } from '../shared/example';
import type { Report, Rule } from '../shared/rule';
import { closest } from '../shared/suggest';

const rollout = (trigger: string): string =>
  exampleRollout('steps: [{ setWeight: 20 }, { pause: {} }]').replace(
    '  name: checkout\n',
    `  name: checkout\n  annotations:\n    notifications.argoproj.io/subscribe.${trigger}.slack: checkout-team\n`,
  );

/** The triggers of the ConfigMap that Argo Rollouts is installed with. */
const TRIGGERS = [
  ...['on-rollout-completed', 'on-rollout-step-completed', 'on-rollout-updated', 'on-rollout-aborted'],
  ...['on-rollout-paused', 'on-scaling-replica-set', 'on-analysis-run-running', 'on-analysis-run-failed'],
  'on-analysis-run-error',
];

/** The templates of the ConfigMap that Argo Rollouts is installed with. */
const TEMPLATES = [
  ...['rollout-completed', 'rollout-step-completed', 'rollout-updated', 'rollout-aborted', 'rollout-paused'],
  ...['scaling-replicaset', 'analysis-run-running', 'analysis-run-failed', 'analysis-run-error'],
];

/** The services of the notification engine. A webhook is called by its own name. */
const SERVICES = [
  ...['slack', 'email', 'teams', 'teams-workflows', 'googlechat', 'webex', 'telegram', 'mattermost', 'rocketchat'],
  ...['pushover', 'opsgenie', 'pagerduty', 'pagerdutyv2', 'grafana', 'github', 'newrelic', 'alertmanager', 'awssqs'],
];

const PREFIX = 'notifications.argoproj.io/';
const SUBSCRIBE = `${PREFIX}subscribe.`;
const CONFIG = 'argo-rollouts-notification-configmap';

export const notification: Rule = {
  code: 'REF027',
  severity: 'warning',
  title: 'A notification names a trigger, a service or a template that does not exist',
  why: 'The annotation `notifications.argoproj.io/subscribe.<trigger>.<service>` subscribes to a trigger. Nothing checks its name: a misspelt trigger, service or prefix is no error, and nobody hears of an aborted rollout. So is it where a trigger sends a template that does not exist.',
  fix: 'Name a trigger, a service and a template of the ConfigMap `argo-rollouts-notification-configmap`.',
  whenNotToUse:
    'When your ConfigMap has triggers and services of its own that are not among the manifests. Without `--closed-world` an unknown name is a note unless it is nearly a known one.',
  confirmedBy: 'Argo Rollouts 1.9 and 1.10, read in the ConfigMap that they are installed with. No system reports it.',
  bad: rollout('on-rollout-abort'),
  good: rollout('on-rollout-aborted'),
  check(graph, report) {
    const { triggers, services } = defined(graph);
    checkTriggers(graph, report);
    for (const kind of ['Rollout', 'AnalysisRun', 'Experiment']) {
      for (const resource of graph.ofKind(kind, 'argoproj.io')) {
        for (const [key, field] of resource.field('metadata', 'annotations').entries()) {
          checkPrefix(key, field, resource, report);
          if (!key.startsWith(SUBSCRIBE)) continue;
          const parts = key.slice(SUBSCRIBE.length).split('.');
          if (parts.length > 2) continue;
          const service = parts[parts.length - 1];
          // Without a trigger, the default triggers of the ConfigMap are meant.
          if (parts.length === 2) checkName('trigger', parts[0], triggers, field, report);
          checkName('service', service, services, field, report);
        }
      }
    }
  },
};

/**
 * The installed ones, and those of the given ConfigMap: `trigger.<name>`, `service.<name>`, `service.webhook.<name>`.
 */
function defined(graph: Graph): { readonly triggers: readonly string[]; readonly services: readonly string[] } {
  const keys = graph
    .ofKind('ConfigMap', '')
    .filter(({ name }) => name === CONFIG)
    .flatMap((one) => one.field('data').entries())
    .map(([key]) => key);
  const named = (prefix: string): string[] =>
    keys.filter((key) => key.startsWith(prefix)).map((key) => key.slice(prefix.length));
  return {
    triggers: [...TRIGGERS, ...named('trigger.')],
    services: [...SERVICES, ...named('service.').map((name) => name.slice(name.lastIndexOf('.') + 1))],
  };
}

function checkName(what: string, name: string, known: readonly string[], field: Field, report: Report): void {
  if (known.includes(name)) return;
  const meant = closest(name, known);
  report(field, `${field.resource} subscribes to the ${what} '${name}', which nothing here defines`, {
    on: 'key',
    outside: meant === undefined,
    didYouMean: meant === undefined ? undefined : { name: meant },
  });
}

function checkPrefix(key: string, field: Field, resource: Resource, report: Report): void {
  const at = key.indexOf('/');
  if (at < 0 || !/^subscri(be|ption)/.test(key.slice(at + 1))) return;
  const prefix = key.slice(0, at + 1);
  if (prefix === PREFIX || closest(prefix, [PREFIX]) === undefined) return;
  report(field, `${resource} subscribes with '${prefix}', which the controller does not read`, {
    on: 'key',
    didYouMean: { name: PREFIX },
  });
}

/** `trigger.<name>` holds a list as text, of which each item sends templates: `- send: [rollout-aborted]`. */
function checkTriggers(graph: Graph, report: Report): void {
  const maps = graph.ofKind('ConfigMap', '').filter(({ name }) => name === CONFIG);
  const entries = maps.flatMap((one) => one.field('data').entries());
  const known = [...TEMPLATES, ...entries.flatMap(([key]) => (key.startsWith('template.') ? key.slice(9) : []))];
  for (const [key, field] of entries) {
    if (!key.startsWith('trigger.') || field.string === undefined) continue;
    const items = readDocuments(field.string).flatMap(({ value }) =>
      Array.isArray(value) ? (value as unknown[]) : [],
    );
    const sent = items.flatMap((item) => (isMapping(item) && Array.isArray(item.send) ? (item.send as unknown[]) : []));
    for (const name of new Set(sent)) {
      if (typeof name !== 'string' || known.includes(name)) continue;
      const meant = closest(name, known);
      report(
        field,
        `the trigger '${key.slice(8)}' of ${field.resource} sends the template '${name}', which nothing here defines`,
        {
          on: 'key',
          outside: meant === undefined,
          didYouMean: meant === undefined ? undefined : { name: meant },
        },
      );
    }
  }
}
