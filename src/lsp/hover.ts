import type { Position } from 'vscode-languageserver';
import type { Graph } from '../graph';
import { type Finding, wholeMessage } from '../lint';
import { pageOf, RULES } from '../rules';
import { rangeOfFinding } from './diagnostics';
import { mentionAt } from './navigation';
import { stepText } from './rollout-summary';
import { contains, fieldAt, offsetOf } from './text-position';

/** What is known at a position, in Markdown: findings with their rules, the step of a rollout, what a name refers to. */
export function hoverText(
  graph: Graph,
  { file, text, position, findings }: { file: string; text: string; position: Position; findings: readonly Finding[] },
): string | undefined {
  const here = findings.filter((finding) => contains(rangeOfFinding(finding), position));
  const parts = [...here.map(ruleText), textOfStep(graph, file, text, position), nameText(graph, file, position)];
  const known = parts.filter((part) => part !== undefined);
  return known.length === 0 ? undefined : known.join('\n\n---\n\n');
}

/** Why a finding matters and what to do. */
function ruleText(finding: Finding): string {
  const rule = RULES.find(({ code }) => code === finding.code);
  if (rule === undefined) return wholeMessage(finding);
  const { code, title, why, fix } = rule;
  return [`**${code}: ${title}**`, why, `**What to do:** ${fix}`, `[${code}](${pageOf(code)})`].join('\n\n');
}

function textOfStep(graph: Graph, file: string, text: string, position: Position): string | undefined {
  const at = fieldAt(text, offsetOf(text, position));
  if (at === undefined) return undefined;
  const rollout = graph
    .ofKind('Rollout', 'argoproj.io')
    .find(
      ({ origin }) =>
        origin.file === file && origin.document === at.document && origin.prefix.every((one, i) => one === at.path[i]),
    );
  if (rollout === undefined) return undefined;
  const path = at.path.slice(rollout.origin.prefix.length);
  const [spec, strategy, canary, steps, step] = path;
  if (`${spec}.${strategy}.${canary}.${steps}` !== 'spec.strategy.canary.steps' || typeof step !== 'number')
    return undefined;
  return stepText(graph, rollout, step);
}

function nameText(graph: Graph, file: string, position: Position): string | undefined {
  const mention = mentionAt(graph, file, position);
  if (mention === undefined) return undefined;
  const { title, marks } = mention.thing;
  const defined = marks.find(({ isDefinition }) => isDefinition)?.field;
  const uses = marks.filter(({ isDefinition }) => !isDefinition).length;
  const place = defined?.place();
  const where = place ? `, ${place.file}:${place.line}` : '';
  return `${title}${where}; named in ${uses} other ${uses === 1 ? 'place' : 'places'}`;
}
