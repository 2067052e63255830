import { groupOf, GROUPS, type Rule } from '../../rules';

/** The page of a rule, in Markdown. */
export function rulePage(rule: Rule): string {
  const { code, title, severity, why, fix, whenNotToUse, confirmedBy, bad, good, peers } = rule;
  const others = PEERS.flatMap(({ key, name }) => (peers?.[key] ? [`- ${name}: ${peers[key]}`] : []));
  return [
    '<!-- Generated from the rule by `npm run docs:rules`. Do not edit. -->',
    `# ${code}: ${title}`,
    `**${severity}** · ${GROUPS[groupOf(code)]} · [all rules](README.md)`,
    '## Why it matters',
    why,
    '## What to do',
    fix,
    '## Example of the problem',
    fence(bad),
    '## Example without the problem',
    fence(good),
    ...(whenNotToUse === undefined ? [] : ['## When not to use it', whenNotToUse]),
    ...(confirmedBy === undefined ? [] : ['## Releases', confirmedBy]),
    '## What other tools say',
    others.length > 0 ? others.join('\n') : 'No other tool reports this.',
    '## To suppress it',
    `${'```'}yaml\n# cdk8s-canary-ignore ${code}: the reason\n${'```'}\n\nin the line above, or for a whole resource the annotation \`cdk8s-canary.dev/ignore: "${code} the reason"\`.`,
    '',
  ]
    .join('\n\n')
    .trimEnd()
    .concat('\n');
}

const fence = (yaml: string): string => `${'```'}yaml\n${yaml.trim()}\n${'```'}`;

const PEERS = [
  { key: 'argo', name: 'argo rollouts lint' },
  { key: 'istioctl', name: 'istioctl analyze' },
  { key: 'kiali', name: 'Kiali' },
  { key: 'kubeLinter', name: 'kube-linter' },
  { key: 'pint', name: 'pint' },
  { key: 'other', name: 'others' },
] as const;

/** The page that opens the rules: each beside what other tools have. */
export function ruleTable(rules: readonly Rule[]): string {
  const lines = [
    '<!-- Generated from the rules by `npm run docs:rules`. Do not edit. -->',
    '',
    '# Rules',
    '',
    `\`cdk8s-canary lint\` knows ${rules.length} rules. An error will be refused or will break; a warning will not protect or will drift; advice is better done otherwise. A reference to something outside the given manifests is a note, unless \`--closed-world\` says that they are all there is. Where a cell is empty, that tool does not look.`,
  ];
  for (const [group, name] of Object.entries(GROUPS)) {
    const own = rules.filter(({ code }) => groupOf(code) === group);
    if (own.length === 0) continue;
    lines.push('', `## ${group}: ${name}`, '');
    lines.push(`| rule | | severity | ${PEERS.map((peer) => peer.name).join(' | ')} |`);
    lines.push(`| --- | --- | --- | ${PEERS.map(() => '---').join(' | ')} |`);
    for (const { code, title, severity, peers } of own) {
      const cells = PEERS.map(({ key }) => cell(peers?.[key] ?? ''));
      const nobody = PEERS.every(({ key }) => !peers?.[key]) ? ' *(nobody else)*' : '';
      lines.push(`| [${code}](${code}.md) | ${cell(title)}${nobody} | ${severity} | ${cells.join(' | ')} |`);
    }
  }
  return `${lines.join('\n')}\n`;
}

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
