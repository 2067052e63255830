import { RULES } from '../../src/rules';
import { examplesOn, findingsOf } from './describe-rule';

/** What a person reads, as it is shown: severity, place, message, hint, other places, and what --fix would do. */
const said = RULES.map(
  (rule) =>
    [
      rule.code,
      findingsOf(rule, rule.bad, examplesOn(rule)).map(
        ({ severity, line, column, path, message, hint, related, fix }) =>
          [
            `${severity} ${line}:${column} ${path}`,
            message,
            ...(hint ? [hint] : []),
            ...(related ? [`${related.line}:${related.column} ${related.message}`] : []),
            ...(fix ? [`fix: ${fix.title}`] : []),
          ].join('\n  '),
      ),
    ] as const,
);

test.each(said)('%s says in its bad example', (_code, findings) => {
  expect(`\n${findings.join('\n')}\n`).toMatchSnapshot();
});
