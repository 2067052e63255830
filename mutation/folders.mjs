// Which tests judge the mutants of each folder. The whole suite takes half an hour, so each folder has the tests that are
// about it and take seconds; what only others would notice counts as survived, so a score is a lower bound.

export const FOLDERS = {
  rules: {
    tests: ['test/rules/**/*.test.ts', 'test/lint/corpus.test.ts'],
    // It changes files of the sources.
    without: ['test/rules/new-rule.test.ts'],
    // Every test that lints anything runs every rule. So a mutant of a rule is judged by the files that name the rule, and
    // by these, which have a test for each rule or run all rules; one of a shared file, which no test names, by all.
    always: [
      ...['neighbours.test.ts', 'crossed.test.ts', 'all.test.ts', 'bad-examples.test.ts'],
      ...['queries-and-conditions.test.ts', 'corpus.test.ts'],
    ],
  },
  controller: {
    tests: ['test/controller/**/*.test.ts', 'test/plan/**/*.test.ts', 'test/simulate/*.test.ts'],
    // Slow: pictures by a browser, and thousands of runs.
    without: [
      'test/plan/pictures.test.ts',
      'test/simulate/{regressions,suggest,picture,exact,simulate,table,flagger-built-in}.test.ts',
    ],
  },
  expr: {
    tests: [
      'test/expr/**/*.test.ts',
      'test/analysis/{truth-table,conditions}.test.ts',
      'test/rules/conditions.test.ts',
    ],
    without: [],
  },
  synth: {
    tests: [
      'test/synth/**/*.test.ts',
      'test/cli/{synth,incremental,left-behind,special-files,within-repository}.test.ts',
    ],
    without: [],
    // These start the program, so it is built from the mutated sources. Which of their tests reach a mutant is not known: they
    // run where the tests that run the code themselves have noticed nothing.
    starting: ['synth.test.ts', 'incremental.test.ts'],
  },
};
