import { TestEnvironment } from 'jest-environment-node';

const usualTimeZone = process.env.TZ;

/** Runs tests in the time zone that the project's `testEnvironmentOptions` name. */
export default class TimeZoneEnvironment extends TestEnvironment {
  constructor(config, context) {
    const { timeZone } = config.projectConfig.testEnvironmentOptions;
    // The environment copies process.env for the tests. Setting TZ here also changes the time zone of the process.
    process.env.TZ = timeZone;
    super(config, context);
    // An unknown zone counts as UTC, in which the tests would pass for nothing.
    const inTests = this.global.Intl.DateTimeFormat().resolvedOptions().timeZone;
    if (inTests !== timeZone) throw new Error(`The tests run in ${inTests}, not in ${timeZone}.`);
  }

  async teardown() {
    await super.teardown();
    if (usualTimeZone === undefined) delete process.env.TZ;
    else process.env.TZ = usualTimeZone;
  }
}
