import { quoted } from '../../formats/names';

/** Why Istio takes no path of an AuthorizationPolicy for a template, as the end of a sentence, or undefined. */
export function pathTemplateFault(path: string): string | undefined {
  const segments = path.replace(/^\/+|\/+$/g, '').split('/');
  const isTemplate = /\{\*\*?\}/.test(path);
  let beyond = false;
  for (const segment of segments) {
    if (segment === '{*}' || segment === '{**}') {
      if (beyond) return `has ${quoted(segment)} after '{**}', which must be the last one in braces`;
      beyond = segment === '{**}';
    } else if (/[{}]/.test(segment)) {
      return `has the segment ${quoted(segment)}; in braces Istio knows '{*}' and '{**}' as whole segments`;
    } else if (isTemplate && !/^[a-zA-Z0-9\-._~%!$&'()+,;:@=]+$/.test(segment)) {
      return `has the segment ${quoted(segment)}, which a template cannot have`;
    }
  }
  return undefined;
}

/** Why Istio refuses a service account as a caller, as the end of a sentence, or undefined. */
export function serviceAccountFault(text: string): string | undefined {
  if (text.includes('*')) return 'has a wildcard, which Istio does not know there';
  const parts = text.split('/');
  if (parts.length <= 2 && !parts.includes('')) return undefined;
  return 'is no service account; write its name, or namespace/name';
}

/** Why Istio refuses a trust domain as that of a caller, as the end of a sentence, or undefined. */
export function trustDomainFault(text: string): string | undefined {
  if (text.includes('/')) return "has a '/', which no trust domain has";
  return wildcardFault(text);
}

/** Why Istio refuses a value with a wildcard, as the end of a sentence, or undefined. */
export function wildcardFault(text: string): string | undefined {
  const stars = text.split('*').length - 1;
  if (stars === 0 || (stars === 1 && (text.startsWith('*') || text.endsWith('*')))) return undefined;
  return "has '*' elsewhere than once, at the beginning or at the end";
}
