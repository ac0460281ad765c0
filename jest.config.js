/** Native ES modules, and TypeScript by swc. Unit tests stand beside their files, whatever touches a server under test/. */
const shared = {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2024',
          parser: { syntax: 'typescript' },
          experimental: { keepImportAttributes: true },
        },
        module: { type: 'es6' },
      },
    ],
  },
  testMatch: ['**/*.test.ts'],
};

const unit = { ...shared, roots: ['<rootDir>/src', '<rootDir>/samples'] };

const servers = {
  ...shared,
  roots: ['<rootDir>/test'],
  globalSetup: '<rootDir>/test/helpers/global-setup.js',
  globalTeardown: '<rootDir>/test/helpers/global-teardown.js',
};

/** What a change seldom touches, and takes long. `script/test --all` runs it, `script/test` does not. */
const seldom = [
  'conformance/many-generated',
  'deployment/aws-operations',
  'deployment/aws-simple',
  'deployment/image',
  'deployment/temporal-databases',
  'deployment/workflows',
  'local/bootstrap',
  'local/documented-commands',
  'local/kafka',
  'local/restart',
  'security/backup',
  'security/supply-chain',
  'security/tls',
].map((file) => `<rootDir>/test/${file}.test.ts`);

/** Parts of the program that no date reaches. */
const withoutDates = [
  '/src/categorization/',
  '/src/evaluate/',
  '/src/api/admission/',
  '/json-scanner',
  '/read-body',
  '/draining-server',
  '/limit-sending',
  '/guessable-',
];

/** Time zones whose date differs from that of UTC for most of the day: before it, and after it. */
const timeZones = [
  // `script/test --all` runs all unit tests here, and not again in the time zone of the machine.
  { timeZone: 'Pacific/Kiritimati', testPathIgnorePatterns: [] },
  { timeZone: 'America/St_Johns', testPathIgnorePatterns: withoutDates },
];

const elsewhere = timeZones.flatMap(({ timeZone, testPathIgnorePatterns }) => {
  const there = {
    testEnvironment: '<rootDir>/test/helpers/time-zone-environment.js',
    testEnvironmentOptions: { timeZone },
  };
  const dates = ['reports', 'ingestion', 'admin/overview'];
  return [
    { ...unit, ...there, displayName: `unit ${timeZone}`, testPathIgnorePatterns },
    {
      ...servers,
      ...there,
      displayName: `dates ${timeZone}`,
      testMatch: dates.map((file) => `<rootDir>/test/integration/${file}.test.ts`),
    },
  ];
});

export default {
  // One more than the two cores of a small machine: suites often wait for a server, a clock or a browser. With four,
  // some found the machine too busy for what they time.
  maxWorkers: 3,
  // Modules of suites that have ended stay in memory; beyond this, collecting garbage takes long enough to be measured.
  workerIdleMemoryLimit: '1GB',
  // A step may wait for a server that suites share.
  testTimeout: 60_000,
  testSequencer: '<rootDir>/test/helpers/longest-first.js',
  projects: [
    { ...unit, displayName: 'unit' },
    {
      ...servers,
      displayName: 'servers',
      testPathIgnorePatterns: [
        '<rootDir>/test/faults/',
        '<rootDir>/test/speed/',
        '<rootDir>/test/security/every-form',
        ...seldom,
      ],
    },
    ...elsewhere,
    // Each starts a stack of its own, takes parts of it away, and waits.
    { ...shared, displayName: 'faults', roots: ['<rootDir>/test/faults'] },
    { ...servers, displayName: 'seldom', testMatch: seldom },
    // These measure, and so run alone.
    {
      ...servers,
      displayName: 'forms',
      testMatch: ['<rootDir>/test/security/every-form.test.ts'],
    },
    { ...shared, displayName: 'speed', roots: ['<rootDir>/test/speed'] },
    // A package of its own, whose packages only `script/test --all` installs.
    {
      ...shared,
      displayName: 'aws',
      roots: ['<rootDir>/deploy/aws/src', '<rootDir>/deploy/aws/test'],
    },
  ],
};
