import { ruleListJson, ruleListText, ruleText } from '../../../src/lint/report';
import { RULES } from '../../../src/rules';

const rule = (code: string) => RULES.find((one) => one.code === code)!;

test('the list has each rule once, under its group', () => {
  const text = ruleListText(RULES);
  for (const { code, title } of RULES) {
    expect(text.split(`  ${code}  `)).toHaveLength(2);
    expect(text).toContain(title);
  }
  expect(text.indexOf('ROL: ')).toBeLessThan(text.indexOf('  ROL001'));
  expect(text).toMatch(new RegExp(`\n${RULES.length} rules\n$`));
});

test('the list as JSON has what a page has', () => {
  const { rules } = JSON.parse(ruleListJson(RULES)) as { rules: Record<string, unknown>[] };
  expect(rules).toHaveLength(RULES.length);
  const { title, why, fix, whenNotToUse, confirmedBy } = rule('GIT012');
  expect(rules.find(({ code }) => code === 'GIT012')).toMatchObject({
    group: 'GIT',
    severity: 'error',
    ...{ title, why, fix, whenNotToUse, confirmedBy },
    page: expect.stringMatching(/GIT012\.md$/),
  });
});

test.each(RULES.map((one) => [one.code, one] as const))(
  '%s is explained without the signs of Markdown',
  (_code, one) => {
    const text = ruleText(one, false);
    expect(text).not.toMatch(/```|^#{1,3} \S.*\n\n|<!--|\]\(/m);
    expect(text).toContain('Why it matters');
    // Examples keep their own width.
    for (const line of text.split('\n')) if (!line.startsWith('    ')) expect(line.length).toBeLessThanOrEqual(160);
  },
);

test('a page has colours where the terminal has them', () => {
  const escape = '\u001b[';
  expect(ruleText(rule('TRF002'), true)).toContain(escape);
  expect(ruleText(rule('TRF002'), false)).not.toContain(escape);
});
