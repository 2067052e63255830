export { LintThreads } from './threads';
