// What the controllers write into Services, DestinationRules, VirtualServices and the Deployment that a Rollout replaces, in
// the words in which it is compared.
import { hasRoutes, hasServices, hasSubsets, managedRoutesOf } from './scenarios.mjs';

const pointing = ({ stable, canary }) => `stable → ${stable || 'all'}, canary → ${canary || 'all'}`;
/** A weight that is not written is 0. */
const split = (stable, canary, experiment) =>
  `stable ${stable ?? 0} canary ${canary ?? 0}${experiment ? ` experiment ${experiment}` : ''}`;
const routesOf = (routes) => routes.map(({ name, to, copies }) => `${name} [${to}${copies ?? ''}]`).join(' ');

/** Whether a destination is one of the rollout itself. The Services of experiments have longer names. */
const isOwn = (name) => /^(shop-)?(stable|canary)$/.test(name);

/** Of the real objects, by what each name stands for: with ping and pong, the Services change places. */
export function networkOfTheirs(one, { services, subsets, routes, deployment, stableIs }) {
  const turned = stableIs === 'pong';
  const role = (name) => {
    const canary = /(canary|preview)$/.test(name);
    return canary !== turned ? 'canary' : 'stable';
  };
  const byRole = (found) => Object.fromEntries(Object.entries(found).map(([name, version]) => [role(name), version]));
  const targets = (to) => {
    const own = to.filter(({ host, subset }) => isOwn(subset ?? host));
    const weights = Object.fromEntries(own.map(({ host, subset, weight }) => [role(subset ?? host), weight]));
    if (to.length === 1) return `${Object.keys(weights)[0]} ${to[0].weight}`;
    const others = to.filter((one) => !own.includes(one)).reduce((sum, { weight = 0 }) => sum + weight, 0);
    return split(weights.stable, weights.canary, others);
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
  const { experiment } = weights ?? {};
  const now = weights && split(weights.stable, weights.canary, (experiment?.canary ?? 0) + (experiment?.stable ?? 0));
  return {
    services: hasServices(one) ? pointing(selects) : undefined,
    subsets: hasSubsets(one) ? pointing({ stable: weights.stableVersion, canary: weights.canaryVersion }) : undefined,
    routes:
      weights && hasRoutes(one)
        ? routesOf([
            ...managed.map(({ name, percentage }) =>
              percentage === undefined
                ? { name, to: 'canary 100' }
                : { name, to: now, copies: `, ${percentage} % copied to canary` },
            ),
            { name: 'primary', to: now },
          ])
        : undefined,
    // It is scaled down when the first version is healthy; an update leaves it as it is.
    deployment: one.workload && (one.workload.scaleDown === 'never' ? one.workload.replicas : 0),
  };
}
