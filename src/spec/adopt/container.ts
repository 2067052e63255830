import { Json } from './manifests';

/** The options of a container that say what a manifest's container says, each by itself. */
export function containerOptions(container: Json, pod: Json): { [option: string]: Json } {
  const options: { [option: string]: Json | undefined } = {
    name: container.name,
    command: container.command,
    args: container.args,
    workingDir: container.workingDir,
    imagePullPolicy: lowerFirst(container.imagePullPolicy),
    resources: resources(container.resources),
    envVariables: environment(container.env),
    liveness: probe(container.livenessProbe),
    readiness: probe(container.readinessProbe),
    startup: probe(container.startupProbe),
    volumeMounts: mounts(container.volumeMounts, pod),
    securityContext: security(container.securityContext),
  };
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

function resources(found: Json): Json {
  if (!found) return undefined;
  const both = (name: string) => defined({ request: text(found.requests?.[name]), limit: text(found.limits?.[name]) });
  return defined({ cpu: both('cpu'), memory: both('memory'), ephemeralStorage: both('ephemeral-storage') });
}

function environment(env: Json): Json {
  if (!Array.isArray(env)) return undefined;
  const entries = env.map(({ name, value, valueFrom }: Json) => {
    const { secretKeyRef: secret, configMapKeyRef: map } = valueFrom ?? {};
    if (secret) return [name, { secretValue: { secret: secret.name, key: secret.key } }];
    if (map) return [name, { configMap: { configMap: map.name, key: map.key } }];
    return value === undefined ? undefined : [name, value];
  });
  return Object.fromEntries(entries.filter((entry) => entry !== undefined));
}

function probe(found: Json): Json {
  if (!found) return undefined;
  const options = {
    initialDelaySeconds: seconds(found.initialDelaySeconds),
    periodSeconds: seconds(found.periodSeconds),
    timeoutSeconds: seconds(found.timeoutSeconds),
    failureThreshold: found.failureThreshold,
    successThreshold: found.successThreshold,
  };
  const { httpGet, tcpSocket, exec } = found;
  const port = (value: Json) => (typeof value === 'number' ? value : undefined);
  if (httpGet) {
    return { httpGet: defined({ path: httpGet.path, port: port(httpGet.port), ...options }) };
  }
  if (tcpSocket) return { tcpSocket: defined({ port: port(tcpSocket.port), ...options }) ?? {} };
  return exec ? { command: defined({ command: exec.command, ...options }) } : undefined;
}

function mounts(found: Json, pod: Json): Json {
  if (!Array.isArray(found)) return undefined;
  const carried = found.map(({ name, mountPath, readOnly, subPath }: Json) => {
    const volume = volumeOf(pod.volumes?.find((one: Json) => one.name === name));
    return volume && defined({ path: mountPath, volume, readOnly, subPath });
  });
  return carried.filter((mount) => mount !== undefined);
}

function volumeOf(volume: Json): Json {
  const { name, emptyDir, configMap, secret, persistentVolumeClaim: claim } = volume ?? {};
  if (emptyDir) return { emptyDir: name };
  if (configMap) return { configMap: { configMap: configMap.name, name } };
  if (secret) return { secret: { secr: secret.secretName, name } };
  return claim ? { persistentVolumeClaim: { claim: claim.claimName, name } } : undefined;
}

function security(found: Json): Json {
  if (!found) return undefined;
  return defined({
    ensureNonRoot: found.runAsNonRoot,
    privileged: found.privileged,
    readOnlyRootFilesystem: found.readOnlyRootFilesystem,
    allowPrivilegeEscalation: found.allowPrivilegeEscalation,
    user: found.runAsUser,
    group: found.runAsGroup,
  });
}

/** An object without what is undefined, or nothing where nothing is left. */
export function defined(object: { [name: string]: Json }): Json {
  const entries = Object.entries(object).filter(([, value]) => value !== undefined);
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

export function seconds(value: Json): string | undefined {
  return typeof value === 'number' ? `${value}s` : undefined;
}

function text(value: Json): string | undefined {
  return value === undefined ? undefined : String(value);
}

function lowerFirst(word: Json): string | undefined {
  return typeof word === 'string' ? word.charAt(0).toLowerCase() + word.slice(1) : undefined;
}
