export * from './arguments';
export * from './ast';
export * from './check';
export * from './duration';
export * from './parse';
export * from './types';
