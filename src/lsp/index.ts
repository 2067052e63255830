export { serve, type ServerOptions } from './server';
export type { Settings } from './session';
