import { type Field, type Resource, rolloutOf, scalers } from '../../graph';
import { documents, exampleOf, exampleRollout } from '../shared/example';
import type { Report, Rule } from '../shared/rule';
import { closest } from '../shared/suggest';

const manifests = (trigger: string): string =>
  documents(
    exampleRollout('{}'),
    exampleOf(
      'keda.sh/v1alpha1',
      'ScaledObject',
      'checkout',
      `scaleTargetRef: { apiVersion: argoproj.io/v1alpha1, kind: Rollout, name: checkout }
minReplicaCount: 2
fallback: { failureThreshold: 3, replicas: 6 }
triggers:
  - ${trigger}`,
    ),
  );

export const kedaRefuses: Rule = {
  code: 'SCL011',
  severity: 'error',
  title: 'KEDA refuses a ScaledObject',
  why: 'The webhook of KEDA refuses a `fallback` if all triggers are cpu or memory, because it cannot replace their values. It also refuses an `idleReplicaCount` that is not below `minReplicaCount`. A `metricType` of another name is refused with the autoscaler that KEDA makes, and `Utilization` is for cpu and memory only. A `prometheus` trigger needs `serverAddress`, `query` and a `threshold` above 0; a misspelt one is passed over. Without the webhook, the operator reports an error. In all cases nothing scales the Rollout.',
  fix: 'Remove `fallback` or add another trigger; set `idleReplicaCount` below a stated `minReplicaCount`; use `AverageValue`, `Value` or, for cpu and memory, `Utilization`.',
  whenNotToUse: 'Never: nothing is scaled.',
  confirmedBy:
    'KEDA 2.21.0 (its checks were run; types and settings of triggers read in `pkg/scaling/scalers_builder.go` and `pkg/scalers/prometheus_scaler.go`) and 2.19.0 (read).',
  bad: manifests('{ type: cpu, metricType: Utilization, metadata: { value: "70" } }'),
  good: manifests(
    '{ type: prometheus, metadata: { serverAddress: http://prometheus:9090, threshold: "5", query: sum(up) } }',
  ),
  checkPart(graph, report, part) {
    for (const { resource, target, least } of part(scalers(graph))) {
      if (resource.kind !== 'ScaledObject' || rolloutOf(graph, target?.target) === undefined) continue;
      const types = resource
        .field('spec', 'triggers')
        .items()
        .map((trigger) => trigger.get('type').string);
      const triggers = resource.field('spec', 'triggers');
      if (triggers.exists && triggers.items().length === 0) {
        report(triggers, `${resource} has no triggers, which KEDA refuses`, { hint: 'say by what is scaled' });
      }
      for (const trigger of triggers.items()) {
        checkType(resource, trigger, report);
        checkMetricType(resource, trigger, report);
        checkPrometheus(resource, trigger, report);
      }
      const names = new Map<string, Field>();
      for (const trigger of triggers.items()) {
        const name = trigger.get('name');
        const first = name.string ? names.get(name.string) : undefined;
        if (first) {
          const related = { field: first, message: 'the first one' };
          report(name, `${resource} has two triggers called '${name.string}', which KEDA refuses`, { related });
        } else if (name.string) names.set(name.string, name);
      }
      const fallback = resource.field('spec', 'fallback');
      if (fallback.exists && types.length > 0 && types.every((type) => type === 'cpu' || type === 'memory')) {
        report(fallback, `${resource} has a fallback with ${types.join(' and ')} triggers only, which KEDA refuses`, {
          on: 'key',
          hint: 'remove fallback, or add a trigger of another type',
        });
      }
      const idle = resource.field('spec', 'idleReplicaCount');
      // KEDA accepts 0 if the minimum is explicitly 0.
      const fits = least.number === undefined ? false : idle.number === 0 || (idle.number ?? 0) < least.number;
      if (idle.number !== undefined && !fits) {
        const stated = least.exists ? String(least.value) : 'not stated';
        report(
          idle,
          `idleReplicaCount of ${resource} is ${idle.number}, but minReplicaCount is ${stated}, which KEDA refuses`,
          {
            hint: 'set minReplicaCount above idleReplicaCount',
          },
        );
      }
    }
  },
};

