import { TOOLS, type Tool } from './tools';

/** An option of the command line, as messages name it. */
const FLAG = /(?<![\w-])--[a-z][a-z0-9-]+(?![\w-])/g;
/** A command for a person to run: its options are those of the command line. */
const COMMAND = /\b(kubectl|helm|kustomize|argocd|istioctl|promtool|cdk8s-canary) [a-z]/;

/** The tool whose arguments an answer is about: what is said of a rule is about `lint`. */
const aboutTool = (tool: Tool): Tool =>
  tool.name === 'explain_rule' ? TOOLS.find(({ name }) => name === 'lint')! : tool;

/**
 * A message of the command line as one of a tool: options are called as the arguments of the tool are. An option that the
 * tool does not have is said to be none of its arguments.
 */
export function inTermsOf(tool: Tool, text: string): string {
  const about = aboutTool(tool);
  const names = new Map(Object.entries(about.options).map(([name, { flag }]) => [flag, name]));
  const others = new Set<string>();
  const said = text.split('\n').filter((line) => !line.startsWith('(--help lists'));
  const lines = said.map((line) => {
    if (COMMAND.test(line)) return line;
    return line.replace(FLAG, (flag) => {
      const name = names.get(flag);
      if (name === undefined) others.add(flag);
      return name === undefined ? flag : `"${name}"`;
    });
  });
  if (others.size === 0) return lines.join('\n');
  const known = [...others].join(', ');
  const note = `${known}: only \`cdk8s-canary ${about.command[0]}\` on the command line has ${others.size === 1 ? 'this option' : 'these options'}; this tool does not.`;
  return `${lines.join('\n').trimEnd()}\n\n${note}\n`;
}
