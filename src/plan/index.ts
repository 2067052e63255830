export { briefMarkdown, briefPicture, briefSection, briefText } from './brief';
export { calendarLines, datedStretches } from './calendar';
export type { DatedStretch, Freeze } from './calendar';
export { comparePlans, comparisonMarkdown, comparisonPage, comparisonText } from './compare';
export type { Difference } from './compare';
export { firstDeploymentMarkdown, firstDeploymentText, planFirstDeployment } from './first-deployment';
export type { FirstDeployment, FirstEvent, FirstMoment } from './first-deployment';
export { type CohortsBy, type FleetMember, type FleetPlan, planFleet } from './fleet';
export { orders, planRollingSync } from './rolling-sync';
export { fleetMarkdown, fleetSection, fleetText } from './fleet-views';
export { canFail, canLackData, emptyPhase } from './hypotheses';
export { planInterruption } from './interruption';
export type { InterruptedMoment, InterruptingEvent, Interruption, InterruptionOptions } from './interruption';
export { interruptionMarkdown, interruptionText } from './interruption-views';
export { markdownTable, planMarkdown } from './markdown';
export { htmlTable, pageOf, picturesOf, planPage, planPicture } from './page';
export { planRollout } from './plan';
export type { Assumptions, Moment, Plan, PlannedAnalysis, Stretch, WhatIf } from './plan';
export { type Row, timetable } from './table';
export { type Emphasis, NO_EMPHASIS } from '../formats/encode/emphasis';
export { planText } from './text';
export { trafficLine } from './traffic-line';
export { sightOf, windowOf } from './window';
export type { Sight } from './window';
export {
  abortIncompleteText,
  analysisSeconds,
  conditionText,
  fullName,
  outageText,
  percent,
  stepText,
  versionsOf,
} from './wording';
