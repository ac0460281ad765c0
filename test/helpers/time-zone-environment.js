import { TestEnvironment } from 'jest-environment-node';

const usualTimeZone = process.env.TZ;

/** Runs tests in the time zone that the project's `testEnvironmentOptions` name. */
export default class TimeZoneEnvironment extends TestEnvironment {
  constructor(config, context) {
    // The environment copies process.env for the tests. Setting TZ here also changes the time zone of the process.
    process.env.TZ = config.projectConfig.testEnvironmentOptions.timeZone;
    super(config, context);
  }

  async teardown() {
    await super.teardown();
    if (usualTimeZone === undefined) delete process.env.TZ;
    else process.env.TZ = usualTimeZone;
  }
}
