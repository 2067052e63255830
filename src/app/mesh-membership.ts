import { labelValueProblem, quoted } from '../formats/names';

/**
 * How the pods of an app come by the proxy of the mesh.
 *
 * @see https://istio.io/latest/docs/setup/additional-setup/sidecar-injection/
 */
export enum SidecarInjection {
  /** The pods' label asks for it: the form that Istio recommends. */
  LABEL = 'label',
  /** The pods' annotation asks for it: the form of OpenShift Service Mesh 2. */
  ANNOTATION = 'annotation',
  /** The namespace asks for it, or something else does: the pods say nothing. */
  NONE = 'none',
}

/**
 * A mesh without proxies in the pods. Requests are split by a waypoint, which the Services of the app must use: without
 * one, nothing reads the VirtualService.
 *
 * @see https://istio.io/latest/docs/ambient/usage/waypoint/
 */
export interface AmbientMesh {
  /**
   * The waypoint's name, in the namespace of the app.
   * @default 'waypoint'
   */
  readonly waypoint?: string;
}

/** What Istio itself calls a waypoint that nobody named. */
export const DEFAULT_WAYPOINT = 'waypoint';

interface Membership {
  readonly sidecar?: SidecarInjection;
  readonly meshRevision?: string;
  readonly ambient?: AmbientMesh;
}

/** What the pods say of the mesh. */
export function membershipOf({ sidecar, meshRevision, ambient }: Membership): {
  labels: Record<string, string>;
  annotations: Record<string, string>;
} {
  if (ambient) return { labels: { 'istio.io/dataplane-mode': 'ambient' }, annotations: {} };
  const revision: Record<string, string> = meshRevision === undefined ? {} : { 'istio.io/rev': meshRevision };
  const asked = { 'sidecar.istio.io/inject': 'true' };
  switch (sidecar ?? SidecarInjection.LABEL) {
    case SidecarInjection.LABEL:
      // A revision asks for a proxy by itself.
      return { labels: meshRevision === undefined ? asked : revision, annotations: {} };
    case SidecarInjection.ANNOTATION:
      return { labels: revision, annotations: asked };
    case SidecarInjection.NONE:
      return { labels: revision, annotations: {} };
  }
}

export function membershipProblems({ sidecar, meshRevision, ambient }: Membership): string[] {
  const problems: (string | undefined)[] = [
    meshRevision === undefined ? undefined : labelValueProblem('meshRevision', meshRevision),
    ambient?.waypoint === undefined ? undefined : labelValueProblem('the waypoint', ambient.waypoint),
  ];
  if (ambient && (meshRevision !== undefined || (sidecar ?? SidecarInjection.NONE) !== SidecarInjection.NONE)) {
    const given = meshRevision === undefined ? `sidecar ${quoted(String(sidecar))}` : `meshRevision '${meshRevision}'`;
    problems.push(`ambient is given beside ${given}, but its pods have no proxy; leave one of the two out`);
  }
  return problems.filter((problem) => problem !== undefined);
}
