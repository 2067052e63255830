import type { Rule } from '../shared/rule';
import { noMetrics } from './ana001-no-metrics';
import { duplicateMetric } from './ana002-duplicate-metric';
import { limitOutOfRange } from './ana003-limit-out-of-range';
import { nothingEndsIt } from './ana004-nothing-ends-it';
import { countBelowLimits } from './ana005-count-below-limits';
import { countWithoutInterval } from './ana006-count-without-interval';
import { notADuration } from './ana007-not-a-duration';
import { oneProvider } from './ana008-provider';
import { patternMatchesNothing } from './ana009-pattern-matches-nothing';
import { neverEnds } from './ana014-never-ends';
import { unusedArgument } from './ana016-unused-argument';
import { backgroundBeforeCanary } from './ana020-background-before-canary';
import { backgroundEnds } from './ana021-background-ends';
import { neverFails } from './ana022-never-fails';
import { delayOutlastsRollout } from './ana023-delay-outlasts-rollout';
import { windowNotFilled } from './ana024-window-not-filled';
import { laterWeightsNotAnalysed } from './ana026-later-weights-not-analysed';
import { oneBadSample } from './ana027-one-bad-sample';
import { allDry } from './ana028-all-dry';
import { errorLimit } from './ana029-error-limit';
import { prometheusClient } from './ana030-prometheus-client';
import { providerRefused } from './ana031-provider-refused';
import { groupedQuery } from './ana032-grouped-query';
import { jobInMesh } from './ana033-job-in-mesh';
import { jobWithoutDeadline } from './ana034-job-without-deadline';
import { nothingJudges } from './ana035-nothing-judges';
import { runThatNeverEnds } from './ana036-run-in-git';
import { addressHasPath } from './ana037-address-has-path';

/** What analyses measure, how often and when. */
export const ANALYSIS_RULES: readonly Rule[] = [
  noMetrics,
  duplicateMetric,
  limitOutOfRange,
  nothingEndsIt,
  countBelowLimits,
  countWithoutInterval,
  notADuration,
  oneProvider,
  patternMatchesNothing,
  neverEnds,
  unusedArgument,
  backgroundBeforeCanary,
  backgroundEnds,
  neverFails,
  delayOutlastsRollout,
  windowNotFilled,
  laterWeightsNotAnalysed,
  oneBadSample,
  allDry,
  errorLimit,
  prometheusClient,
  providerRefused,
  groupedQuery,
  jobInMesh,
  jobWithoutDeadline,
  nothingJudges,
  runThatNeverEnds,
  addressHasPath,
];
