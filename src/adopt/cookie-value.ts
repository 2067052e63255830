import { isMapping, isSame, own, type Resource } from '../graph';
import { type AppMetadata, synthesized } from './fit';
import type { Options } from './values';

/** The value of a cookie while a spec is made, because the one that changes with the pods is not known until the end. */
export const COOKIE_VALUE = 'v1';

/**
 * The options without the stated value of a sticky cookie, which then changes with each version by itself. Undefined if the
 * spec would render anything else differently.
 *
 * @param manifests What the spec renders with the value.
 */
export function withVersionedCookie(
  metadata: AppMetadata,
  spec: Options,
  manifests: readonly Resource[],
): Options | undefined {
  const traffic = own(spec, 'traffic');
  const sticky = own(traffic, 'stickyCanary');
  if (!isMapping(traffic) || !isMapping(sticky)) return undefined;
  const { value: _, ...stickyCanary } = sticky;
  const versioned = { ...spec, traffic: { ...traffic, stickyCanary } };
  const made = synthesized(metadata, versioned).manifests;
  const names = [stickyCanary.cookie ?? 'canary', stickyCanary.stableCookie].filter((name) => name !== undefined);
  const cookie = new RegExp(`\\b(${names.join('|')})=([\\w.-]+)`, 'g');
  const texts = (of: readonly Resource[] = []) => of.map(({ manifest }) => JSON.stringify(manifest));
  const hidden = (of: readonly Resource[] | undefined) => texts(of).map((text) => text.replace(cookie, '$1='));
  // A patch may have the value too.
  const isFixed = texts(made).some((text) => [...text.matchAll(cookie)].some(([, , value]) => value === COOKIE_VALUE));
  return !isFixed && isSame(hidden(made), hidden(manifests)) ? versioned : undefined;
}
