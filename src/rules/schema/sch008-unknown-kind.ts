import type { Resource } from '../../graph';
import { CONFIRMED_BY } from '../shared/confirmed-by';
import type { Report, Rule } from '../shared/rule';
import { closest } from '../shared/suggest';
import { groupsWith, versionsIn } from './kinds';

export const unknownKind: Rule = {
  code: 'SCH008',
  severity: 'error',
  title: 'The kind or version does not exist',
  why: 'The API server has no such resource and refuses the object. A GitOps controller then does not sync the whole application.',
  fix: 'Write apiVersion and kind as the definition has them.',
  whenNotToUse: 'Ignore it for a group of your own whose name resembles a known one.',
  confirmedBy: CONFIRMED_BY.apiServer,
  bad: `
apiVersion: argoproj.io/v1
kind: AnalysisTemplate
metadata:
  name: errors
`,
  good: `
apiVersion: argoproj.io/v1alpha1
kind: AnalysisTemplate
metadata:
  name: errors
spec:
  metrics: []
`,
  peers: { istioctl: 'IST0106', kubeLinter: 'schema-validation', other: 'kubeconform' },
  checkPart(graph, report, part) {
    for (const resource of part(graph.resources)) {
      const kinds = kindsIn(resource.group);
      if (!kinds) checkGroup(resource, report);
      else if (Object.hasOwn(kinds, resource.kind)) checkVersion(resource, kinds[resource.kind], report);
      else checkKind(resource, Object.keys(kinds), report);
    }
  },
};

const versionsOf = new Map<string, ReturnType<typeof versionsIn>>();

function kindsIn(group: string): ReturnType<typeof versionsIn> {
  if (!versionsOf.has(group)) versionsOf.set(group, versionsIn(group));
  return versionsOf.get(group);
}

/** A group of custom resources is a domain; files of other programs name their apiVersion in other ways. */
const isGroup = (group: string): boolean => kindsIn(group) !== undefined || /^[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(group);

/** The groups of other projects are not known, so only likely typos are reported. */
function checkGroup(resource: Resource, report: Report): void {
  const { group, kind } = resource;
  const lower = group.toLowerCase();
  if (lower !== group && isGroup(lower)) {
    const at = resource.field('apiVersion');
    const written = at.string ?? '';
    report(at, `no group is called '${group}': a group has small letters only`, {
      didYouMean: { name: lower },
      fix: { title: `write '${lower}'`, edits: [{ at, set: written.replace(group, lower) }] },
    });
    return;
  }
  const meant = closest(group, groupsWith(kind));
  if (meant) report(resource.field('apiVersion'), `no group is called '${group}'`, { didYouMean: { name: meant } });
}

function checkVersion(resource: Resource, versions: readonly string[], report: Report): void {
  const { group, kind, version } = resource;
  if (versions.length === 0 || versions.includes(version)) return;
  const where = group === '' ? 'the core group' : group;
  report(resource.field('apiVersion'), `${kind} has no version '${version}' in ${where}`, {
    hint: `it has ${versions.join(', ')}`,
  });
}

/** A group may have kinds whose schemas are not included. */
function checkKind(resource: Resource, kinds: readonly string[], report: Report): void {
  const { group, kind } = resource;
  const where = group === '' ? 'the core group' : group;
  const meant = closest(kind, kinds);
  if (meant) {
    report(resource.field('kind'), `${where} has no kind '${kind}'`, { didYouMean: { name: meant } });
    return;
  }
  const others = groupsWith(kind);
  if (others.length === 0) return;
  const [other] = others;
  report(resource.field('apiVersion'), `${where} has no kind '${kind}'`, {
    hint: `it is in ${other === '' ? 'the core group' : other}`,
  });
}
