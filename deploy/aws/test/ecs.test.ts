import { expect, test } from '@jest/globals';
import { lintTemplate } from './lint-template.ts';
import { regions, synthesize } from './synthesize.ts';

test.each(regions)('ECS in %s breaks no rule of AWS Solutions and of cfn-lint', async (region) => {
  expect(await lintTemplate(await synthesize('ecs', region))).toEqual([]);
});
