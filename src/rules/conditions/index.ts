import type { Rule } from '../shared/rule';
import { noDataIsAnError } from './con001-no-data-is-an-error';
import { doesNotParse } from './con002-does-not-parse';
import { vectorOrScalar } from './con003-vector-or-scalar';
import { alwaysAnError } from './con004-always-an-error';
import { nanPasses } from './con005-nan-passes';
import { noCondition } from './con006-no-condition';
import { alwaysPasses } from './con007-never-fails';
import { neverSucceeds } from './con008-never-succeeds';
import { gap } from './con009-gap';
import { overlap } from './con010-overlap';
import { guardThatGuardsNothing } from './con011-guard-that-guards-nothing';
import { percentOrRatio } from './con012-percent-or-ratio';
import { equality } from './con013-equality';
import { nilIsAnError } from './con014-nil-is-an-error';
import { plainTextAnswer } from './con015-plain-text-answer';
import { passesWithoutData } from './con016-passes-without-data';
import { maximumOfNaN } from './con017-maximum-of-nan';
import { defaultOfAField } from './con018-default-of-a-field';
import { conditionNotEvaluated } from './con019-condition-not-evaluated';
import { reversedCondition } from './con020-reversed';

/** What conditions make of a result. */
export const CONDITION_RULES: readonly Rule[] = [
  noDataIsAnError,
  doesNotParse,
  vectorOrScalar,
  alwaysAnError,
  nanPasses,
  noCondition,
  alwaysPasses,
  neverSucceeds,
  gap,
  overlap,
  guardThatGuardsNothing,
  percentOrRatio,
  equality,
  nilIsAnError,
  plainTextAnswer,
  passesWithoutData,
  maximumOfNaN,
  defaultOfAField,
  conditionNotEvaluated,
  reversedCondition,
];
