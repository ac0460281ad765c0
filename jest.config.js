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
  // One more than the two cores of a small machine: suites often wait for a server, a clock or a browser.
  maxWorkers: 3,
  // A step may wait for a server that suites share.
  testTimeout: 60_000,
  projects: [
    { ...shared, displayName: 'unit', roots: ['<rootDir>/src', '<rootDir>/samples'] },
    {
      ...shared,
      displayName: 'servers',
      roots: ['<rootDir>/test'],
      testPathIgnorePatterns: ['<rootDir>/test/faults/', '<rootDir>/test/speed/'],
      globalSetup: '<rootDir>/test/helpers/global-setup.js',
      globalTeardown: '<rootDir>/test/helpers/global-teardown.js',
    },
    // Each starts a stack of its own and looks at the clock, so they run alone, one after the other.
    { ...shared, displayName: 'faults', roots: ['<rootDir>/test/faults'] },
    // Measures, and so runs alone as well.
    { ...shared, displayName: 'speed', roots: ['<rootDir>/test/speed'] },
  ],
};
