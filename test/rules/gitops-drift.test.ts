import type { Rule } from '../../src/rules';
import { RULES } from '../../src/rules';
import { describeRule, type RuleCase } from './describe-rule';
import {
  BOTH,
  HTTP,
  ISTIO,
  STEPPED,
  SUBSETS,
  alone,
  application,
  httpRoute,
  ignoring,
  istio,
  rollout,
  service,
  virtualService,
  wave,
} from './shop-manifests';

const rule = (code: string): Rule => RULES.find((one) => one.code === code)!;

/** A Rollout with a VirtualService, and what Argo CD ignores of a kind in all Applications. */
const everywhere = (kind: string, ignored: string, routes = '', spec = ''): string =>
  `${application(spec)}${rollout(ISTIO)}${virtualService(routes)}---
apiVersion: v1
kind: ConfigMap
metadata: { name: argocd-cm, namespace: argocd }
data:
  resource.customizations.ignoreDifferences.${kind}: |
    ${ignored}`;

const REDIRECT = ', { name: old, match: [{ uri: { prefix: /old } }], redirect: { uri: /new } }';

/** All kinds in one text, the older form, which Argo CD still reads. */
const OLD_KEY = `---
apiVersion: v1
kind: ConfigMap
metadata: { name: argocd-cm, namespace: argocd }
data:
  resource.customizations: |
    networking.istio.io/VirtualService:
      ignoreDifferences: |
        jqPathExpressions: ['.spec.http[]?.route[]?.weight']`;

