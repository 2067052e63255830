export { Follower, hasEnded, type Progress } from './follower';
export { progressText } from './text';
