// @ts-check
import eslint from '@eslint/js';
import nx from '@nx/eslint-plugin';
import { defineConfig, globalIgnores } from 'eslint/config';
import prettier from 'eslint-config-prettier';
import { createProjectGraphAsync } from 'nx/src/project-graph/project-graph.js';
import tseslint from 'typescript-eslint';

/**
 * Who may import whom: declare → plan → fingerprint → store → dispatch → record → show. A package's layer is the tag
 * in its package.json. Store and backend never meet; only `run` knows both.
 */
const layers = {
  pipeline: [],
  plan: ['pipeline'],
  fingerprint: ['pipeline', 'plan'],
  store: ['pipeline', 'fingerprint'],
  backend: ['pipeline', 'fingerprint'],
  'trl-backend': ['pipeline'],
  run: ['pipeline', 'plan', 'fingerprint', 'store', 'backend'],
  tracking: ['run', 'swanlab-http'],
  report: ['run'],
  cli: [
    'pipeline',
    'plan',
    'fingerprint',
    'store',
    'backend',
    'trl-backend',
    'run',
    'tracking',
    'report',
    'hub',
    'swanlab-http',
  ],
  hub: [],
  'swanlab-http': [],
  'nx-plugin': [],
  stages: ['pipeline', 'trl-backend', 'hub'],
  pipelines: ['pipeline', 'stages'],
};

// The boundary rule reads the project graph from Nx's cache and checks nothing where there is none, as in a fresh
// clone. Without the daemon, whose socket would keep ESLint from ending.
process.env['NX_DAEMON'] ??= 'false';
process.env['NX_ISOLATE_PLUGINS'] ??= 'false'; // as in .env, which only the command `nx` reads
await createProjectGraphAsync();

export default defineConfig(
  globalIgnores([
    '**/dist/',
    '**/dist.*/',
    '**/node_modules/',
    'output/',
    'test/fixtures/',
    'test/types/rejected*',
    '.nx/',
    '.temper/',
  ]),
  eslint.configs.recommended,
  tseslint.configs.strictTypeChecked,
  tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        projectService: true,
        tsconfigRootDir: import.meta.dirname,
      },
    },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    plugins: { '@nx': nx },
    rules: {
      '@nx/enforce-module-boundaries': [
        'error',
        {
          // The rig serves the tests of every package and belongs to none. The tests of tracking start the server that
          // the client's own tests have; nothing of either is shipped.
          allow: ['/test/rig/', '/swanlab-http/test/support/'],
          depConstraints: Object.entries(layers).map(([layer, allowed]) => ({
            sourceTag: `layer:${layer}`,
            onlyDependOnLibsWithTags: [layer, ...allowed].map((name) => `layer:${name}`),
          })),
        },
      ],
      // `== null` asks for null and undefined at once.
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true, requireDefaultForNonUnion: false },
      ],
      // A number in a sentence is what a message is made of; String() around it hides the sentence.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // `while (true)` around an await says what it does; a flag that never changes would not.
      '@typescript-eslint/no-unnecessary-condition': ['error', { allowConstantLoopConditions: true }],
      // Callbacks that only pass a call on, such as () => resolve(), read better than with braces.
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      // A name that begins with _ is a parameter that an interface asks for and nobody needs here.
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      // It asks for `!`, which no-non-null-assertion forbids; an `as` at least names what is promised.
      '@typescript-eslint/non-nullable-type-assertion-style': 'off',
      // A terminal is spoken to in control characters, and masked from them with regular expressions.
      'no-control-regex': 'off',
      // Types are compared by shape here, and the classes of ts-morph by nothing else.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      // A stage without inputs has inputs of the type {}.
      '@typescript-eslint/no-generated-empty-object-type': 'off',
      // `const Name extends string` is how a literal is kept, also where it is named once.
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
      // Chinese text is spaced with U+3000, also in a template.
      'no-irregular-whitespace': ['error', { skipTemplates: true }],
      // An interface and a type differ in what they promise (merging, index signatures); the author chooses.
      '@typescript-eslint/consistent-type-definitions': 'off',
      // `noPropertyAccessFromIndexSignature` is off, and so environment.HOME is as good as environment['HOME'].
      '@typescript-eslint/dot-notation': 'off',
    },
  },
  {
    // What shows results knows nothing but events and manifests: the words of a run, not its machinery.
    files: ['packages/{tracking,report}/src/**/*.ts'],
    ignores: ['**/*.test.ts'],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        { paths: [{ name: '@temper/run', allowTypeImports: true, message: 'Only its types.' }] },
      ],
    },
  },
  {
    // What `temper init` copies is a workspace of its own, in which nothing has a layer; the documentation is made from
    // the sources of every layer.
    files: ['packages/cli/template/**', 'docs/**'],
    rules: { '@nx/enforce-module-boundaries': 'off' },
  },
  {
    files: ['**/*.test.ts', '**/*.test.mjs', 'test/**/*.ts'],
    rules: {
      // A test knows what it has just put in; a check in front of each use would hide what is asserted.
      '@typescript-eslint/no-non-null-assertion': 'off',
      // `() => {}` is a stand-in that does nothing on purpose.
      '@typescript-eslint/no-empty-function': 'off',
      // Conformance suites are async by contract, also where one implementation has nothing to wait for.
      '@typescript-eslint/require-await': 'off',
    },
  },
  {
    files: ['**/*.js', '**/*.mjs'],
    // What Node gives to a script; in TypeScript the compiler checks the names.
    languageOptions: {
      globals: readonly(
        'process',
        'console',
        'URL',
        'Buffer',
        'performance',
        'setTimeout',
        'setInterval',
        'clearInterval',
        'clearTimeout',
        'performance',
      ),
    },
  },
  {
    // Scripts that are no part of a TypeScript project have no types to check by.
    files: ['**/*.js', '**/*.mjs'],
    ignores: ['packages/nx-plugin/**'],
    extends: [tseslint.configs.disableTypeChecked],
  },
  {
    files: ['packages/nx-plugin/**/*.js', 'packages/cli/bin/*.js'],
    languageOptions: { sourceType: 'commonjs', globals: readonly('__dirname') },
    rules: {
      // Nx loads plugins as CommonJS; the command starts quickest as CommonJS.
      '@typescript-eslint/no-require-imports': 'off',
      // The types of require() take the functions of a module for methods of an object.
      '@typescript-eslint/unbound-method': 'off',
      // A cast in JSDoc is seen by the compiler and not by the linter.
      '@typescript-eslint/no-unsafe-assignment': 'off',
    },
  },
  prettier,
);

/** @param {string[]} names */
function readonly(...names) {
  return Object.fromEntries(names.map((name) => [name, /** @type {const} */ ('readonly')]));
}
