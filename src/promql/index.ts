export * from './arguments';
export * from './ast';
export { readPromqlDuration } from '../formats/prometheus-duration';
export * from './buckets';
export * from './check';
export * from './language';
export * from './parse';
export * from './result';
export * from './types';
