import { type Application, applications, type Field, type Graph, type Resource, rolloutsTouching } from '../../graph';
import { documents, exampleApplication, exampleRollout, exampleService } from '../shared/example';
import type { Report, Rule } from '../shared/rule';
import { ignoredPaths, ignoresFor } from '../shared/argo-cd-ignores';
import { serverSideApply, serverSideDiff } from './server-side';

const SELECTOR = '/spec/selector/rollouts-pod-template-hash';

const manifests = (options: string): string =>
  documents(
    exampleApplication(`syncPolicy: { automated: { selfHeal: true }, syncOptions: [${options}] }`),
    exampleRollout('canaryService: checkout-canary\nstableService: checkout-stable', { namespace: 'shop' }),
    exampleService('checkout-stable', undefined, { namespace: 'shop' }),
    exampleService('checkout-canary', undefined, { namespace: 'shop' }),
  );

export const removesSelectorHash: Rule = {
  code: 'GIT012',
  severity: 'error',
  title: "Argo CD removes the controller's hash from the selectors of Services",
  why: 'The controller adds the pod-template hash to the selector of each Service. A selector is an atomic map: a server-side apply, and a replacement, write the whole selector of Git, so the hash is gone and both Services select the pods of both versions. Nothing repairs it before the next event of the Rollout. Server-side apply and server-side diff also report the hash as drift, so the Application is OutOfSync for good, and `selfHeal` syncs it again and again.',
  fix: `Remove \`ServerSideApply=true\` (and \`Replace=true\`). If you need server-side diff, ignore \`${SELECTOR}\` of the Services.`,
  whenNotToUse: 'Never: both versions get the same traffic after a sync.',
  confirmedBy:
    'Argo CD 3.5.7 and 3.6.1, measured with their own diff code and the field management of Kubernetes 1.36; Argo Rollouts 1.9.1 and 1.10.2, measured on a real API server.',
  bad: manifests('ServerSideApply=true'),
  good: manifests('ApplyOutOfSyncOnly=true'),
  checkPart(graph, report, part) {
    for (const application of part(applications(graph))) checkApplication(graph, application, report);
  },
};

function checkApplication(graph: Graph, application: Application, report: Report): void {
  const applied = new Set(application.resources);
  const found = rolloutsTouching(graph, application).flatMap(({ services }) =>
    Object.values(services).flatMap((service) => service?.target ?? []),
  );
  const services = [...new Set(found)].filter((service) => applied.has(service));
  if (services.length === 0) return;
  const names = shortList(services);
  const replaced = optionOf(application.resource.field('spec', 'syncPolicy', 'syncOptions').items(), 'Replace=true');
  const apply = serverSideApply(application);
  for (const option of [apply, replaced]) {
    if (option === undefined) continue;
    report(
      option,
      `${application.resource} syncs ${names} with ${option.string}, which removes the controller's hash from their selectors`,
      {
        hint: `remove ${option.string}`,
        related: { field: services[0].field('spec', 'selector'), message: 'a selector' },
      },
    );
  }
  const open = services.filter((service) => !ignoresHash(graph, application, service));
  const diff = serverSideDiff(graph, application);
  if (apply === undefined && diff && open.length > 0) {
    report(
      diff,
      `${application.resource} compares ${shortList(open)} with server-side diff, which reports the controller's hash in their selectors as drift`,
      {
        severity: 'warning',
        hint: `ignore ${SELECTOR}`,
        related: { field: open[0].field('spec', 'selector'), message: 'a selector' },
      },
    );
  }
  for (const service of services) {
    const own = service.field('metadata', 'annotations', 'argocd.argoproj.io/sync-options');
    const bad = (own.string ?? '').split(',').find((one) => /^(ServerSideApply|Replace)=true$/.test(one.trim()));
    if (bad === undefined) continue;
    report(own, `${service} is synced with ${bad.trim()}, which removes the controller's hash from its selector`);
  }
}

const optionOf = (options: readonly Field[], wanted: string): Field | undefined =>
  options.find(({ string }) => string === wanted);

function shortList(services: readonly Resource[]): string {
  const [first, second, ...more] = services;
  if (second === undefined) return String(first);
  return more.length > 0 ? `${first} and ${more.length + 1} others` : `${first} and ${second}`;
}

const ignoresHash = (graph: Graph, application: Application, service: Resource): boolean =>
  ignoresFor(graph, application, service).some((entry) =>
    ignoredPaths(entry).some(({ path }) => /^\.spec(\.selector(\.|\["?|$)|$)/.test(path)),
  );
