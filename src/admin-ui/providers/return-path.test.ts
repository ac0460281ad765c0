import { expect, test } from '@jest/globals';
import { returnPath, signInFrom } from './return-path.ts';

test.each([
  ['from=%2Fbatches%3Fpage%3D2', '/batches?page=2'],
  ['', '/'],
  ['from=https%3A%2F%2Fexample.com', '/'],
  ['from=%2F%2Fexample.com', '/'],
  ['from=%2F%5Cexample.com', '/'],
])('%j leads to %s', (query, path) => {
  expect(returnPath(new URLSearchParams(query))).toBe(path);
});

test('comes back to the page that asked for the sign-in', () => {
  const { search } = new URL(signInFrom('/batches?a=1&b=2'), 'http://localhost');
  expect(returnPath(new URLSearchParams(search))).toBe('/batches?a=1&b=2');
});
