import { scalesDeployment } from './scl001-scales-deployment';
import { scalesNothing } from './scl002-scales-nothing';
import { replicasAndAutoscaler } from './scl003-replicas-and-autoscaler';
import { twoAutoscalers } from './scl004-two-autoscalers';
import { budgetForNothing } from './scl005-budget-for-nothing';
import { budgetBlocks } from './scl006-budget-blocks';
import { bounds } from './scl007-bounds';
import { scaleToZero } from './scl008-scale-to-zero';
import { utilizationWithoutRequest } from './scl009-utilization-without-request';
import { noStableLeft } from './scl010-no-stable-left';
import { kedaRefuses } from './scl011-keda-refuses';
import { migrationLeavesOnePod } from './scl012-migration-leaves-one-pod';
import type { Rule } from '../shared/rule';
import { pausedByNo } from './scl013-paused-by-no';
import { budgetWithBoth } from './scl014-budget-with-both';

/** The rules of this folder, by code. */
export const SCALING_RULES: readonly Rule[] = [
  scalesDeployment,
  scalesNothing,
  replicasAndAutoscaler,
  twoAutoscalers,
  budgetForNothing,
  budgetBlocks,
  bounds,
  scaleToZero,
  utilizationWithoutRequest,
  noStableLeft,
  kedaRefuses,
  migrationLeavesOnePod,
  pausedByNo,
  budgetWithBoth,
];
