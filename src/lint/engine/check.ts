import type { Place } from '../../formats/source';
import type { Field, Graph, Resource } from '../../graph';
import type { Details, Part, Rule, Severity } from '../../rules';
import { isPlaceholder, PLACEHOLDER_HINT } from './placeholder';
import type { Said } from './root-causes';

/** How severe findings are. */
export interface SeverityOptions {
  /** Whether the given set is complete. A reference to something outside has the severity of the rule. Default: a note. */
  readonly closedWorld?: boolean;
  /** Other severities, by code. */
  readonly severity?: { readonly [code: string]: Severity };
}

/** A finding before it is placed, or for what is in no resource. */
export interface Raw extends Said {
  readonly place?: Place;
  /** How many lists its rule had gone through. */
  readonly list: number;
}

/** One of several parts of a graph, counted from 0. */
export interface Share {
  readonly nth: number;
  readonly of: number;
}

/**
 * Checks a rule, and returns its findings.
 *
 * @param share the part of the graph to check; a rule without `checkPart` always checks the whole. Default: the whole
 */
export function check(rule: Rule, graph: Graph, options: SeverityOptions, share?: Share): Raw[] {
  const found: Raw[] = [];
  let list = 0;
  const report = (field: Field, message: string, details: Details = {}): void => {
    found.push(
      isPlaceholder(rule, field, details)
        ? { rule, field, message, details: { ...details, hint: PLACEHOLDER_HINT }, severity: 'note', list }
        : { rule, field, message, details, severity: severityOf(rule, details, options), list },
    );
  };
  report.at = (place: Place, message: string): void => {
    found.push({ rule, place, message, details: {}, severity: severityOf(rule, {}, options), list });
  };
  const part: Part = (things) => {
    list++;
    if (share === undefined) return things;
    const cut = (nth: number): number => Math.floor((things.length * nth) / share.of);
    return things.slice(cut(share.nth), cut(share.nth + 1));
  };
  if (rule.checkPart) rule.checkPart(graph, report, part);
  else rule.check?.(graph, report);
  return found;
}

/**
 * Joins the findings of a rule in the parts of a graph, in the order in which it finds them in the whole graph. The same
 * message about a field is kept once, even if several objects lead to it. It is about all of them.
 */
export function joined(parts: readonly (readonly Raw[])[]): readonly Raw[] {
  const all = parts.length === 1 ? parts[0] : parts.flat().sort((a, b) => a.list - b.list);
  if (all.length < 2) return all;
  const said = new Map<Resource, Map<string, number>>();
  const kept: Raw[] = [];
  for (const one of all) {
    const { field, message, details } = one;
    if (field !== undefined) {
      const key = `${field} ${details.within?.from ?? ''} ${message}`;
      const ofResource = said.get(field.resource) ?? new Map<string, number>();
      said.set(field.resource, ofResource);
      const first = ofResource.get(key);
      if (first !== undefined) {
        if (details.about) kept[first] = aboutBoth(kept[first], details.about);
        continue;
      }
      ofResource.set(key, kept.length);
    }
    kept.push(one);
  }
  return kept;
}

function aboutBoth(one: Raw, others: readonly Field[]): Raw {
  const { about } = one.details;
  // Without a list it is already about all that use the object.
  return about === undefined ? one : { ...one, details: { ...one.details, about: [...about, ...others] } };
}

/** The highest severity of the findings of a rule. */
export function highestOf({ code, severity, upTo = severity }: Rule, { severity: stated }: SeverityOptions): Severity {
  return stated && Object.hasOwn(stated, code) ? stated[code] : upTo;
}

/** The severity of a finding of a rule. */
export function severityOf(rule: Rule, details: Details, { closedWorld, severity }: SeverityOptions): Severity {
  if (details.outside && !closedWorld && !details.didYouMean) return 'note';
  const stated = severity && Object.hasOwn(severity, rule.code) ? severity[rule.code] : undefined;
  return stated ?? details.severity ?? rule.severity;
}
