import { type Field, isMapping, type Resource } from '../../../graph';
import type { SchemaProblem } from '../problem/schema-problem';
import { refused } from './checks';

/** As the API server validates the keys of ConfigMaps and Secrets. */
const KEY = /^(?!\.$|\.\.)[-._a-zA-Z0-9]{1,253}$/;

/** What every release takes for the name of a variable is among these; from Kubernetes 1.34 on, all of them are names. */
const VARIABLE = /^[ -<>-~]+$/;

/** Where kinds have a pod template. */
const TEMPLATES: { readonly [kind: string]: readonly string[] } = {
  CronJob: ['spec', 'jobTemplate', 'spec', 'template'],
  ...Object.fromEntries(
    ['Rollout', 'Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Job'].map((kind) => [
      kind,
      ['spec', 'template'],
    ]),
  ),
};

/** Keys and sizes of ConfigMaps and Secrets, and names of environment variables, that the API server refuses. */
export function keyProblems(resource: Resource): SchemaProblem[] {
  const { group, kind } = resource;
  if (group === '' && kind === 'ConfigMap')
    return [...['data', 'binaryData'].flatMap((part) => entries(resource.field(part))), ...sizeProblems(resource)];
  if (group === '' && kind === 'Secret')
    return [...['data', 'stringData'].flatMap((part) => entries(resource.field(part))), ...sizeProblems(resource)];
  if (Object.hasOwn(TEMPLATES, kind)) return variablesIn(resource.field(...TEMPLATES[kind]));
  if (group !== 'argoproj.io' || (!kind.startsWith('Analysis') && kind !== 'ClusterAnalysisTemplate')) return [];
  const metrics = resource.field('spec', 'metrics').items();
  return metrics.flatMap((metric) => variablesIn(metric.get('provider', 'job', 'spec', 'template')));
}

/** Of the containers of a pod template. */
const variablesIn = (template: Field): SchemaProblem[] =>
  template.exists ? ['containers', 'initContainers'].flatMap((list) => variables(template.get('spec', list))) : [];

function entries(data: Field): SchemaProblem[] {
  if (!isMapping(data.value) || Object.keys(data.value).every((key) => KEY.test(key))) return [];
  return data.entries().flatMap(([key, field]): SchemaProblem[] => {
    if (KEY.test(key)) return [];
    const message = `${data} has the key '${key}'; a key has at most 253 letters, digits, '-', '_' and '.'`;
    return [{ kind: 'value', field, message }];
  });
}

const variables = (containers: Field): SchemaProblem[] =>
  containers.items().flatMap((container) =>
    container
      .get('env')
      .items()
      .map((variable) => variable.get('name'))
      .filter(({ string }) => string !== undefined && !VARIABLE.test(string))
      .map((name) => refused(name, "and a variable's name has printable ASCII characters, and no '='")),
  );

/** The most bytes of all values together that the API server takes in a ConfigMap or a Secret. */
const MOST_BYTES = 1024 * 1024;

/**
 * Whether the values are too large. Keys do not count, and of what is written in base64 the bytes that it stands for.
 *
 * @see pkg/apis/core/validation/validation.go of Kubernetes 1.37, `ValidateConfigMap` and `ValidateSecret`
 */
function sizeProblems(resource: Resource): SchemaProblem[] {
  const isSecret = resource.kind === 'Secret';
  const [inBase64, plain] = [
    resource.field(isSecret ? 'data' : 'binaryData'),
    resource.field(isSecret ? 'stringData' : 'data'),
  ];
  const texts = textsIn(plain);
  // What a Secret gives in both, it has from stringData.
  const encoded = textsIn(inBase64).filter(([key]) => !isSecret || !texts.some(([other]) => other === key));
  const length = [...texts, ...encoded].reduce((sum, [, text]) => sum + text.length, 0);
  // No character has more than three bytes for each of its units.
  if (3 * length <= MOST_BYTES) return [];
  const ofTexts = texts.reduce((sum, [, text]) => sum + Buffer.byteLength(text), 0);
  const ofBytes = encoded.reduce((sum, [, text]) => sum + Buffer.byteLength(text.replace(/[\r\n]/g, ''), 'base64'), 0);
  const bytes = ofTexts + ofBytes;
  if (bytes <= MOST_BYTES) return [];
  const field = ofTexts >= ofBytes ? plain : inBase64;
  const message = `the values of ${resource} have ${bytes.toLocaleString('en')} bytes, and the API server takes at most ${MOST_BYTES.toLocaleString('en')}`;
  return [{ kind: 'value', field, message }];
}

const textsIn = (data: Field): [key: string, text: string][] =>
  data.entries().flatMap(([key, { string }]) => (string === undefined ? [] : [[key, string]]));
