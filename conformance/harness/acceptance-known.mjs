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
      'Kubernetes allows it to privileged containers alone, and Argo Rollouts 1.9 takes `privileged` out of all containers before it asks (removeSecurityContextPrivileged): it refuses it to every one, and so does the construct.',
  },
  {
    options:
      /^(AcceptedFinding|AuthorizationAction|BlueGreenStrategyFields|CanaryApp(AuthorizationPolicy|Autoscaling|Config|Deployment|DisruptionBudget|NetworkPolicy|Port|ServiceAccount|Services|Strategy)\b|CanaryAppProps\.(acceptedFindings|authorizationPolicy|autoscaling|blueGreen|config|deployment|extraManifests|grpcProbes|networkPolicy|patches|plan|podDisruptionBudget|ports|serviceAccount|services)$|CanaryPlanOptions|CanaryServicesProps\.furtherPorts|GrpcProbe|ManifestPatch|ServicePortName|StepPlan|TrafficRouter|WorkloadScaleDown: never)/,
    reason:
      'Not stated at random: they exclude other options of an app. The sets of test/adopt and test/canaryfile/complete.test.ts state them.',
  },
  {
    options: /^CanaryStrategyOptions\.maxTrafficWeight$/,
    reason: 'Istio and the plugin for the Gateway API count up to 100; it is for routers that a set does not state.',
  },
];
