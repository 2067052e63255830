export { packageVersion } from '../report/package-version';
