import type { Rule } from '../shared/rule';
import { serviceOfFlagger } from './flg001-service-of-flagger';
import { canaryNotInTheMesh } from './flg002-not-in-the-mesh';
import { replicasInGit } from './flg003-replicas-in-git';
import { stepAboveMax } from './flg004-step-above-max';
import { thresholdAndWindows } from './flg005-threshold-and-windows';
import { missingFlaggerReference } from './flg006-missing-reference';
import { metricWithoutQuery } from './flg007-metric-without-query';
import { templateQuery } from './flg008-template-query';
import { metricWithoutThreshold } from './flg009-metric-without-threshold';

/** Canaries of Flagger. */
export const FLAGGER_RULES: readonly Rule[] = [
  serviceOfFlagger,
  canaryNotInTheMesh,
  replicasInGit,
  stepAboveMax,
  thresholdAndWindows,
  missingFlaggerReference,
  metricWithoutQuery,
  templateQuery,
  metricWithoutThreshold,
];
