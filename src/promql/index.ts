export * from './arguments';
export * from './ast';
export { readPromqlDuration } from '../formats/prometheus-duration';
export * from './check';
export * from './parse';
export * from './result';
export * from './types';
