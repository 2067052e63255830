import { isRetryCondition } from '../../formats/istio-values';
import { isFinerThanMilliseconds } from '../../formats/go-duration';
import {
  type Field,
  memoizeOnGraph,
  type Resource,
  rollouts,
  type Route,
  type VirtualService,
  virtualServices,
} from '../../graph';
import { exampleVirtualService } from '../shared/example';
import type { Report, Rule } from '../shared/rule';
import { routeLabel } from './roles';

const ROUTE = 'route: [{ destination: { host: checkout-stable } }]';
const manifest = (more: string): string => exampleVirtualService(`hosts: [checkout]\nhttp:\n  - ${more}${ROUTE}`);

export const incompleteRoute: Rule = {
  code: 'TRF029',
  severity: 'error',
  title: 'A route is incomplete or contradicts itself',
  why: 'The webhook of Istio refuses the whole VirtualService. Without the webhook, istiod drops it.',
  fix: 'Give each http route one of `route`, `redirect`, `directResponse` and `delegate`, and each tls and tcp route a `route`.',
  whenNotToUse: 'Never: Istio refuses the object.',
  confirmedBy:
    "Istio (commit eed52ebb66ad, 1.30): the conformance run asks the webhook's validation and the analyzers.",
  bad: manifest("redirect: { uri: '/' }\n    "),
  good: manifest(''),
  peers: { istioctl: 'IST0106: HTTP route, redirect or direct_response is required' },
  checkPart(graph, report, part) {
    const ofRollouts = usedByRollouts(graph);
    for (const service of part(virtualServices(graph))) {
      checkWhole(service, ofRollouts, report);
      for (const route of service.routes) {
        if (route.protocol === 'http') checkHttp(route, service, report);
        else checkOther(route, service, report);
        for (const { field } of route.destinations) {
          if (!field.get('destination').exists) report(field, `${routeLabel(route)} has no destination`);
        }
        for (const match of route.field.get('match').items()) checkMatch(match, report);
      }
    }
  },
};

function checkWhole(
  { resource, hosts, routes }: VirtualService,
  ofRollouts: ReadonlySet<Resource | undefined>,
  report: Report,
): void {
  const spec = resource.field('spec');
  // A route that a Rollout uses is reported by another rule.
  if (
    routes.length === 0 &&
    !ofRollouts.has(resource) &&
    !['http', 'tls', 'tcp'].some((key) => isWrong(spec.get(key)))
  ) {
    report(spec, `${resource} has no routes`, { on: 'key' });
  }
  if (hosts.length > 0 || spec.get('hosts').items().length > 0 || isWrong(spec.get('hosts'))) return;
  const notOfDelegate = ['gateways', 'tls', 'tcp'].filter((key) => spec.get(key).items().length > 0);
  if (notOfDelegate.length === 0) return;
  report(spec.get(notOfDelegate[0]), `${resource} has ${notOfDelegate.join(' and ')} and no hosts`, {
    on: 'key',
    hint: 'without hosts it is one that others delegate to, which has http routes alone',
  });
}

/** SCH004 reports another type than a list. */
const isWrong = ({ value }: Field): boolean => value !== undefined && value !== null && !Array.isArray(value);

const EXCLUDED = ['route', 'fault', 'rewrite'];

function checkHttp(route: Route, { resource, hosts }: VirtualService, report: Report): void {
  const { field } = route;
  const label = `${routeLabel(route)} of ${resource}`;
  const has = (key: string): boolean => field.get(key).exists && !isEmptyList(field.get(key));
  const isRoot = has('delegate') && hosts.length > 0;
  if (isRoot) {
    for (const key of ['redirect', 'route']) {
      if (field.get(key).exists) report(field.get(key), `${label} delegates and has a ${key}`, { on: 'key' });
    }
    return;
  }
  if (has('delegate'))
    report(field.get('delegate'), `${label} belongs to a delegate and delegates again`, { on: 'key' });
  const answer = ['redirect', 'directResponse'].find(has);
  if (answer === undefined) {
    if (!has('route')) report(field, `${label} has no destination`, { hint: 'give route, redirect or directResponse' });
  } else {
    const others = [...EXCLUDED, ...(answer === 'redirect' ? ['directResponse'] : [])].filter(has);
    for (const key of others) {
      report(field.get(key), `${label} has both ${answer} and ${key}`, { on: 'key' });
    }
  }
  if (has('mirror') && has('mirrors')) {
    report(field.get('mirrors'), `${label} has both mirror and mirrors`, { on: 'key' });
  }
  const percentage = field.get('mirrorPercentage', 'value');
  if (percentage.number !== undefined && (percentage.number < 0 || percentage.number > 100)) {
    report(percentage, `${label} mirrors ${percentage.number} % of the requests`);
  }
  checkRetries(field.get('retries'), label, report);
  for (const time of [field.get('timeout'), field.get('retries', 'perTryTimeout'), field.get('retries', 'backoff')]) {
    checkPrecision(time, label, report);
  }
}

