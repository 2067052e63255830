import type { Graph } from '../graph';
import { type Finding, lint, type LintOptions } from '../lint';
import { type Releases, SYSTEMS } from '../versions';
import type { Change } from './change';
import type { Step } from './releases';

/** What the linter reports for one of two releases and not for the other, or reports in other words. */
export function changedFindings(graph: Graph, { system, before, after }: Step, options: LintOptions = {}): Change[] {
  const [old, now] = [before, after].map((releases) => found(graph, releases, options));
  const appeared = remaining(now, old);
  const gone = remaining(old, now);
  const { title } = SYSTEMS[system];
  const change = (
    finding: Finding,
    effect: Change['effect'],
    texts: Pick<Change, 'what' | 'before' | 'after'>,
  ): Change => ({
    effect,
    kind: 'finding',
    system,
    id: finding.code,
    resource: finding.resource && resourceText(finding.resource),
    file: finding.file,
    line: finding.line,
    column: finding.column,
    path: finding.path,
    ...texts,
  });
  const changes: Change[] = [];
  for (const finding of appeared) {
    const other = gone.findIndex((one) => placeKey(one) === placeKey(finding));
    const [was] = other < 0 ? [] : gone.splice(other, 1);
    const worse = was === undefined || rank(finding) < rank(was);
    changes.push(
      change(finding, worse ? 'worse' : 'different', {
        what: was ? `${finding.code} is another problem with ${title} ${after[system]}` : wordsOf(finding, 'now'),
        before: was ? was.message : 'nothing is reported',
        after: withHint(finding),
      }),
    );
  }
  for (const finding of gone) {
    changes.push(
      change(finding, 'better', {
        what: wordsOf(finding, 'no longer'),
        before: finding.message,
        after: 'nothing is reported',
      }),
    );
  }
  return changes;
}

function found(graph: Graph, releases: Releases, options: LintOptions): readonly Finding[] {
  const versions = Object.fromEntries(Object.entries(releases).map(([key, release]) => [key, [release]]));
  const { findings } = lint(graph, { ...options, versions: versions as unknown as LintOptions['versions'] });
  // A suppression that has a use in one release only is none to remove. What the engine makes of conditions is compared
  // result by result.
  return findings.filter(({ group, code }) => group !== 'SUP' && (group !== 'CON' || code === 'CON015'));
}

/** The findings that others do not contain; what differs in the number of the release only is the same. */
function remaining(findings: readonly Finding[], others: readonly Finding[]): Finding[] {
  const counts = new Map<string, number>();
  for (const one of others) counts.set(keyOf(one), (counts.get(keyOf(one)) ?? 0) + 1);
  return findings.filter((one) => {
    const left = counts.get(keyOf(one)) ?? 0;
    if (left > 0) counts.set(keyOf(one), left - 1);
    return left === 0;
  });
}

const titles = Object.values(SYSTEMS)
  .map(({ title }) => title)
  .join('|');
const RELEASE = new RegExp(`\\b(${titles}) \\d+(\\.\\d+)+`, 'g');

const placeKey = ({ code, file, line, column, path }: Finding): string =>
  JSON.stringify([code, file, line, column, path]);

const keyOf = (finding: Finding): string =>
  placeKey(finding) + finding.severity + finding.message.replace(RELEASE, '$1');

const rank = ({ severity }: Finding): number => ['error', 'warning', 'advice', 'note'].indexOf(severity);

function wordsOf({ code, severity }: Finding, when: 'now' | 'no longer'): string {
  return `${when} a finding of severity ${severity}: ${code}`;
}

const withHint = ({ message, hint }: Finding): string => (hint === undefined ? message : `${message}; ${hint}`);

const resourceText = ({ kind, namespace, name }: NonNullable<Finding['resource']>): string =>
  `${kind} ${namespace === undefined ? name : `${namespace}/${name}`}`;
