/** Builds the manifests that rules show as examples, and that their tests begin with. */
export * from './analysis';
export * from './argo-cd';
export * from './flagger';
export * from './ingress';
export * from './istio';
export * from './manifest';
export * from './mesh';
export * from './monitoring';
export * from './rollout';
export * from './scaling';
