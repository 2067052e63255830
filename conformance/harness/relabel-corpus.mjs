// Random rules of relabeling: every action, and what its fields may be.
import fc from 'fast-check';

/** There, and as much more often than not as the weight says. */
export const maybe = (arbitrary, weight = 1) =>
  fc.oneof({ weight: 2, arbitrary: fc.constant(undefined) }, { weight: Math.round(2 * weight), arbitrary });

export const withoutUndefined = (record) =>
  Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined));

const NAMES = [
  'job',
  'instance',
  'pod',
  'namespace',
  'service',
  'container',
  'endpoint',
  'app',
  'absent',
  '__address__',
  '__scheme__',
  '__metrics_path__',
  '__param_module',
  '__tmp_prometheus_job_name',
  '__meta_kubernetes_namespace',
  '__meta_kubernetes_pod_name',
  '__meta_kubernetes_pod_ip',
  '__meta_kubernetes_pod_ready',
  '__meta_kubernetes_pod_phase',
  '__meta_kubernetes_pod_node_name',
  '__meta_kubernetes_pod_controller_name',
  '__meta_kubernetes_pod_container_init',
  '__meta_kubernetes_pod_container_port_number',
  '__meta_kubernetes_pod_container_port_protocol',
  '__meta_kubernetes_pod_label_app_kubernetes_io_name',
  '__meta_kubernetes_pod_annotation_prometheus_io_scrape',
  '__meta_kubernetes_service_label_app',
  '__meta_kubernetes_service_annotationpresent_example_com_team',
  '__meta_kubernetes_endpoint_ready',
  '__meta_kubernetes_endpoint_port_protocol',
  '__meta_kubernetes_endpoints_label_endpoints_kubernetes_io_managed_by',
  '__meta_kubernetes_endpointslice_endpoint_conditions_ready',
  '__meta_kubernetes_endpointslice_endpoint_conditions_terminating',
  '__meta_kubernetes_endpointslice_port',
  '__meta_kubernetes_endpointslice_label_kubernetes_io_service_name',
];
const METRIC_NAMES = ['__name__', 'code', 'job', 'exported_job', 'instance', 'pod', 'path', 'absent', 'le'];

const PATTERNS = [
  '(.*)',
  '(.+)',
  '',
  '.*',
  'shop',
  's(.)op',
  '(?i)SHOP',
  'http|metrics',
  '([^:]+)(?::\\d+)?',
  '([^:]+):(?P<port>\\d+)',
  '(.*)-(.*)',
  '(.*?)-?([a-z0-9]+)',
  '(?:a|b)?',
  '[[:alpha:]]+',
  '\\pL+',
  '(\\w+)[.;](\\w*)',
  '.*;true',
  '(?m)^shop$',
  'true|Running',
  '\\Qshop\\E',
  '5..',
  'http_(.*)_total',
  '10\\.0\\.0\\.[12]:80.*',
];
const REPLACEMENTS = ['$1', '${1}', '$2', '${1}:9999', '$1x', '${port}', 'fixed', '', '$$', '$', 'a$1-$2', '${', '/$1'];
const TARGETS = [
  'job',
  'instance',
  'pod',
  'added',
  'app',
  '__address__',
  '__metrics_path__',
  '__param_module',
  '__tmp_x',
];

const pattern = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...PATTERNS) },
  // Anything that one can put together of the usual parts, good or not.
  {
    weight: 1,
    arbitrary: fc
      .array(fc.constantFrom('a', 's', '.', '(', ')', '|', '*', '+', '?', '[^:]', '\\d', '^', '$', '-', '{2}'), {
        maxLength: 6,
      })
      .map((parts) => parts.join('')),
  },
);

