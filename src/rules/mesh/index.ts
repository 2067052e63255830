import { ambientWithoutWaypoint } from './msh011-ambient-without-waypoint';
import { policyRefusesScrape } from './msh012-policy-refuses-scrape';
import { authorizationPolicy } from './msh013-authorization-policy';
import { memberName } from './msh014-member-name';
import type { Rule } from '../shared/rule';
import { notInTheMesh } from './msh001-not-in-the-mesh';
import { strictRefusesScrape } from './msh002-strict-refuses-scrape';
import { portProtocol } from './msh003-port-protocol';
import { tlsMode } from './msh004-tls-mode';
import { outlierEjectsCanary } from './msh006-outlier-ejects-canary';
import { retriesHideErrors } from './msh007-retries-hide-errors';
import { sidecarHidesCanary } from './msh008-sidecar-hides-canary';
import { portLevelWithoutSelector } from './msh009-port-level-without-selector';
import { twoInjectionLabels } from './msh010-two-injection-labels';
import { policySelectsNothing } from './msh015-policy-selects-nothing';
import { requestAuthentication } from './msh016-request-authentication';

/** What the mesh does to the canary. */
export const MESH_RULES: readonly Rule[] = [
  notInTheMesh,
  strictRefusesScrape,
  portProtocol,
  tlsMode,
  outlierEjectsCanary,
  retriesHideErrors,
  sidecarHidesCanary,
  portLevelWithoutSelector,
  twoInjectionLabels,
  ambientWithoutWaypoint,
  policyRefusesScrape,
  authorizationPolicy,
  memberName,
  policySelectsNothing,
  requestAuthentication,
];
