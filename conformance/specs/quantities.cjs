// What durations and sizes may be, by `Owner.field` or by the field alone.
const fc = require('fast-check');

const of = fc.constantFrom;

const duration = {
  any: of('30s', '1m', '90s', '5m', '1h', '1h30m'),
  // Beside milliseconds, which a request may take.
  timeout: of('1s', '10s', '1m'),
  'HttpRouteOptions.timeout': of('250ms', '1s', '1m'),
  perTryTimeout: of('250ms', '2s'),
  backoff: of('25ms', '1s'),
  fixedDelay: of('100ms', '5s'),
  connectTimeout: of('100ms', '10s'),
  'LatencyOptions.atMost': of('250ms', '1s'),
  'LatencyAgainstStableOptions.floor': of('10ms', '100ms'),
  // Windows hold four scrapes.
  scrapeInterval: of('10s', '15s', '30s'),
  'MonitoringOptions.interval': of('10s', '15s', '30s'),
  'PodMonitorProps.interval': of('10s', '15s', '30s'),
  'ServiceMonitorProps.interval': of('10s', '15s', '30s'),
  'CanaryMonitoringProps.interval': of('10s', '15s', '30s'),
  within: of('2m', '5m', '10m'),
  window: of('2m', '5m', '10m'),
  shortWindow: of('2m'),
  slot: of('5m', '10m'),
  initialDelay: of('0s', '1m', '5m'),
  interval: of('30s', '1m', '5m'),
  scrapeTimeout: of('5s', '10s'),
  // Probes: whole seconds.
  initialDelaySeconds: of('0s', '5s', '1m'),
  periodSeconds: of('1s', '10s', '1m'),
  timeoutSeconds: of('1s', '5s'),
  minReady: of('0s', '10s', '1m'),
  progressDeadline: of('2m', '10m', '1h'),
  // CloudWatch knows no others.
  period: of('30s', '1m', '5m'),
  'GrpcProbe.period': of('5s', '1m'),
  // Whole seconds.
  pollingInterval: of('15s', '30s'),
  cooldownPeriod: of('1m', '5m'),
};

const size = {
  // cdk8s-plus writes storage in whole gibibytes and memory in whole mebibytes, and the constructs refuse the rest.
  'EphemeralStorageResources.request': of('1Gi', '2Gi'),
  'EphemeralStorageResources.limit': of('1Gi', '2Gi'),
  any: of('32Mi', '64Mi', '1Gi'),
};
const cpu = { any: of('5m', '0.5', '2') };

module.exports = { cpu, duration, size };
