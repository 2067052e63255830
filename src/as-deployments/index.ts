export { asDeployments, type WithDeployments } from './convert';
