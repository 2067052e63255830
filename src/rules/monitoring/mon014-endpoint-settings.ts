import { type Field, monitors, relabelProblem, type Resource } from '../../graph';
import { lookUp, PROMETHEUS } from '../../versions';
import { documents, SCRAPED_APP, serviceMonitor } from '../shared/example';
import type { Report, Rule } from '../shared/rule';

export const endpointSettings: Rule = {
  code: 'MON014',
  severity: 'error',
  title: 'The operator refuses an endpoint of a monitor',
  why: 'The Prometheus Operator checks what it writes into the configuration of Prometheus, and leaves a monitor out that has half a client certificate, a certificate twice, or a relabeling with fields that its action refuses, without those that it needs, or with a regular expression that Prometheus does not read. For a Prometheus before 3.0 it also refuses a `targetLabel` with a group of the regular expression (`${1}_name`), which Prometheus itself takes. Nothing that the monitor selects is scraped. It reports this only in its log and as an event.',
  fix: 'Give the certificate and its key together, each in one form. Give `replace` a `targetLabel`, `hashmod` a `modulus`, and `labeldrop` and `labelkeep` a `regex` alone. Before Prometheus 3.0 write a label for each name, or use `labelmap`.',
  whenNotToUse: 'Labels of other letters are accepted where Prometheus and the operator are set to UTF-8 names.',
  confirmedBy:
    'Prometheus Operator 0.93: the conformance item `linter` asks its code, which is read in `pkg/apis/monitoring/v1/tls_types.go`, `pkg/prometheus/validation/validator.go` and `pkg/prometheus/resource_selector.go`.',
  bad: documents(SCRAPED_APP, serviceMonitor('port: http\nscheme: https\ntlsConfig: { certFile: /etc/certs/tls.crt }')),
  good: documents(
    SCRAPED_APP,
    serviceMonitor(
      'port: http\nscheme: https\ntlsConfig: { caFile: /etc/certs/ca.crt, certFile: /etc/certs/tls.crt, keyFile: /etc/certs/tls.key }',
    ),
  ),
  checkPart(graph, report, part) {
    const utf8Names = lookUp(PROMETHEUS.utf8Names, graph.releases.prometheus) === 'always';
    for (const { resource, endpoints } of part(monitors(graph))) {
      for (const { field } of endpoints) checkEndpoint(field, resource, utf8Names, report);
    }
  },
};

/** The two forms of each part: a file in the container of Prometheus, or a Secret or ConfigMap. */
const FORMS = [
  ['caFile', 'ca'],
  ['certFile', 'cert'],
  ['keyFile', 'keySecret'],
] as const;

function checkEndpoint(endpoint: Field, resource: Resource, utf8Names: boolean, report: Report): void {
  checkTls(endpoint.get('tlsConfig'), resource, report);
  for (const list of ['relabelings', 'metricRelabelings']) {
    for (const one of endpoint.get(list).items()) {
      const problem = checkRelabeling(one, resource, report) ? undefined : relabelProblem(one, utf8Names);
      // What is no action at all is refused by the schema, too.
      if (problem === undefined || problem.startsWith('no action ')) continue;
      const key = ['regex', 'targetLabel', 'replacement'].find((name) => problem.startsWith(`${name} `));
      report(key ? one.get(key) : one, `a relabeling of ${resource} is refused: ${problem}`);
    }
  }
}

function checkTls(tls: Field, resource: Resource, report: Report): void {
  const has = (key: string): boolean =>
    typeof tls.get(key).value === 'object' ? tls.get(key).entries().length > 0 : Boolean(tls.get(key).string);
  const certificate = has('certFile') || has('cert');
  const key = has('keyFile') || has('keySecret');
  if (certificate !== key) {
    report(tls, `${resource} has a ${certificate ? 'certificate without its key' : 'key without its certificate'}`, {
      on: 'key',
      hint: 'give both, or neither',
    });
  }
  for (const [file, object] of FORMS) {
    if (!has(file) || !has(object)) continue;
    report(tls.get(object), `${resource} has both ${file} and ${object}`, {
      on: 'key',
      hint: 'use one of them',
      related: { field: tls.get(file), message: 'the other one' },
    });
  }
  const [least, most] = ['minVersion', 'maxVersion'].map((name) => tls.get(name));
  // The names of the versions are in their order: TLS10 to TLS13.
  if (least.string && most.string && most.string < least.string) {
    report(most, `maxVersion of ${resource} is ${most.string}, below minVersion (${least.string})`);
  }
}

const WITH_TARGET = ['replace', 'hashmod', 'lowercase', 'uppercase', 'keepequal', 'dropequal'];

/** The fields that an action refuses, with the values that are the same as leaving them out. */
const REFUSED: { readonly [action: string]: readonly string[] } = {
  labeldrop: ['sourceLabels', 'targetLabel', 'modulus', 'separator', 'replacement'],
  labelkeep: ['sourceLabels', 'targetLabel', 'modulus', 'separator', 'replacement'],
  keepequal: ['regex', 'modulus', 'separator', 'replacement'],
  dropequal: ['regex', 'modulus', 'separator', 'replacement'],
  lowercase: ['replacement'],
  uppercase: ['replacement'],
};
const DEFAULTS: { readonly [key: string]: unknown } = { regex: '(.*)', modulus: 0, separator: ';', replacement: '$1' };

/** Whether it found something wrong. */
function checkRelabeling(one: Field, resource: Resource, report: Report): boolean {
  let found = false;
  const action = (one.get('action').string || 'replace').toLowerCase();
  const target = one.get('targetLabel');
  for (const key of REFUSED[action] ?? []) {
    const field = one.get(key);
    const isLeftOut = !field.exists || field.value === '' || field.value === DEFAULTS[key];
    if (isLeftOut || (key === 'sourceLabels' && field.items().length === 0)) continue;
    found = true;
    report(field, `a relabeling of ${resource} has ${key}, which ${action} refuses`, { on: 'key', hint: 'remove it' });
  }
  if (action === 'hashmod' && (one.get('modulus').number ?? 0) === 0) {
    found = true;
    report(one, `a relabeling of ${resource} with hashmod has no modulus`, { hint: 'give modulus' });
  }
  if (!WITH_TARGET.includes(action) || (target.exists && typeof target.value !== 'string')) return found;
  if (!target.string) {
    found = true;
    report(one, `a relabeling of ${resource} has no targetLabel, which ${action} needs`, { hint: 'give targetLabel' });
  } else if (!/^[a-zA-Z_$][a-zA-Z0-9_${}]*$/.test(target.string)) {
    report(target, `${target} of ${resource} is '${target.string}', which is no label`, {
      hint: "use letters, digits and '_'",
      severity: 'warning',
    });
  }
  return found;
}
