export { nameOfApp } from './engine/canary-text';
export type { DesignText } from './engine/source';
export { EXAMPLE } from './example';
export { firstAnswer } from './first';
export { designPage } from './page';
export type { Start } from './protocol';
