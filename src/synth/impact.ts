import { isDeepStrictEqual } from 'node:util';
import { readDocuments } from '../formats/yaml';
import { Manifest } from '../canaryfile/render';
import { Change } from './synthesize';

/**
 * The impact of a change of manifests on the cluster, above all on a rollout in progress: one sentence for each object
 * that matters.
 *
 * @see https://argo-rollouts.readthedocs.io/en/stable/FAQ/
 */
export function impactOf(changes: readonly Change[]): string[] {
  const before = objectsIn(changes.map((change) => change.before));
  const after = objectsIn(changes.map((change) => change.after));
  const keys = [...new Set([...before.keys(), ...after.keys()])].sort();
  return keys.flatMap((key) => {
    const found = impactOfObject(before.get(key), after.get(key));
    return found === undefined ? [] : [`${key}: ${found}`];
  });
}

function impactOfObject(before: Manifest | undefined, after: Manifest | undefined): string | undefined {
  if (isDeepStrictEqual(before, after)) return undefined;
  const kind = (after ?? before)!.kind;
  if (before === undefined) {
    return kind === 'Rollout' ? 'is new; its first version starts with all pods at once, without steps' : undefined;
  }
  if (after === undefined) {
    if (kind === 'Rollout') return 'is no longer made; if Argo CD prunes, its pods are deleted with it';
    return `is no longer made; if Argo CD prunes, it is deleted${GONE[kind] ?? ''}`;
  }
  if (kind === 'Rollout') return impactOfRollout(before, after);
  return CHANGED[kind];
}

const GONE: { readonly [kind: string]: string } = {
  VirtualService: ', and a rollout in progress stops because its routes are missing',
  AnalysisTemplate: ', and a rollout that reaches its step is aborted',
  Service: ', and requests to it fail',
};

const CHANGED: { readonly [kind: string]: string } = {
  VirtualService:
    'the sync resets the weights to those in Git; a rollout in progress sends all requests to the stable version until the controller sets them again',
  AnalysisTemplate: 'analyses that start later use it; running ones continue unchanged',
  ServiceMonitor: 'series may change their labels or start again; query windows then cover both',
  Gateway: 'connections that it serves are taken over by the new configuration',
};

function impactOfRollout(before: Manifest, after: Manifest): string {
  const found: string[] = [];
  const [old, now] = [before.spec, after.spec] as RolloutSpec[];
  const differs = (part: (spec: RolloutSpec) => unknown) => !isDeepStrictEqual(part(old), part(now));
  const canary = (spec: RolloutSpec) => spec.strategy?.canary ?? {};
  if (differs((spec) => spec.selector)) {
    found.push('the selector changes: the existing pods no longer belong to it and remain; delete them by hand');
  }
  if (differs((spec) => spec.template)) {
    found.push('a new version: a rollout starts at step 0 and replaces one in progress');
  } else if (differs((spec) => canary(spec).steps)) {
    found.push(
      'changing steps restarts the rollout at step 0, if one is in progress; otherwise they apply from the next version on',
    );
  }
  if (differs((spec) => canary(spec).trafficRouting))
    found.push('the new traffic routing sets the routes from the next reconciliation on');
  if (differs((spec) => [canary(spec).stableService, canary(spec).canaryService])) {
    found.push('other Services get the versions; apply them in the same sync');
  }
  if (differs((spec) => spec.replicas))
    found.push(`scaled from ${old.replicas ?? 1} to ${now.replicas ?? 1}, without a rollout`);
  return found.length > 0 ? found.join('; ') : 'starts or restarts no rollout';
}

interface RolloutSpec {
  readonly replicas?: number;
  readonly selector?: unknown;
  readonly template?: unknown;
  readonly strategy?: { readonly canary?: { readonly [field: string]: unknown } };
}

function objectsIn(texts: readonly (string | undefined)[]): Map<string, Manifest> {
  const objects = texts.flatMap((text) =>
    text === undefined ? [] : readDocuments(text).map(({ value }) => value as Manifest | null),
  );
  return new Map(
    objects
      .filter((object) => object?.metadata !== undefined)
      .map((object) => {
        const { kind, metadata } = object!;
        return [`${kind} ${metadata.namespace ? `${metadata.namespace}/` : ''}${metadata.name}`, object!] as const;
      }),
  );
}
