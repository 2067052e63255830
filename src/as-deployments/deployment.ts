type Mapping = { readonly [key: string]: unknown };

const isMapping = (value: unknown): value is Mapping =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const mapping = (value: unknown): Mapping => (isMapping(value) ? value : {});

/** The fields of a Deployment's spec that a Rollout has too. */
const COMMON = new Set([
  ...['replicas', 'selector', 'template', 'minReadySeconds', 'revisionHistoryLimit', 'paused'],
  'progressDeadlineSeconds',
]);

/** Fields of a Rollout's spec that a Deployment does not have; `strategy` is translated. */
export function isOnlyOfRollouts(key: string): boolean {
  return key !== 'strategy' && !COMMON.has(key);
}

/**
 * The strategy of a Deployment that replaces pods as a Rollout does in the end: a canary by its surge, whose defaults are
 * the same 25 %, blue-green by a second full set of pods.
 */
export function deploymentStrategy(strategy: unknown): Mapping {
  const { canary, blueGreen } = mapping(strategy);
  if (isMapping(blueGreen)) return { type: 'RollingUpdate', rollingUpdate: { maxSurge: '100%', maxUnavailable: 0 } };
  const { maxSurge, maxUnavailable } = mapping(canary);
  const rollingUpdate = {
    ...(maxSurge === undefined || maxSurge === null ? {} : { maxSurge }),
    ...(maxUnavailable === undefined || maxUnavailable === null ? {} : { maxUnavailable }),
  };
  return Object.keys(rollingUpdate).length > 0 ? { type: 'RollingUpdate', rollingUpdate } : { type: 'RollingUpdate' };
}

/** A Rollout's manifest as that of a Deployment: same metadata, same pods. */
export function deploymentOf(
  rollout: Mapping,
  podsFrom?: { readonly template: unknown; readonly selector: unknown },
): Mapping {
  const spec: { [key: string]: unknown } = {};
  for (const [key, value] of Object.entries(mapping(rollout.spec))) {
    if (key === 'strategy') spec.strategy = deploymentStrategy(value);
    else if (!isOnlyOfRollouts(key)) spec[key] = value;
  }
  if (podsFrom) {
    spec.template = podsFrom.template;
    spec.selector ??= podsFrom.selector;
  }
  const { status: _status, ...rest } = rollout;
  return { ...rest, apiVersion: 'apps/v1', kind: 'Deployment', spec };
}

/** The fields by which autoscalers name what they scale. */
export const TARGET_FIELDS: readonly string[] = ['scaleTargetRef', 'targetRef'];

/** A manifest that names Rollouts as what it scales, naming Deployments instead; the same object where it names none. */
export function withDeploymentTargets(manifest: Mapping): Mapping {
  const spec = mapping(manifest.spec);
  const changed = TARGET_FIELDS.filter((field) => namesRollout(spec[field]));
  if (changed.length === 0) return manifest;
  const targets = changed.map((field) => [
    field,
    { ...mapping(spec[field]), apiVersion: 'apps/v1', kind: 'Deployment' },
  ]);
  return { ...manifest, spec: { ...spec, ...(Object.fromEntries(targets) as Mapping) } };
}

/** Whether a reference names a Rollout. */
export function namesRollout(reference: unknown): boolean {
  const { kind, apiVersion } = mapping(reference);
  return kind === 'Rollout' && typeof apiVersion === 'string' && apiVersion.startsWith('argoproj.io/');
}
