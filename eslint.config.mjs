import tseslint from 'typescript-eslint';

export default tseslint.config(
  { ignores: ['node_modules/', 'lib/', '**/build/', 'imports/', 'dist/', 'test/fixtures/beside/'] },
  ...tseslint.configs.recommended,
  ...tseslint.configs.stylistic,
  {
    rules: {
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-console': ['error', { allow: ['error'] }],
      'max-lines': ['warn', { max: 400, skipBlankLines: true, skipComments: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
    },
  },
  // Manifests of unknown origin are read field by field: no `any`, and no comment that allows one.
  {
    files: ['src/adopt/**'],
    linterOptions: { noInlineConfig: true },
    rules: { '@typescript-eslint/no-explicit-any': 'error' },
  },
  // A getter that is always true is no field of the value, which a comparison of values would see.
  { files: ['src/**'], rules: { '@typescript-eslint/class-literal-property-style': 'off' } },
  // jsii knows `{ [key: string]: T }` only.
  { files: ['src/**'], rules: { '@typescript-eslint/consistent-indexed-object-style': 'off' } },
  {
    files: [
      'site/**',
      'scripts/**',
      'bench/**',
      'examples/**',
      'conformance/**',
      'e2e/**',
      'editors/**',
      'mutation/**',
    ],
    rules: { 'no-console': 'off' },
  },
  { files: ['**/*.cjs'], rules: { '@typescript-eslint/no-require-imports': 'off' } },
);