/** Names of one map to one: where several labels get one name, Prometheus itself knows no order. */
const MAPS = [
  { regex: '__meta_kubernetes_pod_label_(.+)' },
  { regex: '__meta_kubernetes_service_label_(.+)', replacement: 'svc_$1' },
  { regex: '__meta_kubernetes_(pod_name|namespace)', replacement: 'k8s_${1}' },
  { regex: '(job|app)', replacement: 'copy_of_$1' },
  // All but the name of a slice, which ends with generated letters.
  { regex: '(__[^m].*|__m.*_(?:pod|service|endpoints?)_.*|__m.*_endpointslice_[^n].*)', replacement: 'x_$1' },
  { regex: '(?P<name>p.d)', replacement: '${name}_name' },
  {},
];

/** A rule of each action, as the operator accepts it, and some that it refuses. */
const rule = (names, targets) => {
  const name = fc.constantFrom(...names);
  const target = fc.constantFrom(...targets);
  const sourceLabels = fc.array(name, { minLength: 1, maxLength: 3 });
  const separator = maybe(fc.constantFrom(';', '', '-', '::'));
  const matching = fc.record({ sourceLabels, separator, regex: maybe(pattern, 4) }).map(withoutUndefined);
  const of = (action, arbitrary) => arbitrary.map((rest) => ({ action, ...rest }));
  return fc.oneof(
    {
      weight: 6,
      arbitrary: fc
        .record({
          action: fc.constantFrom('replace', 'Replace', undefined),
          sourceLabels: maybe(sourceLabels, 4),
          separator,
          regex: maybe(pattern, 3),
          targetLabel: fc.oneof(
            { weight: 5, arbitrary: target },
            { weight: 1, arbitrary: fc.constantFrom('$1', 'x_$1') },
          ),
          replacement: maybe(fc.constantFrom(...REPLACEMENTS), 3),
        })
        .map(withoutUndefined),
    },
    { weight: 4, arbitrary: of('keep', matching) },
    { weight: 2, arbitrary: of('drop', matching) },
    { weight: 1, arbitrary: of('keepequal', fc.record({ sourceLabels, targetLabel: name })) },
    { weight: 1, arbitrary: of('dropequal', fc.record({ sourceLabels, targetLabel: name })) },
    {
      weight: 2,
      arbitrary: of(
        'hashmod',
        fc.record({ sourceLabels, targetLabel: target, modulus: fc.constantFrom(1, 2, 7, 1000, 4294967296) }),
      ),
    },
    { weight: 2, arbitrary: of('labelmap', fc.constantFrom(...MAPS)) },
    {
      weight: 1,
      arbitrary: of(
        'labeldrop',
        fc.record({ regex: fc.constantFrom('pod', 'po.*', '(service|container)', 'absent', '') }),
      ),
    },
    {
      weight: 1,
      arbitrary: of(
        'labelkeep',
        fc.record({
          regex: fc.constantFrom('__.*|job|instance|pod', '.*', '__(address|name|scheme|metrics_path|scrape.*)__'),
        }),
      ),
    },
    { weight: 1, arbitrary: of('Lowercase', fc.record({ sourceLabels, targetLabel: target })) },
    { weight: 1, arbitrary: of('uppercase', fc.record({ sourceLabels, targetLabel: target })) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        { action: 'hashmod', sourceLabels: ['job'], targetLabel: 'shard' },
        { action: 'keepequal', sourceLabels: ['job'], targetLabel: 'pod', regex: 'x' },
        { action: 'labeldrop', regex: 'a', sourceLabels: ['job'] },
        { action: 'labelkeep', regex: 'a', replacement: 'x' },
        { action: 'uppercase', sourceLabels: ['job'], targetLabel: 'pod', replacement: 'x' },
        { action: 'labelmap', regex: '(.*)', replacement: '' },
        { sourceLabels: ['job'] },
      ),
    },
  );
};

/** A rule of `relabelings`. */
export const relabeling = rule(NAMES, TARGETS);

/** A rule of `metricRelabelings`. */
export const metricRelabeling = rule(METRIC_NAMES, ['__name__', 'code', 'path', 'added', 'job']);
