export { plannedCanaries } from './from-graph';
export { runFlagger } from './run';
