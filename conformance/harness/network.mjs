// What the controllers write into Services, DestinationRules, VirtualServices and the Deployment that a Rollout replaces, in
// the words in which it is compared.
import { hasServices, hasSubsets, managedRoutesOf } from './scenarios.mjs';

const pointing = ({ stable, canary }) => `stable → ${stable || 'all'}, canary → ${canary || 'all'}`;
/** A weight that is not written is 0. */
const split = (stable, canary) => `stable ${stable ?? 0} canary ${canary ?? 0}`;
const routesOf = (routes) => routes.map(({ name, to, copies }) => `${name} [${to}${copies ?? ''}]`).join(' ');

/** Of the real objects, by what each name stands for: with ping and pong, the Services change places. */
export function networkOfTheirs(one, { services, subsets, routes, deployment, stableIs }) {
  const turned = stableIs === 'pong';
  const role = (name) => {
    const canary = /(canary|preview)$/.test(name);
    return canary !== turned ? 'canary' : 'stable';
  };
  const byRole = (found) => Object.fromEntries(Object.entries(found).map(([name, version]) => [role(name), version]));
  const targets = (to) => {
    const weights = Object.fromEntries(to.map(({ host, subset, weight }) => [role(subset ?? host), weight]));
    return to.length === 1 ? `${Object.keys(weights)[0]} ${to[0].weight}` : split(weights.stable, weights.canary);
  };
  return {
    services: services && hasServices(one) ? pointing(byRole(services)) : undefined,
    subsets: subsets && pointing(subsets),
    routes:
      routes &&
      routesOf(
        routes.map(({ name, to, mirror, percent }) => ({
          name,
          to: targets(to),
          copies: mirror && `, ${percent} % copied to ${role(mirror)}`,
        })),
      ),
    deployment,
  };
}

/** Of our model. */
export function networkOfOurs(one, { selects: plain, weights, routes, versions }) {
  const selects = versions?.selects ?? plain;
  const managed = managedRoutesOf(one).filter(({ name }) => routes.includes(name));
  const now = weights && split(weights.stable, weights.canary);
  return {
    services: hasServices(one) ? pointing(selects) : undefined,
    subsets: hasSubsets(one) ? pointing({ stable: weights.stableVersion, canary: weights.canaryVersion }) : undefined,
    routes:
      weights &&
      routesOf([
        ...managed.map(({ name, percentage }) =>
          percentage === undefined
            ? { name, to: 'canary 100' }
            : { name, to: now, copies: `, ${percentage} % copied to canary` },
        ),
        { name: 'primary', to: now },
      ]),
    // It is scaled down when the first version is healthy; an update leaves it as it is.
    deployment: one.workload && (one.workload.scaleDown === 'never' ? one.workload.replicas : 0),
  };
}
