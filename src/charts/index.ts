export { curveChart, type Curve, type CurvePoint } from './curve';
export { outcomeChart, type OutcomePart } from './outcome';
export { stackedCharts } from './stack';
export { CHART_STYLE } from './style';
export { timesChart, type Times } from './times';
export { trafficChart, type TrafficLine } from './traffic';
export type { ChartOptions } from './frame';
