import { expect, it } from '@jest/globals';
import { pageRoute } from './page-route.ts';

it.each([
  ['', '/'],
  ['batches', '/batches'],
  ['accounts/ACC-1/2024', '/accounts/:id'],
  ['sign-in', '/sign-in'],
  ['anything@example.com', '/:unknown'],
  ['ACC-1/x', '/:unknown/:id'],
])('of /admin/%s is %s', (path, route) => {
  expect(pageRoute(path, ['', 'batches', 'accounts'])).toBe(route);
});
