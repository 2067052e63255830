import { parse } from 'yaml';
import { adoptAll } from '../../src/adopt/adopt';
import { APP, deployment, manifestsOf, object, type Obj, service } from './sets';

const canary = (provider: string) =>
  object('flagger.app/v1beta1', 'Canary', APP, {
    provider,
    targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: APP },
    ...(provider === 'nginx' ? { ingressRef: { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', name: APP } } : {}),
    service: { port: 80, targetPort: 'http' },
    analysis: { interval: '1m', threshold: 5, maxWeight: 50, stepWeight: 10 },
  });

const ingress = (ingressClassName: string) =>
  object('networking.k8s.io/v1', 'Ingress', APP, {
    ingressClassName,
    defaultBackend: { service: { name: APP, port: { number: 80 } } },
  });

function adopted(...objects: readonly Obj[]) {
  const { adopted: found } = adoptAll([{ name: 'set.yaml', text: manifestsOf({ name: 'set', objects }) }]);
  const { spec } = parse(found[0].text) as { readonly spec: object };
  return { ...found[0], spec };
}

// Flagger makes the Service, so that a repository does not have it.
test.each([
  ['with its Service', [service(APP)]],
  ['without its Service, which Flagger makes', []],
])('a Canary of nginx is split by its Ingress, %s', (_, more) => {
  const { spec, changes } = adopted(deployment(), canary('nginx'), ingress('nginx'), ...more);
  expect(spec).toMatchObject({ strategy: { trafficRouting: { nginx: { stableIngress: APP } } } });
  expect(changes).toContain(`Ingress ${APP} splits its requests between ${APP}-stable and ${APP}-canary`);
});

test('a route past the split is told, without the Service that Flagger makes', () => {
  const { dangerous } = adopted(deployment(), canary('istio'), ingress('alb'));
  expect(dangerous).toContainEqual(
    expect.stringMatching(new RegExp(`^Ingress ${APP} sends requests to Service ${APP}`)),
  );
});