/** Istio reads durations in whole milliseconds. An invalid duration is another rule's finding. */
function checkPrecision(time: Field, label: string, report: Report): void {
  if (time.string === undefined || !isFinerThanMilliseconds(time.string)) return;
  report(
    time,
    `${label} has ${time.path[time.path.length - 1]} ${time.string}, but Istio accepts only whole milliseconds`,
  );
}

const isEmptyList = ({ value }: Field): boolean => Array.isArray(value) && value.length === 0;

function checkRetries(retries: Field, label: string, report: Report): void {
  if (!retries.exists) return;
  const attempts = retries.get('attempts');
  const count = attempts.number ?? 0;
  if (count < 0) report(attempts, `${label} retries ${count} times`);
  const settings = ['perTryTimeout', 'retryOn', 'retryRemoteLocalities'].filter((key) => retries.get(key).exists);
  if (count === 0 && settings.length > 0) {
    report(retries, `${label} configures retries without attempts`, { hint: 'add attempts' });
  } else if (!attempts.exists && typeof retries.value === 'object') {
    report(
      retries,
      `${label} configures retries without attempts, which turns off the two retries that Istio does by default`,
      {
        on: 'key',
        severity: 'warning',
        hint: 'add attempts, or attempts: 0 if no retries are meant',
      },
    );
  }
  const on = retries.get('retryOn');
  for (const one of on.string ? on.string.split(',') : []) {
    if (isRetryCondition(one)) continue;
    const isStatus = /^\d{3}$/.test(one);
    report(
      on,
      isStatus
        ? `${label} retries on the status ${one}, which Istio refuses because it has no standard text`
        : `${label} retries on '${one}', which Envoy does not know`,
    );
  }
}

function checkOther(route: Route, { resource, hosts }: VirtualService, report: Report): void {
  const { field, protocol } = route;
  const label = `${routeLabel(route)} of ${resource}`;
  if (field.get('route').items().length === 0) report(field, `${label} has no destination`);
  if (protocol === 'tcp') return;
  const matches = field.get('match').items();
  if (matches.length === 0) report(field, `${label} matches nothing`, { hint: 'give match, with sniHosts' });
  for (const match of matches) {
    const names = match.get('sniHosts').items();
    if (names.length === 0) report(match, `${label} matches by no sniHosts`);
    for (const name of names) {
      if (hosts.some(({ host }) => isWithin(name.string ?? '', host.text))) continue;
      report(name, `${label} matches '${name.string}', which is none of the hosts of ${resource}`);
    }
  }
}

function isWithin(name: string, host: string): boolean {
  return host.startsWith('*') ? name.replace(/^\*/, '').endsWith(host.slice(1)) : name === host;
}

function checkMatch(match: Field, report: Report): void {
  const port = match.get('port');
  if (port.number !== undefined && port.number !== 0 && !(port.number >= 1 && port.number <= 65535)) {
    report(port, `${port} is ${port.number}, which is not a port`);
  }
  for (const key of ['scheme', 'method', 'authority']) isNotEmpty(match.get(key), ['prefix', 'regex'], report);
  isNotEmpty(match.get('uri'), ['regex'], report);
  for (const key of ['headers', 'withoutHeaders', 'queryParams']) {
    for (const [, value] of match.get(key).entries()) isNotEmpty(value, ['prefix', 'regex'], report);
  }
}

function isNotEmpty(match: Field, ways: readonly string[], report: Report): void {
  for (const way of ways) {
    if (match.get(way).value === '') report(match.get(way), `${match.get(way)} is empty, and so matches nothing`);
  }
}

const usedByRollouts = memoizeOnGraph(
  (graph) =>
    new Set(
      rollouts(graph).flatMap((one) => one.virtualServices.map(({ virtualService }) => virtualService?.resource)),
    ),
);
