import { argumentsIn, type Field, isMapping, metrics, own } from '../../graph';
import { metricLabel } from '../shared/metric-settings';
import { templatesIn } from '../shared/templates';
import type { Rule } from '../shared/rule';
import { analysisTemplate, prometheusMetric } from '../shared/example';

const metric = (value: string): string =>
  prometheusMetric({ prometheus: `headers:\n  - key: Authorization\n    value: ${value}` });

const SECRET_HEADER = /^(proxy-)?authorization$|token|api-?key|secret|password|cookie/i;
const SECRET_NAME = /(^|[-_.])(token|password|passwd|secret|api-?key|apikey|credential|bearer)s?($|[-_.])/i;
const SECRET_FIELDS = [
  ['authentication', 'oauth2', 'clientSecret'],
  ['authentication', 'basicAuth', 'password'],
];

export const plainCredential: Rule = {
  code: 'SEC003',
  severity: 'error',
  title: 'A manifest contains a credential',
  why: 'Everybody who reads the repository, the AnalysisTemplate or one of its AnalysisRuns has the credential. The history of the repository keeps it.',
  fix: 'Store it in a Secret and read it with an argument with `valueFrom.secretKeyRef`. Then change the credential, because this one is known.',
  whenNotToUse: 'When the value is a placeholder that is replaced before the manifest is applied.',
  confirmedBy: 'Argo Rollouts 1.9.1, read in the source of the controller.',
  bad: analysisTemplate(metric('Bearer not-a-real-token')),
  good: analysisTemplate(
    metric('Bearer {{args.token}}'),
    'args:\n  - name: token\n    valueFrom:\n      secretKeyRef:\n        name: prometheus\n        key: token',
  ),
  checkPart(graph, report, part) {
    const stands = (field: Field, what: string): void =>
      report(field, `${what} is in the manifest in plain text`, { hint: 'take it from a Secret by an argument' });
    for (const one of part(metrics(graph))) {
      const provider = one.field.get('provider');
      for (const which of ['prometheus', 'web']) {
        for (const header of provider.get(which, 'headers').items()) {
          const [key, value] = [header.get('key'), header.get('value')];
          if (!SECRET_HEADER.test(key.string ?? '') || isReference(value)) continue;
          stands(value, `the header ${key.string} of ${metricLabel(one)}`);
        }
        for (const path of SECRET_FIELDS) {
          const field = provider.get(which, ...path);
          if (field.exists && !isReference(field)) stands(field, `${path[path.length - 1]} of ${metricLabel(one)}`);
        }
      }
    }
    const given = part(['Rollout', 'Experiment'].flatMap((kind) => graph.ofKind(kind, 'argoproj.io'))).flatMap(
      (resource) => ['strategy', 'analyses'].flatMap((key) => argumentLists(resource.field('spec', key))),
    );
    for (const argument of [
      ...part(templatesIn(graph)).flatMap((one) => one.field('spec', 'args').items()),
      ...given,
    ]) {
      const name = argument.get('name').string ?? '';
      const value = argument.get('value');
      if (!SECRET_NAME.test(name) || isReference(value)) continue;
      stands(value, `the argument '${name}'`);
    }
  },
};

/** Empty, or taken from an argument. */
const isReference = ({ string, exists }: Field): boolean =>
  !exists || string === undefined || string === '' || argumentsIn(string).length > 0;

/** The arguments of all analyses below a field. Plain values are walked, because few of them are analyses. */
function argumentLists(root: Field): Field[] {
  const found: Field[] = [];
  const path: (string | number)[] = [];
  const walk = (value: unknown, key: string | number): void => {
    path.push(key);
    look(value);
    path.pop();
  };
  const look = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(walk);
    if (!isMapping(value)) return;
    if (own(value, 'args') !== undefined && namesTemplate(root.get(...path))) {
      found.push(...root.get(...path, 'args').items());
    }
    for (const key of Object.keys(value)) if (typeof value[key] === 'object') walk(value[key], key);
  };
  look(root.value);
  return found;
}

const namesTemplate = (field: Field): boolean =>
  [field, ...field.get('templates').items()].some((one) => one.get('templateName').exists);
