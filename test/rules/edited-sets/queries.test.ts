import { describeSet, type EditedSet } from './edited-set';

const ERRORS =
  'sum(rate(http_requests_total{namespace="parcels",rollouts_pod_template_hash="{{args.hash}}",code=~"5.."}[2m]))';
const ALL = 'sum(rate(http_requests_total{namespace="parcels",rollouts_pod_template_hash="{{args.hash}}"}[2m]))';
const RATIO = `${ERRORS}\n            /\n            ${ALL}`;

/** A query that Prometheus refuses. */
const refused = (name: string, query: string, says: string, code = 'PRM009'): EditedSet => ({
  name,
  edits: { [RATIO]: query },
  finds: ['advice ANA016', `error ${code}`],
  says,
});
const CANARY = 'namespace="parcels",service="parcels-canary"';
const BY_SERVICE = {
  'namespace="parcels",rollouts_pod_template_hash="{{args.hash}}",code': `${CANARY},code`,
  'namespace="parcels",rollouts_pod_template_hash="{{args.hash}}"}': `${CANARY}}`,
  "matchLabels: { scrape: 'yes' }": 'matchLabels: { role: canary }',
};

const AT_ONCE = { '- setWeight: 10\n        - pause: { duration: 5m }': '- setWeight: 10' };

describeSet('istio.yaml', [
  refused('a selector without a name', 'sum(rate({}[2m]))', 'a selector needs a name'),
  refused('a call with one argument too few', 'histogram_quantile(0.9)', 'histogram_quantile'),
  refused('a rate of no range', 'rate(vector(1))', 'rate'),
  refused('an aggregation of nothing', 'sum()', 'sum'),
  refused('a regular expression that does not compile', 'sum(rate(a_total{code=~"5(.."}[2m]))', '5(..'),
  refused('an offset of a sum', 'sum(rate(a_total[2m])) offset 5m', 'offset must follow a selector'),
  refused('an @ of a sum', 'sum(rate(a_total[2m])) @ 5', '@ must follow a selector'),
  refused('bool in arithmetic', 'sum(rate(a_total[2m])) + bool 1', 'bool can only follow a comparison'),
  refused('a comparison of two numbers without bool', '1 > 2', 'bool'),
  refused('a set operation with a number', 'sum(rate(a_total[2m])) and 1', 'and'),
  refused('two names of one metric', 'sum(rate(a_total{__name__="b"}[2m]))', 'twice'),
  refused(
    'group_left without on or ignoring',
    'sum(rate(a_total[2m])) * group_left sum(rate(b_total[2m]))',
    'PromQL',
    'PRM001',
  ),
  refused('a list of labels with a number', 'sum by (1) (rate(a_total[2m]))', 'a list of labels', 'PRM001'),
  refused('a function that does not exist', 'sum(ratee(a_total[2m]))', "'ratee' is no function of PromQL", 'PRM001'),
  // The Service by which the canary was scraped.
  {
    name: 'the canary by its Service, at once',
    edits: { ...BY_SERVICE, ...AT_ONCE },
    finds: ['advice ANA016', 'warning ANA024', 'warning PRM007'],
    says: 'flaps between the versions',
  },
  // The first analysis begins when its window holds only what was measured behind the first weight.
  { name: 'the canary by its Service', edits: BY_SERVICE, finds: ['advice ANA016'] },
  {
    name: 'the canary by the name of its job, which is that of the Service',
    edits: {
      ...BY_SERVICE,
      ...AT_ONCE,
      'namespace="parcels",rollouts_pod_template_hash="{{args.hash}}",code': 'job="parcels-canary",code',
      'namespace="parcels",rollouts_pod_template_hash="{{args.hash}}"}': 'job="parcels-canary"}',
    },
    finds: ['advice ANA016', 'warning ANA024', 'warning PRM007'],
  },
  {
    name: 'the canary by its Service, and by its hash',
    edits: {
      ',code=~"5.."': ',service="parcels",code=~"5.."',
      'rollouts_pod_template_hash="{{args.hash}}"}': 'service="parcels",rollouts_pod_template_hash="{{args.hash}}"}',
    },
  },
  {
    name: 'the canary by the Service to which the proxies sent requests',
    edits: {
      [ERRORS]: ERRORS.replace('http_requests_total', 'istio_requests_total').replace(
        'namespace="parcels",rollouts_pod_template_hash="{{args.hash}}",code',
        'reporter="source",destination_service_name="parcels-canary",response_code',
      ),
      [ALL]: ALL.replace('http_requests_total', 'istio_requests_total').replace(
        'namespace="parcels",rollouts_pod_template_hash="{{args.hash}}"',
        'reporter="source",destination_service_name="parcels-canary"',
      ),
    },
    finds: ['advice ANA016'],
  },
  // Windows.
  {
    name: 'a window that is given as an argument holds too few scrapes',
    edits: {
      'args: [{ name: hash }]': 'args: [{ name: hash }, { name: window, value: 20s }]',
      'code=~"5.."}[2m]': 'code=~"5.."}[{{args.window}}]',
      '"{{args.hash}}"}[2m]': '"{{args.hash}}"}[{{args.window}}]',
    },
    finds: ['error PRM004'],
  },
  { name: 'no interval fills the window', edits: { 'interval: 15s': 'interval: 2m' }, finds: ['error PRM004'] },
  // Floors.
  {
    name: 'a divisor that is never below 1',
    edits: { [ALL]: `clamp_min(${ALL}, 1)` },
    finds: ['advice PRM025'],
  },
  { name: 'a number in place of missing errors', edits: { [ERRORS]: `(${ERRORS} or vector(0))` } },
  {
    name: 'a number in place of missing data decides',
    edits: { [RATIO]: `(${ERRORS} / ${ALL}) or vector(1)` },
    finds: ['advice PRM015'],
  },
  {
    name: 'a workload that does not exist',
    edits: {
      'http_requests_total{namespace="parcels",rollouts_pod_template_hash="{{args.hash}}",code':
        'istio_requests_total{reporter="destination",destination_workload="parcls",destination_workload_namespace="parcels",code',
    },
    finds: ['warning PRM023'],
  },
]);
