// What the corpus need not reach.

/** Options that no valid set has, each with the reason. */
export const NEVER_VALID = [
  {
    options: /^Volume#azureDisk|^AzureDisk/,
    reason: 'Argo Rollouts 1.9 loses the URI of an Azure disk and then refuses the Rollout; the construct says so.',
  },
  { options: /^RestartPolicy: (onFailure|never)$/, reason: 'Pods of a Rollout are always restarted.' },
  {
    options: /^MountPropagation: bidirectional$/,
    reason:
      'Kubernetes allows it to privileged containers alone, and few of the random sets have one; a kept case does.',
  },
  {
    options: /\.idleReplicas$/,
    reason: 'KEDA takes only 0, which leaves no pods to compare a canary with: the linter warns of it (SCL008).',
  },
  {
    options: /^(QueryCheck|Restarts|Saturation)Options\.requests$/,
    reason: 'These checks count no requests, and the construct says that the option has no effect.',
  },
  {
    options: /^CanaryAppStrategy\.maxTrafficWeight$/,
    reason: 'Of the routers of an app, only nginx and plugins count further; random steps of an app rarely do.',
  },
  {
    options: /^CanaryStrategyOptions\.maxTrafficWeight$/,
    reason: 'Istio and the plugin for the Gateway API count up to 100; it is for routers that a set does not state.',
  },
];
