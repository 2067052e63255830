import type { Rule } from '../../src/rules';
import { RULES } from '../../src/rules';
import { readVersions } from '../../src/versions';
import { describeRule, type RuleCase } from './describe-rule';
import {
  ISTIO,
  SUBSETS,
  application,
  httpRoute,
  istio,
  rollout,
  service,
  virtualService,
  wave,
} from './shop-manifests';

// What releases of Argo CD do differently.

const rule = (code: string): Rule => RULES.find((one) => one.code === code)!;

/** A Rollout with a VirtualService that itself says what is ignored. */
const vsvcWith = (ignored: string): string =>
  `${application('')}${rollout(ISTIO)}${virtualService().replace(
    /metadata: \{ name: pay, namespace: shop/,
    `$&, annotations: { argocd.argoproj.io/ignore-differences: '{ ${ignored} }' }`,
  )}`;
const onArgoCd = (argoCd: string): RuleCase['options'] => ({ versions: readVersions({ argoCd }).versions });

const appliedByServer =
  application(
    'syncPolicy: { syncOptions: [ServerSideApply=true] }',
    'argocd.argoproj.io/compare-options: ServerSideDiff=false',
  ) +
  rollout(SUBSETS) +
  istio(
    'DestinationRule',
    'host: pay, subsets: [{ name: new, labels: { app: pay } }, { name: old, labels: { app: pay } }]',
  );
const tlsRouteFirst =
  service('c', wave(1)) + service('s', wave(1)) + httpRoute().replace('kind: HTTPRoute', 'kind: TLSRoute');

const table: Readonly<Record<string, readonly RuleCase[]>> = {
  GIT001: [
    {
      name: 'the weights in an annotation of the object',
      manifest: vsvcWith('jsonPointers: [/spec/http/0/route/0/weight]'),
    },
    {
      name: 'the same for a release that does not read it',
      manifest: vsvcWith('jsonPointers: [/spec/http/0/route/0/weight]'),
      options: onArgoCd('3.5'),
      finds: [
        {
          hint: 'ignore .spec.http[]?.route[]?.weight; its annotation ignore-differences has an effect from Argo CD 3.6 on',
        },
      ],
    },
    {
      name: 'an annotation with expressions, which Argo CD does not read there',
      manifest: vsvcWith('jqPathExpressions: [.spec.http]'),
      finds: [
        {
          hint: 'ignore .spec.http[]?.route[]?.weight; its annotation ignore-differences counts with jsonPointers only',
        },
      ],
    },
    {
      name: 'an annotation with one text instead of a list',
      manifest: vsvcWith('jsonPointers: /spec/http'),
      finds: [{ hint: expect.stringContaining('jsonPointers only') as never }],
    },
  ],
  GIT002: [
    {
      name: 'a server-side apply without server-side diff, for a release that compares by a merge of its own',
      manifest: appliedByServer,
      options: onArgoCd('3.5'),
      finds: [{ message: expect.stringContaining('with ServerSideApply=true') as never }],
    },
    {
      name: 'the same for a release that compares as for a client-side apply',
      manifest: appliedByServer,
      options: onArgoCd('3.6'),
    },
  ],
  GIT005: [
    {
      name: 'all routes, by an annotation',
      manifest: vsvcWith('jsonPointers: [/spec/http]'),
      finds: [{ message: 'VirtualService shop/pay lets Argo CD ignore all of /spec/http' }],
    },
    {
      name: 'a weight, by an annotation',
      manifest: vsvcWith('jsonPointers: [/spec/http/0/route/0/weight]'),
    },
    {
      name: 'all routes, by an annotation that the release does not read',
      manifest: vsvcWith('jsonPointers: [/spec/http]'),
      options: onArgoCd('3.5'),
    },
  ],
  GIT006: [
    {
      name: 'a TLSRoute before its Services, for a release that knows no health of it',
      manifest: tlsRouteFirst,
      options: onArgoCd('3.5'),
    },
    {
      name: 'the same for a release that does',
      manifest: tlsRouteFirst,
      options: onArgoCd('3.6'),
      finds: ['c', 's'].map((name) => ({
        message: `Service shop/${name} is in sync wave 1, but TLSRoute shop/pay, which is Degraded without it, is in 0`,
      })),
    },
  ],
};

for (const [code, cases] of Object.entries(table)) describeRule(rule(code), cases);
