import { documents, exampleOf, indented } from './manifest';
import { EXAMPLE_ROUTE, exampleVirtualService } from './istio';
import { exampleRollout, routedCanary } from './rollout';

const inShop = (manifest: string): string =>
  manifest.replace('  name: checkout\n', '  name: checkout\n  namespace: shop\n');

/** An Argo CD Application for the page of a rule, which applies what is in the namespace `shop`. */
export function exampleApplication(spec: string): string {
  return exampleOf(
    'argoproj.io/v1alpha1',
    'Application',
    'shop',
    `project: default
source: { repoURL: https://git.example.com/shop.git, path: deploy, targetRevision: main }
destination: { server: https://kubernetes.default.svc, namespace: shop }
${spec}`,
  );
}

/** One entry of `ignoreDifferences`, by the kind and what is ignored of it. */
export function ignoring(kind: string, what: string, group = 'networking.istio.io'): string {
  return `ignoreDifferences:\n  - group: ${group}\n    kind: ${kind}\n${indented(what, 4)}`;
}

/** What Argo CD must ignore of a VirtualService with http routes. */
export const HTTP_WEIGHTS = "jqPathExpressions: ['.spec.http[]?.route[]?.weight']";

/** A Rollout that is routed by a VirtualService, and the Application that applies both. */
export function exampleApplied(application: string, canary = routedCanary()): string {
  return documents(
    exampleApplication(application),
    inShop(exampleRollout(canary)),
    inShop(exampleVirtualService(`hosts: [checkout]\nhttp:${EXAMPLE_ROUTE}`)),
  );
}
