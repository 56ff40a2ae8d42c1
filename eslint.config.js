import js from '@eslint/js';
import { defineConfig, globalIgnores } from 'eslint/config';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';

import { porchlight } from './scripts/imports.js';
import svelteConfig from './svelte.config.js';

const project = ['libs/tsconfig.json', 'apps/signal/tsconfig.json', 'apps/web/tsconfig.json', 'tsconfig.node.json'];
const svelteFiles = ['**/*.svelte', '**/*.svelte.ts'];

export default defineConfig(
  globalIgnores(['**/node_modules/', '**/build/', '**/.svelte-kit/', '.cache/', 'test-results/', 'playwright-report/']),
  { linterOptions: { reportUnusedDisableDirectives: 'error', reportUnusedInlineConfigs: 'error' } },
  js.configs.recommended,
  ts.configs.strictTypeChecked,
  ts.configs.stylisticTypeChecked,
  svelte.configs.recommended,
  {
    languageOptions: {
      globals: { ...globals.browser, ...globals.node },
      parserOptions: { project, tsconfigRootDir: import.meta.dirname, extraFileExtensions: ['.svelte'] },
    },
    plugins: { porchlight },
    rules: {
      'porchlight/imports': 'error',
      '@typescript-eslint/ban-ts-comment': [
        'error',
        { 'ts-ignore': true, 'ts-expect-error': true, 'ts-nocheck': true },
      ],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-explicit-any': 'error',
      // Spreading a string gives its code points, and that is what is meant.
      '@typescript-eslint/no-misused-spread': ['error', { allow: ['string'] }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      // The compiler knows every name; no-undef does not know types.
      'no-undef': 'off',
      'no-eval': 'error',
      'no-implied-eval': 'off',
      'no-console': ['error', { allow: ['error', 'warn'] }],
      eqeqeq: 'error',
    },
  },
  {
    files: svelteFiles,
    languageOptions: { parserOptions: { parser: ts.parser, svelteConfig } },
    rules: {
      // Text is text, also where a disable comment would ask for less.
      'svelte/no-at-html-tags': 'error',
      'svelte/no-inline-styles': 'error',
      // The client lives at the root of its origin: there is no base path to resolve.
      'svelte/no-navigation-without-resolve': 'off',
      // What comes from another component is any to ESLint; svelte-check knows its type and checks it.
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },
  // A type given to a parsed file by JSDoc is not seen by these rules; the compiler checks what follows from it.
  {
    files: ['**/*.js'],
    rules: { '@typescript-eslint/no-unsafe-assignment': 'off', '@typescript-eslint/no-unsafe-return': 'off' },
  },
  // What runs in a terminal talks to it.
  {
    files: ['scripts/**', 'bench/**', 'e2e/**', 'fuzz/**', 'attack/**', 'nat/**', 'cuts/**', 'faults/**', 'screens/**'],
    rules: { 'no-console': 'off' },
  },
);
