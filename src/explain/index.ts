export { explain, outcomeOf } from './explanation';
export type { Outcome } from './outcome';
export { explanationPage } from './page';
export { type Run, runsOf } from './runs';
export { begunAt, type RolloutState, stateOf } from './state';
export { explanationMarkdown, explanationText } from './text';
