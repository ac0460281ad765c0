/** Native ES modules, and TypeScript by swc. Unit tests stand beside their files, whatever touches a server under test/. */
const shared = {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { target: 'es2024', parser: { syntax: 'typescript' } }, module: { type: 'es6' } },
    ],
  },
  testMatch: ['**/*.test.ts'],
};

export default {
  // The suites share the servers, and two cores: more workers would only make their timings worse.
  maxWorkers: 2,
  // A step may wait for a server that two suites share.
  testTimeout: 30_000,
  projects: [
    { ...shared, displayName: 'unit', roots: ['<rootDir>/src', '<rootDir>/samples'] },
    {
      ...shared,
      displayName: 'servers',
      roots: ['<rootDir>/test'],
      globalSetup: '<rootDir>/test/helpers/global-setup.js',
      globalTeardown: '<rootDir>/test/helpers/global-teardown.js',
    },
  ],
};
