import { groupOf, GROUPS, pageOf, type Rule } from '../../rules';

/** All rules as a table for a terminal: code, severity, title, by group. */
export function ruleListText(rules: readonly Rule[]): string {
  const blocks = Object.entries(GROUPS).flatMap(([group, name]) => {
    const own = rules.filter(({ code }) => groupOf(code) === group);
    if (own.length === 0) return [];
    const lines = own.map(({ code, severity, title }) => `  ${code}  ${severity.padEnd(7)}  ${title}`);
    return [`${group}: ${name}\n${lines.join('\n')}\n`];
  });
  return `${blocks.join('\n')}\n${rules.length} rules\n`;
}

/** All rules as JSON: `{ "rules": [{ code, group, severity, title, why, fix, whenNotToUse, confirmedBy, page }] }`. */
export function ruleListJson(rules: readonly Rule[]): string {
  const listed = rules.map(({ code, severity, title, why, fix, whenNotToUse, confirmedBy, peers }) => ({
    code,
    group: groupOf(code),
    groupName: GROUPS[groupOf(code)],
    severity,
    title,
    why,
    fix,
    whenNotToUse,
    confirmedBy,
    peers,
    page: pageOf(code),
  }));
  return `${JSON.stringify({ rules: listed }, null, 2)}\n`;
}
