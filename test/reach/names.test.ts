// Whoever comes from hand-written YAML finds a field by the name that it has there: in the API reference, which is made of
// the assembly's documentation.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EXCEPTIONS } from './exceptions';
import { fieldsOf } from './fields';

const reference = new Set(readFileSync(join(__dirname, '../../.jsii'), 'utf8').match(/[A-Za-z][A-Za-z0-9]*/g));

/** What nobody would look for. */
const UNSAID = new Set([
  ...['spec', 'endpoints', 'podMetricsEndpoints', 'action'],
  // What `select` of a workload of cdk8s-plus writes.
  'matchExpressions',
  // What a PrometheusRule is made of.
  ...['groups', 'alert', 'record'],
]);

test.each(Object.keys(EXCEPTIONS).filter((name) => !name.startsWith('gateway.')))(
  'every field of %s is in the reference by its name',
  (name) => {
    const [group, kind] = name.split(' ');
    const fields = fieldsOf(group, kind, group === 'argoproj.io' ? 'v1alpha1' : 'v1');
    const left = Object.keys(EXCEPTIONS[name]);
    const meant = fields.filter((field) => {
      const whole = field.replace(
        /^spec\.(subsets\[\]\.)?trafficPolicy\.(portLevelSettings\[\]\.)?/,
        'spec.trafficPolicy.',
      );
      return ![field, whole].some((one) => left.some((exception) => one.startsWith(exception)));
    });
    const words = new Set(meant.flatMap((field) => field.split('.').map((part) => part.replace(/\[\]/g, ''))));
    expect([...words].filter((word) => word !== '*' && !UNSAID.has(word) && !reference.has(word))).toEqual([]);
  },
);
