import type { Application, Field, Graph } from '../../graph';

const COMPARE = 'argocd.argoproj.io/compare-options';

/** Where an Application turns on a server-side apply. */
export const serverSideApply = ({ resource }: Application): Field | undefined =>
  resource
    .field('spec', 'syncPolicy', 'syncOptions')
    .items()
    .find(({ string }) => string?.replace(/\s/g, '') === 'ServerSideApply=true');

/** Where an Application, or Argo CD for all of them, turns on the server-side diff. */
export function serverSideDiff(graph: Graph, { resource }: Application): Field | undefined {
  const own = resource.field('metadata', 'annotations', COMPARE);
  const options = (own.string ?? '').split(',').map((one) => one.trim());
  if (options.includes('ServerSideDiff=true')) return own;
  if (options.includes('ServerSideDiff=false')) return undefined;
  return graph
    .ofKind('ConfigMap', '')
    .filter(({ name }) => name === 'argocd-cmd-params-cm')
    .map((one) => one.field('data', 'controller.diff.server.side'))
    .find(({ string }) => string === 'true');
}
