/** @type {import('jest').Config} */
module.exports = {
  // A test says that something is true, not how fast: on a busy machine a program takes a while to start.
  testTimeout: 120_000,
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  transform: {
    '\\.ts$': [
      '@swc/jest',
      {
        jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
        module: { type: 'commonjs' },
        sourceMaps: 'inline',
      },
    ],
  },
  // Examples import the package by its name, as a user does.
  moduleNameMapper: { '^cdk8s-canary$': '<rootDir>/src/index.ts' },
  modulePathIgnorePatterns: ['<rootDir>/lib/', '<rootDir>/build/', '<rootDir>/site/'],
  collectCoverageFrom: ['src/**/*.ts', '!src/index.ts'],
  coverageDirectory: 'build/coverage',
  coverageReporters: ['text-summary', 'lcov'],
};