/** The types of triggers of KEDA 2.21. Other releases have others, so only a typo is reported. */
const TYPES = (
  'activemq apache-kafka arangodb artemis-queue aws-cloudwatch aws-dynamodb aws-dynamodb-streams aws-kinesis-' +
  'stream aws-sqs-queue azure-app-insights azure-blob azure-cosmosdb azure-data-explorer azure-eventhub azure-' +
  'log-analytics azure-monitor azure-pipelines azure-queue azure-servicebus beanstalkd cassandra clickhouse ' +
  'couchdb cpu cron datadog dynatrace elastic-forecast elasticsearch etcd external external-push forgejo-runner ' +
  'gcp-cloudtasks gcp-pubsub gcp-spanner gcp-stackdriver gcp-storage github-runner graphite huawei-cloudeye ibmmq ' +
  'influxdb kafka kubernetes-resource kubernetes-workload liiklus loki memory metrics-api mongodb mssql mysql ' +
  'nats-jetstream new-relic nsq opensearch openstack-metric openstack-swift postgresql predictkube prometheus ' +
  'pulsar rabbitmq redis redis-cluster redis-cluster-streams redis-sentinel redis-sentinel-streams redis-streams ' +
  'selenium-grid solace-direct-messaging solace-event-queue solarwinds solr splunk splunk-observability sumologic ' +
  'temporal'
).split(' ');

function checkType(resource: Resource, trigger: Field, report: Report): void {
  const type = trigger.get('type');
  const meant = type.string === undefined || TYPES.includes(type.string) ? undefined : closest(type.string, TYPES);
  if (meant === undefined) return;
  report(type, `a trigger of ${resource} has the type '${type.string}', which KEDA does not know`, {
    didYouMean: { name: meant },
    fix: { title: `write '${meant}'`, edits: [{ at: type, set: meant }] },
  });
}

const METRIC_TYPES = ['AverageValue', 'Value', 'Utilization'];
const OF_PODS = ['cpu', 'memory'];

function checkMetricType(resource: Resource, trigger: Field, report: Report): void {
  const field = trigger.get('metricType');
  const type = trigger.get('type').string;
  if (!field.string || type === undefined) return;
  if (!METRIC_TYPES.includes(field.string)) {
    report(field, `a trigger of ${resource} has the metricType '${field.string}', which no autoscaler takes`, {
      hint: `use one of ${METRIC_TYPES.join(', ')}`,
    });
  } else if (field.string === 'Utilization' && !OF_PODS.includes(type)) {
    report(field, `the ${type} trigger of ${resource} has the metricType Utilization, which KEDA refuses`, {
      hint: 'use AverageValue or Value',
    });
  }
}

/** The metadata of a trigger of the type prometheus. `threshold` becomes the target of the autoscaler, which is above 0. */
const OF_PROMETHEUS = [
  ...['serverAddress', 'query', 'queryParameters', 'threshold', 'activationThreshold', 'namespace', 'customHeaders'],
  ...['ignoreNullValues', 'unsafeSsl', 'awsRegion', 'timeout', 'identityOwner', 'authModes', 'metricName'],
];
const NEEDED_BY_PROMETHEUS = ['serverAddress', 'query', 'threshold'];

function checkPrometheus(resource: Resource, trigger: Field, report: Report): void {
  const metadata = trigger.get('metadata');
  if (trigger.get('type').string !== 'prometheus' || !metadata.exists) return;
  const given = new Map(metadata.entries());
  for (const key of NEEDED_BY_PROMETHEUS) {
    // Each setting may come from a variable of the container instead.
    if ([key, `${key}FromEnv`].some((one) => given.get(one)?.exists)) continue;
    const unread = [...given.keys()].filter((one) => !OF_PROMETHEUS.includes(one) && !one.endsWith('FromEnv'));
    const written = closest(key, unread);
    const field = written === undefined ? metadata : given.get(written)!;
    report(field, `the prometheus trigger of ${resource} has no ${key}, which KEDA refuses`, {
      on: 'key',
      ...(written === undefined
        ? {}
        : {
            didYouMean: { name: key },
            fix: { title: `rename '${written}' to '${key}'`, edits: [{ at: field, rename: key }] },
          }),
    });
  }
  // With a formula, the autoscaler has the target of the formula.
  if (resource.field('spec', 'advanced', 'scalingModifiers', 'formula').exists) return;
  const threshold = metadata.get('threshold');
  const text = threshold.string ?? '';
  // It may hold the placeholder of a template.
  if (text === '' || /[{$]/.test(text)) return;
  if (!(Number(text) > 0)) {
    report(threshold, `the prometheus trigger of ${resource} has the threshold '${text}', which is not above 0`, {
      hint: 'give a number such as "100"',
    });
  }
}
