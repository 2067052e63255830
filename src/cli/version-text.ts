import { packageVersion } from '../formats/package-version';
import { SYSTEMS } from '../versions';

/** The version of this program, and the releases of other systems that it knows. */
export function versionText(): string {
  const systems = Object.values(SYSTEMS).map(({ title, releases }) => {
    const [first, last] = [releases[0], releases[releases.length - 1]];
    return `  ${title} ${first === last ? first : `${first} to ${last}`}\n`;
  });
  return `${packageVersion()}\n\nknows these releases:\n${systems.join('')}`;
}