const table: Readonly<Record<string, readonly RuleCase[]>> = {
  GIT001: [
    {
      name: 'an expression that fails on a redirect',
      manifest:
        application(ignoring('VirtualService', "'.spec.http[].route[].weight'")) +
        rollout(ISTIO) +
        virtualService(', { name: old, match: [{ uri: { prefix: /old } }], redirect: { uri: /new } }'),
      finds: [
        {
          message:
            "Application argocd/pay does not ignore the http weights of VirtualService shop/pay: jq fails on '.spec.http[].route[].weight', so Argo CD drops the whole expression",
        },
      ],
    },
    {
      name: 'two paths in one expression, of which one is not there',
      manifest:
        application(ignoring('VirtualService', "'.spec.http[].route[].weight, .spec.tls[].route[].weight'")) +
        rollout(ISTIO) +
        virtualService(),
      finds: [{ hint: 'write .spec.http[]?.route[]?.weight, one expression for each protocol' }],
    },
    {
      name: 'the same expression where all routes have destinations',
      manifest:
        application(ignoring('VirtualService', "'.spec.http[].route[].weight'")) + rollout(ISTIO) + virtualService(),
    },
    {
      name: 'an expression that tolerates a redirect',
      manifest:
        application(ignoring('VirtualService', "'.spec.http[]?.route[]?.weight'")) +
        rollout(ISTIO) +
        virtualService(', { name: old, redirect: { uri: /new } }'),
    },
    {
      name: 'weights of an HTTPRoute',
      manifest: application('') + rollout(HTTP) + httpRoute(),
      finds: [
        {
          message:
            'Application argocd/pay applies HTTPRoute shop/pay and does not ignore its weights, which Rollout shop/pay sets',
          hint: 'ignore .spec.rules[]?.backendRefs[]?.weight',
        },
      ],
    },
    {
      name: 'weights of an HTTPRoute that are ignored',
      manifest:
        application(ignoring('HTTPRoute', "'.spec.rules[]?.backendRefs[]?.weight'", 'gateway.networking.k8s.io')) +
        rollout(HTTP) +
        httpRoute(),
    },
    {
      name: 'something else that is ignored for all Applications',
      manifest: everywhere(
        'all',
        '{ managedFieldsManagers: [kube-controller-manager], jsonPointers: [/spec/replicas] }',
      ),
      finds: [{ hint: 'ignore .spec.http[]?.route[]?.weight' }],
    },
    {
      name: 'the weights of all kinds, for all Applications',
      manifest: everywhere('all', "{ jqPathExpressions: ['.spec.http[]?.route[]?.weight'] }"),
    },
    {
      name: 'the weights of another kind, for all Applications',
      manifest: everywhere(
        'gateway.networking.k8s.io_HTTPRoute',
        "{ jqPathExpressions: ['.spec.http[]?.route[]?.weight'] }",
      ),
      finds: [{ severity: 'warning' }],
    },
    {
      name: 'an expression for all Applications that fails on a redirect',
      manifest: everywhere(
        'networking.istio.io_VirtualService',
        "{ jqPathExpressions: ['.spec.http[].route[].weight'] }",
        REDIRECT,
      ),
      finds: [{ message: expect.stringContaining("jq fails on '.spec.http[].route[].weight'") as never, line: 20 }],
    },
    {
      name: 'all that the controller wrote, for all Applications',
      manifest: everywhere('networking.istio.io_VirtualService', '{ managedFieldsManagers: [rollouts-controller] }'),
    },
    {
      name: 'the weights in the older key for all kinds',
      manifest: application('') + rollout(ISTIO) + virtualService() + OLD_KEY,
    },
    {
      name: 'the older key, whose entry the newer one replaces',
      manifest:
        everywhere('networking.istio.io_VirtualService', '{ jsonPointers: [/spec/hosts] }') +
        OLD_KEY.slice(OLD_KEY.indexOf('\n  resource')),
      finds: [{ severity: 'warning' }],
    },
    {
      name: 'a template for all Applications, whose result is not known',
      manifest: everywhere('all', '{{ .Values.ignored }}'),
    },
  ],
  GIT004: [
    {
      name: 'the controller, for all Applications',
      manifest: everywhere('networking.istio.io_VirtualService', '{ managedFieldsManagers: [rollouts-controller] }'),
      finds: [
        {
          message: expect.stringContaining(
            'ConfigMap argocd/argocd-cm ignores all that rollouts-controller wrote',
          ) as never,
        },
      ],
    },
    {
      name: 'another manager, for all Applications',
      manifest: everywhere('all', '{ managedFieldsManagers: [kube-controller-manager] }'),
    },
  ],
  GIT005: [
    {
      name: 'all routes, for all Applications',
      manifest: everywhere('networking.istio.io_VirtualService', '{ jsonPointers: [/spec/http] }'),
      finds: [{ message: 'ConfigMap argocd/argocd-cm ignores /spec/http of every VirtualService' }],
    },
    {
      name: 'the weights, for all Applications',
      manifest: everywhere('all', "{ jqPathExpressions: ['.spec.http[]?.route[]?.weight'] }"),
    },
  ],
  GIT002: [
    {
      name: 'a server-side apply',
      manifest:
        application('syncPolicy: { syncOptions: [ServerSideApply=true] }') +
        rollout(SUBSETS) +
        istio(
          'DestinationRule',
          'host: pay, subsets: [{ name: new, labels: { app: pay } }, { name: old, labels: { app: pay } }]',
        ),
      finds: [
        { message: expect.stringContaining('with ServerSideApply=true and does not ignore the labels') as never },
      ],
    },
    {
      name: 'a subset without labels, although the hash is ignored',
      manifest:
        application(
          `${ignoring('DestinationRule', `'.spec.subsets[]?.labels."rollouts-pod-template-hash"'`)} syncPolicy: { syncOptions: [ServerSideApply=true] }`,
        ) +
        rollout(SUBSETS) +
        istio('DestinationRule', 'host: pay, subsets: [{ name: new }, { name: old }]'),
      finds: [
        {
          message: expect.stringContaining('has no labels in Git, so Application argocd/pay stays OutOfSync') as never,
        },
      ],
    },
    {
      name: 'the default comparison, which does not see them',
      manifest:
        application('') +
        rollout(SUBSETS) +
        istio('DestinationRule', 'host: pay, subsets: [{ name: new }, { name: old }]'),
    },
  ],
  GIT003: [
    {
      name: 'a managed route, which Git lacks',
      manifest:
        application(
          `${ignoring('VirtualService', `'.spec.http[]? | select(.name == "qa")'`)} syncPolicy: { syncOptions: [RespectIgnoreDifferences=true] }`,
        ) +
        rollout(ISTIO) +
        virtualService(),
      finds: [
        {
          message: expect.stringContaining('so a sync removes what the controller wrote (Argo CD 3.6)') as never,
        },
      ],
    },
    {
      name: 'weights of an HTTPRoute',
      manifest:
        application(
          `${ignoring('HTTPRoute', "'.spec.rules[]?.backendRefs[]?.weight'", 'gateway.networking.k8s.io')} syncPolicy: { syncOptions: [RespectIgnoreDifferences=true] }`,
        ) +
        rollout(HTTP) +
        httpRoute(),
      finds: [{ message: expect.stringContaining('so changes of that list in Git never arrive') as never }],
    },
    {
      name: 'nothing in a list',
      manifest: application('syncPolicy: { syncOptions: [RespectIgnoreDifferences=true] }') + rollout(ISTIO),
    },
    {
      name: 'weights that are ignored for all Applications',
      manifest: everywhere(
        'networking.istio.io_VirtualService',
        "{ jqPathExpressions: ['.spec.http[]?.route[]?.weight'] }",
        '',
        'syncPolicy: { syncOptions: [RespectIgnoreDifferences=true] }',
      ),
      finds: [
        {
          message: expect.stringContaining(
            'and ConfigMap argocd/argocd-cm ignores .spec.http[]?.route[]?.weight, which is inside a list',
          ) as never,
        },
      ],
    },
    {
      name: 'replicas that are ignored for all Applications',
      manifest: everywhere(
        'all',
        '{ jsonPointers: [/spec/replicas] }',
        '',
        'syncPolicy: { syncOptions: [RespectIgnoreDifferences=true] }',
      ),
    },
  ],
  GIT006: [
    {
      name: 'an HTTPRoute before its Services',
      manifest:
        alone(rollout(HTTP, STEPPED).replace('namespace: shop }', `namespace: shop, ${wave(1)} }`)) +
        service('c', wave(1)) +
        service('s', wave(1)) +
        httpRoute(),
      finds: [
        { message: 'Service shop/c is in sync wave 1, but HTTPRoute shop/pay, which is Degraded without it, is in 0' },
        { message: 'Service shop/s is in sync wave 1, but HTTPRoute shop/pay, which is Degraded without it, is in 0' },
      ],
    },
    { name: 'all in one wave', manifest: alone(rollout(HTTP, STEPPED)) + BOTH + httpRoute() },
  ],
  GIT008: [
    {
      name: 'a rule of a header step in an HTTPRoute',
      manifest:
        application('syncPolicy: { automated: { selfHeal: true } }') +
        rollout(
          `managedRoutes: [{ name: qa }], ${HTTP}`,
          "steps: [{ setCanaryScale: { replicas: 1 } }, { setHeaderRoute: { name: qa, match: [{ headerName: x, headerValue: { exact: 'y' } }] } }]",
        ) +
        httpRoute(),
      finds: [{ hint: 'ignore .spec.rules[]? | select(.name == "qa")' }],
    },
    {
      name: 'no header step',
      manifest:
        application('syncPolicy: { automated: { selfHeal: true } }') +
        rollout(`managedRoutes: [{ name: qa }], ${HTTP}`) +
        httpRoute(),
    },
  ],
  GIT012: [
    {
      name: 'a server-side apply',
      manifest: application('syncPolicy: { syncOptions: [ServerSideApply=true] }') + rollout(ISTIO) + BOTH,
      finds: [
        {
          severity: 'error',
          message: expect.stringContaining("removes the controller's hash from their selectors") as never,
        },
      ],
    },
    {
      name: 'a server-side diff by annotation',
      manifest: application('', 'argocd.argoproj.io/compare-options: ServerSideDiff=true') + rollout(ISTIO) + BOTH,
      finds: [{ severity: 'warning', hint: 'ignore /spec/selector/rollouts-pod-template-hash' }],
    },
    {
      name: 'a server-side diff with the hash ignored',
      manifest:
        application(
          'ignoreDifferences: [{ kind: Service, jsonPointers: [/spec/selector/rollouts-pod-template-hash] }]',
          'argocd.argoproj.io/compare-options: ServerSideDiff=true',
        ) +
        rollout(ISTIO) +
        BOTH,
    },
    {
      name: 'an option of one Service',
      manifest:
        application('') +
        rollout(ISTIO) +
        service('c', 'annotations: { argocd.argoproj.io/sync-options: Replace=true }') +
        service('s'),
      finds: [
        {
          message: "Service shop/c is synced with Replace=true, which removes the controller's hash from its selector",
        },
      ],
    },
  ],
  GIT013: [
    {
      name: 'an entry for another field',
      manifest:
        '\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: argocd-cm }\ndata:\n  resource.customizations.knownTypeFields.argoproj.io_Rollout: |\n    - field: spec.x\n      type: core/v1/Quantity',
      finds: [{ severity: 'warning' }],
    },
    { name: 'no entry', manifest: '\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: argocd-cm }\ndata: {}' },
  ],
};

for (const [code, cases] of Object.entries(table)) describeRule(rule(code), cases);
