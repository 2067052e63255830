import { readFileSync } from 'node:fs';
import { Lazy } from 'cdk8s';
import type { CanaryAppProps } from './canary-app-props';
import { CanaryAppConfig } from './companion-options';
import { at, type Found } from '../formats/option-problem';

/** The entries of a configuration, those of files included. */
export function configData({ data = {}, files = {} }: CanaryAppConfig): { [key: string]: string } {
  const read = Object.entries(files).map(([key, path]) => [key, readFileSync(path, 'utf8')]);
  return { ...data, ...Object.fromEntries(read) };
}

/** Keys that are given twice, or that a ConfigMap cannot have. */
export function configProblems({ config, container }: CanaryAppProps): Found[] {
  if (config === undefined) return [];
  const { data = {}, files = {}, mountPath } = config;
  const twice = (one: string, other: string, key: string) =>
    at(one, `${one} and ${other} contradict each other: both give '${key}'; leave one of them out`);
  const keys = (of: object) => Object.keys(of);
  const inBoth = keys(files).filter((key) => Object.hasOwn(data, key));
  // Without a path, the entries are environment variables too.
  const variables = mountPath === undefined ? keys(container?.envVariables ?? {}) : [];
  const unusable = (part: 'data' | 'files') =>
    keys(config[part] ?? {})
      .filter((key) => !isConfigKey(key))
      .map((key) =>
        at(`config.${part}`, `config.${part} has the key '${key}'; use at most 253 letters, digits, '-', '_' and '.'`),
      );
  const unknown = keys(data)
    .filter((key) => (data[key] as unknown) instanceof Lazy)
    .map((key) =>
      at(
        'config.data',
        `config.data has a Lazy value, '${key}', and the name of the ConfigMap has a hash of it; give the text`,
      ),
    );
  return [
    ...unknown,
    ...unusable('data'),
    ...unusable('files'),
    ...inBoth.map((key) => twice('config.data', 'config.files', key)),
    ...variables.flatMap((key) => {
      const of = [data, files].findIndex((entries) => Object.hasOwn(entries, key));
      return of < 0 ? [] : twice(of === 0 ? 'config.data' : 'config.files', 'container.envVariables', key);
    }),
  ];
}

/** As the API server validates them. */
const isConfigKey = (key: string): boolean => /^(?!\.$|\.\.)[-._a-zA-Z0-9]{1,253}$/.test(key);

/** Names of environment variables that every release of Kubernetes refuses. */
export function variableProblems({ container, rollout }: CanaryAppProps): Found[] {
  const ofContainer = (path: string, variables: object = {}) =>
    Object.keys(variables)
      .filter((name) => !/^[ -<>-~]+$/.test(name))
      .map((name) =>
        at(
          `${path}.envVariables`,
          `an environment variable is named '${name}'; use at least one printable ASCII character, and no '='`,
        ),
      );
  const ofAll = (part: 'containers' | 'initContainers') =>
    (rollout?.[part] ?? []).map((one, i) => ofContainer(`rollout.${part}[${i}]`, one.envVariables));
  return [ofContainer('container', container?.envVariables), ofAll('containers'), ofAll('initContainers')];
}
