export * from './arguments';
export * from './ast';
export * from './check';
export { readPromqlDuration } from '../formats/prometheus-duration';
export * from './parse';
export * from './result';
export * from './types';
