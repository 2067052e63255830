export { celHolds } from './evaluate';
