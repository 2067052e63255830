import type { Resource } from '../graph';
import type { ServiceName } from './existing-routes';
import type { Options } from './values';

/** The Services between which requests will be split. */
export interface SplitServices {
  /** The Service that callers use now, which selects all pods. */
  readonly root: string;
  readonly namespace?: string;
  readonly stable: string;
  readonly canary: string;
  /** The port of the Services. */
  readonly port: number;
}

/** The stable version of a Flagger Canary, and the names that Flagger gives its Deployment, its Service and its pods. */
export interface StableVersion {
  readonly primaries: readonly string[];
  /** The Service that takes their place. */
  readonly stable: string;
}

/** Flagger calls the Services of the versions after the Service of callers, and the rest after the Deployment. */
export function stableVersion(canary: Resource, { name }: Resource, split: SplitServices | undefined): StableVersion {
  const apex = canary.field('spec', 'service', 'name').string ?? name;
  const primaries = [...new Set([name, apex])].map((one) => `${one}-primary`);
  return { primaries, stable: split?.stable ?? `${name}-stable` };
}

/** The Services of the versions, and the one that existing routes lead to. */
export function splitServices(app: string, service: Resource | undefined): SplitServices | undefined {
  if (service === undefined) return undefined;
  const port = service.field('spec', 'ports', 0, 'port').number ?? 80;
  return between(app, service, port);
}

const between = (app: string, { name: root, namespace }: Resource, port: number): SplitServices => ({
  root,
  namespace,
  stable: `${app}-stable`,
  canary: `${app}-canary`,
  port,
});

/** As `splitServices`, where Flagger makes the Service of callers, so that it is not among the manifests. */
export function ofFlagger(deployment: Resource, { servicePort }: Options): SplitServices {
  return between(deployment.name, deployment, typeof servicePort === 'number' ? servicePort : 80);
}

/**
 * The host by which an object of Istio names the Service of a version.
 *
 * @param host The one by which it names the Service that callers use: it is kept long where a short one would be in
 * another namespace.
 */
export function hostFor(version: string, { namespace: place }: Resource, host: string, split: SplitServices): string {
  return place === split.namespace ? version : `${version}${host.slice(split.root.length)}`;
}

export const rootOf = ({ root, namespace }: SplitServices): ServiceName => ({ name: root, namespace });
