export { calibrate } from './calibrate';
export type { CalibrationOptions } from './calibrate';
export { PrometheusClient } from './client';
export { connectionOf } from './connection';
export type { ConnectionFlags } from './connection';
export { profileOf, profileText } from './profile-text';
export { calibrationMarkdown, calibrationText } from './report';
export { isAlarming } from './result';
export type { Calibration } from './result';
