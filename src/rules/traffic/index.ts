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
import type { Rule } from '../rule';

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
];
