import type { Resource } from '../../graph';
import type { Report } from '../shared/rule';

const TARGETS: Readonly<Record<string, string>> = {
  Service: '',
  ServiceEntry: 'networking.istio.io',
  Gateway: 'gateway.networking.k8s.io',
  GatewayClass: 'gateway.networking.k8s.io',
};

/** The problems for which Istio refuses the kinds to which a policy is attached. */
export function checkTargets(policy: Resource, report: Report): void {
  const spec = policy.field('spec');
  for (const target of [spec.get('targetRef'), ...spec.get('targetRefs').items()]) {
    const [kind, group] = [target.get('kind'), target.get('group')];
    if (!kind.string) continue;
    const isKnown = Object.hasOwn(TARGETS, kind.string);
    const stated = group.string === 'core' ? '' : (group.string ?? '');
    if (isKnown && TARGETS[kind.string] === stated) continue;
    if (isKnown) {
      report(group.exists ? group : target, `${target} of ${policy} is a ${kind.string} of the group '${stated}'`, {
        hint: `write group: '${TARGETS[kind.string]}'`,
      });
    } else {
      report(kind, `${target} of ${policy} is a ${kind.string}, to which Istio attaches no policy`, {
        hint: `use ${Object.keys(TARGETS).join(', ')}, or a selector`,
      });
    }
  }
}
