import { routeNotFound } from './trf001-route-not-found';
import { destinationMissing } from './trf002-destination-missing';
import { whichRoute } from './trf003-which-route';
import { noRouteMatches } from './trf004-no-route-matches';
import { noRoutes } from './trf005-no-routes';
import { weightsInGit } from './trf006-weights-in-git';
import { noWeightAtAll } from './trf007-no-weight-at-all';
import { foreignDestination } from './trf008-foreign-destination';
import { foreignSubset } from './trf009-foreign-subset';
import { subsetNotDefined } from './trf010-subset-not-defined';
import { routeNames } from './trf011-route-names';
import { managedRouteCollides } from './trf012-managed-route-collides';
import { routeNotWeighted } from './trf013-route-not-weighted';
import { sharedBetweenRollouts } from './trf014-shared-between-rollouts';
import { subsetsWithoutServices } from './trf015-subsets-without-services';
import { delegate } from './trf016-delegate';
import { wildcardInMesh } from './trf017-wildcard-in-mesh';
import { hostNotInGateway } from './trf018-host-not-in-gateway';
import { conflictingHosts } from './trf019-conflicting-hosts';
import { shadowedRoute } from './trf020-shadowed-route';
import { destinationNotFound } from './trf021-destination-not-found';
import { routeToUnknownSubset } from './trf022-route-to-unknown-subset';
import { servicesDiffer } from './trf023-services-differ';
import { targetPort } from './trf024-target-port';
import { hostOfOtherNamespace } from './trf025-host-of-other-namespace';
import { subsetSelectsNothing } from './trf026-subset-selects-nothing';
import { subsetOfOtherHost } from './trf027-subset-of-other-host';
import { istioNames } from './trf028-istio-names';
import { incompleteRoute } from './trf029-incomplete-route';
import { gatewayServer } from './trf030-gateway-server';
import { trafficPolicy } from './trf031-traffic-policy';
import { thirdBackend } from './trf032-third-backend';
import { ruleOfOneVersion } from './trf033-rule-of-one-version';
import { pluginConfiguration } from './trf034-plugin-configuration';
import { headerStepWithoutEffect } from './trf035-header-step-without-effect';
import { routeNotAttached } from './trf036-route-not-attached';
import { callersNotSplit } from './trf037-callers-not-split';
import { serviceNotNamed } from './trf038-service-not-named';
import { managedRouteDiffers } from './trf039-managed-route-differs';
import { headerRouteTakesAllPaths } from './trf040-header-route-takes-all-paths';
import { dottedName } from './trf041-dotted-name';
import { routeSettings } from './trf044-route-settings';
import { exportTo } from './trf045-export-to';
import { oneSubsetForBoth } from './trf046-one-subset-for-both';
import { redirectLoop } from './trf047-redirect-loop';
import { ingressPort } from './trf048-ingress-port';
import { albWithoutAnnotation } from './trf049-alb-without-annotation';
import type { Rule } from '../shared/rule';
import { ruleNameTwice } from './trf042-rule-name-twice';
import { backendWithoutGrant } from './trf043-backend-without-grant';
import { stableOnlyReached } from './trf050-stable-only-reached';
import { routerLacksService } from './trf051-router-lacks-service';
import { gatewayNotNamed } from './trf052-gateway-not-named';
import { serviceEntry } from './trf053-service-entry';
import { twoCanaryIngresses } from './trf054-two-canary-ingresses';

/** The rules of this folder, by code. */
export const TRAFFIC_RULES: readonly Rule[] = [
  routeNotFound,
  destinationMissing,
  whichRoute,
  noRouteMatches,
  noRoutes,
  weightsInGit,
  noWeightAtAll,
  foreignDestination,
  foreignSubset,
  subsetNotDefined,
  routeNames,
  managedRouteCollides,
  routeNotWeighted,
  sharedBetweenRollouts,
  subsetsWithoutServices,
  delegate,
  wildcardInMesh,
  hostNotInGateway,
  conflictingHosts,
  shadowedRoute,
  destinationNotFound,
  routeToUnknownSubset,
  servicesDiffer,
  targetPort,
  hostOfOtherNamespace,
  subsetSelectsNothing,
  subsetOfOtherHost,
  istioNames,
  incompleteRoute,
  gatewayServer,
  trafficPolicy,
  thirdBackend,
  ruleOfOneVersion,
  pluginConfiguration,
  headerStepWithoutEffect,
  routeNotAttached,
  callersNotSplit,
  serviceNotNamed,
  managedRouteDiffers,
  headerRouteTakesAllPaths,
  dottedName,
  ruleNameTwice,
  backendWithoutGrant,
  routeSettings,
  exportTo,
  oneSubsetForBoth,
  redirectLoop,
  ingressPort,
  albWithoutAnnotation,
  stableOnlyReached,
  routerLacksService,
  gatewayNotNamed,
  serviceEntry,
  twoCanaryIngresses,
];
