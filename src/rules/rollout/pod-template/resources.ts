import { readQuantity } from '../../../formats/quantity';
import { type Field, isMapping } from '../../../graph';
import type { Report } from '../../shared/rule';
import { mustBeOneOf, refuse } from './say';

/** Kubernetes' own resources, which nodes may promise more of than they have. */
const isOwn = (what: string): boolean => !what.includes('/') || what.split('/')[0].endsWith('kubernetes.io');
const isHuge = (what: string): boolean => what.startsWith('hugepages-');

/** Whether amounts are only of what nearly all containers have. */
const isOrdinary = ({ value }: Field): boolean =>
  !isMapping(value) || Object.keys(value).every((what) => what === 'cpu' || what === 'memory');

/**
 * Amounts of resources that no node may promise twice (devices, huge pages), and claims.
 *
 * @see pkg/apis/core/validation/validation.go of Kubernetes 1.37, `validateResourceRequirements`
 */
export function checkDevices(container: Field, spec: Field, report: Report): void {
  for (const policy of container.get('resizePolicy').items()) {
    mustBeOneOf(report, policy.get('resourceName'), ['cpu', 'memory']);
  }
  const resources = container.get('resources');
  if (!resources.exists) return;
  checkClaims(resources, spec, report);
  const [requests, limits] = [resources.get('requests'), resources.get('limits')];
  if (isOrdinary(requests) && isOrdinary(limits)) return;
  const amounts = [...requests.entries(), ...limits.entries()];
  for (const [what, amount] of amounts) {
    const quantity = isOwn(what) ? undefined : readQuantity(amount.value);
    if (quantity === undefined || Number.isInteger(quantity)) continue;
    refuse(report, amount, `and ${what} cannot be divided: it must be a whole number`);
  }
  for (const [what, request] of requests.entries()) {
    if (isOwn(what) && !isHuge(what)) continue;
    const limit = limits.get(what);
    if (!limit.exists) {
      report(request, `${requests} has ${what}, which also needs a limit, of the same amount`, { on: 'key' });
      continue;
    }
    const [least, most] = [readQuantity(request.value), readQuantity(limit.value)];
    // A request above its limit is reported for all resources.
    if (least === undefined || most === undefined || least >= most) continue;
    refuse(report, request, `and its limit is ${String(limit.value)}: for ${what}, the two must be equal`);
  }
  const names = amounts.map(([what]) => what);
  const huge = amounts.find(([what]) => isHuge(what));
  if (huge && !names.some((what) => what === 'cpu' || what === 'memory')) {
    report(huge[1], `${resources} has ${huge[0]}, which also needs cpu or memory`, { on: 'key' });
  }
}

function checkClaims(resources: Field, spec: Field, report: Report): void {
  const claims = resources.get('claims').items();
  if (claims.length === 0) return;
  const there = spec.get('resourceClaims').items();
  const names = there.map((claim) => claim.get('name').string);
  for (const claim of claims) {
    const name = claim.get('name');
    if (name.string && !names.includes(name.string)) refuse(report, name, 'and the pod has no claim of that name');
  }
}
