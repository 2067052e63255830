import type { Application, Field, Graph } from '../../graph';
import { ARGO_CD, lookUp } from '../../versions';

const COMPARE = 'argocd.argoproj.io/compare-options';

/** Where an Application turns on a server-side apply. */
export const serverSideApply = ({ resource }: Application): Field | undefined =>
  resource
    .field('spec', 'syncPolicy', 'syncOptions')
    .items()
    .find(({ string }) => string?.replace(/\s/g, '') === 'ServerSideApply=true');

/** The annotation of an Application with its comparison options, and these options. */
function statedDiff({ resource }: Application): readonly [field: Field, options: readonly string[]] {
  const field = resource.field('metadata', 'annotations', COMPARE);
  return [field, (field.string ?? '').split(',').map((one) => one.trim())];
}

/** Where an Application, or Argo CD for all of them, turns on the server-side diff. */
export function serverSideDiff(graph: Graph, application: Application): Field | undefined {
  const [own, options] = statedDiff(application);
  if (options.includes('ServerSideDiff=true')) return own;
  if (options.includes('ServerSideDiff=false')) return undefined;
  return graph
    .ofKind('ConfigMap', '')
    .filter(({ name }) => name === 'argocd-cmd-params-cm')
    .map((one) => one.field('data', 'controller.diff.server.side'))
    .find(({ string }) => string === 'true');
}

/** The setting that makes Argo CD compare as a server-side apply does: server-side apply, or the server-side diff alone. */
export function comparesServerSide(graph: Graph, application: Application): Field | undefined {
  const [, options] = statedDiff(application);
  const isOff =
    options.includes('ServerSideDiff=false') && lookUp(ARGO_CD.obeysNoServerSideDiff, graph.releases.argoCd);
  return (isOff ? undefined : serverSideApply(application)) ?? serverSideDiff(graph, application);
}
