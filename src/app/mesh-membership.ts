import { labelValueProblem, quoted } from '../formats/names';
import { at, type Found } from '../formats/option-problem';

/**
 * How the proxy of the mesh is injected into the pods of an app.
 *
 * @see https://istio.io/latest/docs/setup/additional-setup/sidecar-injection/
 */
export enum SidecarInjection {
  /** By a label of the pods, as Istio recommends. */
  LABEL = 'label',
  /** By an annotation of the pods, as OpenShift Service Mesh 2 needs it. */
  ANNOTATION = 'annotation',
  /** By something else, such as a label of the namespace. The pods get neither label nor annotation. */
  NONE = 'none',
}

/**
 * A mesh in ambient mode, without proxies in the pods. A waypoint splits the requests, and the Services of the app must
 * use it: without a waypoint, nothing applies the VirtualService.
 *
 * @see https://istio.io/latest/docs/ambient/usage/waypoint/
 */
export interface AmbientMesh {
  /**
   * The name of the waypoint, in the namespace of the app.
   * @default 'waypoint'
   */
  readonly waypoint?: string;
}

/** Istio's default name of a waypoint. */
export const DEFAULT_WAYPOINT = 'waypoint';

interface Membership {
  readonly sidecar?: SidecarInjection;
  readonly meshRevision?: string;
  readonly ambient?: AmbientMesh;
}

/** The labels and annotations that make the pods part of the mesh. */
export function membershipOf({ sidecar, meshRevision, ambient }: Membership): {
  labels: Record<string, string>;
  annotations: Record<string, string>;
} {
  if (ambient) return { labels: { 'istio.io/dataplane-mode': 'ambient' }, annotations: {} };
  const revision: Record<string, string> = meshRevision === undefined ? {} : { 'istio.io/rev': meshRevision };
  const asked = { 'sidecar.istio.io/inject': 'true' };
  switch (sidecar ?? SidecarInjection.LABEL) {
    case SidecarInjection.LABEL:
      // The label of a revision requests a proxy, too.
      return { labels: meshRevision === undefined ? asked : revision, annotations: {} };
    case SidecarInjection.ANNOTATION:
      return { labels: revision, annotations: asked };
    case SidecarInjection.NONE:
      return { labels: revision, annotations: {} };
  }
}

export function membershipProblems({ sidecar, meshRevision, ambient }: Membership): Found[] {
  const problems: Found[] = [
    meshRevision === undefined ? undefined : at('meshRevision', labelValueProblem('meshRevision', meshRevision)),
    ambient?.waypoint === undefined
      ? undefined
      : at('ambient.waypoint', labelValueProblem('the waypoint', ambient.waypoint)),
  ];
  if (ambient && (meshRevision !== undefined || (sidecar ?? SidecarInjection.NONE) !== SidecarInjection.NONE)) {
    const given = meshRevision === undefined ? `sidecar ${quoted(String(sidecar))}` : `meshRevision '${meshRevision}'`;
    problems.push(
      at(
        'ambient',
        `ambient is given together with ${given}, but pods of an ambient mesh have no proxy; leave one of the two out`,
      ),
    );
  }
  return problems;
}
