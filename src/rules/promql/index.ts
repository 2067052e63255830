import { labelMisspelt } from './prm024-label-misspelt';
import type { Rule } from '../shared/rule';
import { queryDoesNotParse } from './prm001-query-does-not-parse';
import { deltaOfCounter } from './prm002-delta-of-counter';
import { rateOfGauge } from './prm003-rate-of-gauge';
import { windowTooShort } from './prm004-window-too-short';
import { rawCounter } from './prm005-raw-counter';
import { notIsolated } from './prm006-not-isolated';
import { isolatedByScrapedService } from './prm007-isolated-by-scraped-service';
import { severalSeries } from './prm008-several-series';
import { queryTypes } from './prm009-types';
import { noFloor } from './prm010-no-floor';
import { quantileWithoutLe } from './prm011-quantile-without-le';
import { patternWithoutPattern } from './prm012-pattern-without-pattern';
import { matchesNoStatus } from './prm013-matches-no-status';
import { contradictoryMatchers } from './prm014-matcher-never-true';
import { zeroForNoData } from './prm015-zero-for-no-data';
import { irate } from './prm016-irate';
import { windowTooLong } from './prm017-window-too-long';
import { offsetOfCanary } from './prm018-offset';
import { rateOfSum } from './prm019-rate-of-sum';
import { sidesNeverMatch } from './prm020-sides-never-match';
import { istioCountsTwice } from './prm021-istio-counts-twice';
import { otherNamespace } from './prm022-other-namespace';
import { serviceMisspelt } from './prm023-service-unknown';
import { clampedDivisor } from './prm025-clamped-divisor';
import { unknownToRelease } from './prm026-unknown-to-release';
import { bucketLabel } from './prm027-bucket-label';
import { durationArithmetic } from './prm028-duration-arithmetic';
import { quantileOutOfRange } from './prm029-quantile-out-of-range';
import { grafanaVariable } from './prm030-grafana-variable';
import { patternAsText } from './prm031-pattern-as-text';

/** What queries ask. */
export const PROMQL_RULES: readonly Rule[] = [
  queryDoesNotParse,
  deltaOfCounter,
  rateOfGauge,
  windowTooShort,
  rawCounter,
  notIsolated,
  isolatedByScrapedService,
  severalSeries,
  queryTypes,
  noFloor,
  quantileWithoutLe,
  patternWithoutPattern,
  matchesNoStatus,
  contradictoryMatchers,
  zeroForNoData,
  irate,
  windowTooLong,
  offsetOfCanary,
  rateOfSum,
  sidesNeverMatch,
  istioCountsTwice,
  otherNamespace,
  serviceMisspelt,
  labelMisspelt,
  clampedDivisor,
  unknownToRelease,
  bucketLabel,
  durationArithmetic,
  quantileOutOfRange,
  grafanaVariable,
  patternAsText,
];
