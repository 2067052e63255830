import { isHeaderName } from '../../formats/istio-values';
import { type Field, type Resource, rollouts, type Step } from '../../graph';
import { exampleRollout, routedCanary } from '../shared/example';
import type { Report, Rule } from '../shared/rule';
import { stepOf } from '../shared/routers';

const WAYS = ['exact', 'regex', 'prefix'];

const canary = (value: string): string =>
  routedCanary(`steps:
  - setHeaderRoute:
      name: testers
      match:
        - headerName: x-tester
          headerValue: ${value}
`).replace('trafficRouting:', 'trafficRouting:\n  managedRoutes: [{ name: testers }]');

export const matchValue: Rule = {
  code: 'ROL018',
  severity: 'error',
  title: 'A step matches requests by no value or by several',
  why: 'A match needs exactly one value. With none or several, the controller refuses the Rollout (InvalidSpec, Degraded). It does not check the headers of a mirror route: there Istio refuses the whole VirtualService when the step runs.',
  fix: "Write exactly one of `exact`, `regex` and `prefix`, with a text that is not empty. An ALB supports `exact` only. Quote the value: `exact: yes` is a boolean, `exact: 'yes'` a text.",
  whenNotToUse: 'Never: the controller refuses such a Rollout in every supported release.',
  confirmedBy: "Argo Rollouts 1.9.1: the conformance run asks the controller's own validation.",
  bad: exampleRollout(canary("{ exact: 'yes', prefix: y }")),
  good: exampleRollout(canary("{ exact: 'yes' }")),
  peers: { argo: 'StringMatch match value must have exactly one of the following: exact, regex, prefix' },
  checkPart(graph, report, part) {
    for (const { resource, canary: fields, steps } of part(rollouts(graph))) {
      const alb = fields.get('trafficRouting', 'alb').exists;
      for (const step of steps) {
        checkNames(step, resource, report);
        for (const { what, field } of matchesOf(step)) {
          const given = WAYS.filter((way) => field.get(way).exists && field.get(way).value !== '');
          const right = alb && what.startsWith('header') ? given.join() === 'exact' : given.length === 1;
          if (right) continue;
          const found = given.length === 0 ? 'none of exact, regex and prefix' : given.join(' and ');
          report(field, `${stepOf(step, resource)} matches the ${what} by ${found}`, {
            hint: alb && given.length > 0 ? 'an ALB supports only exact' : 'use exactly one of exact, regex and prefix',
          });
        }
      }
    }
  },
};

/** What the controller takes and Istio refuses, when the step writes it into the VirtualService. */
function checkNames(step: Step, resource: Resource, report: Report): void {
  for (const match of step.field.get('setHeaderRoute', 'match').items()) {
    const name = match.get('headerName');
    if (name.string === undefined || isHeaderName(name.string)) continue;
    report(name, `${stepOf(step, resource)} matches the header '${name.string}', which is no header name`, {
      hint: "use letters, digits and '-'",
    });
  }
  for (const match of step.field.get('setMirrorRoute', 'match').items()) {
    if (['method', 'path', 'headers'].some((key) => match.get(key).exists)) continue;
    report(match, `a match of ${stepOf(step, resource)} says nothing, so every request is mirrored`, {
      severity: 'warning',
      hint: "to mirror all, match the path prefix '/'",
    });
  }
}

function matchesOf({ field }: Step): { readonly what: string; readonly field: Field }[] {
  const headers = field
    .get('setHeaderRoute', 'match')
    .items()
    .map((match) => ({ what: `header '${match.get('headerName').string ?? ''}'`, field: match.get('headerValue') }));
  const mirrored = field
    .get('setMirrorRoute', 'match')
    .items()
    .flatMap((match) => [
      ...['method', 'path'].map((what) => ({ what, field: match.get(what) })).filter((one) => one.field.exists),
      ...match
        .get('headers')
        .entries()
        .map(([name, value]) => ({ what: `header '${name}'`, field: value })),
    ]);
  return [...headers, ...mirrored];
}
