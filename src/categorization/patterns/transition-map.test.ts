import { expect, test } from '@jest/globals';
import { TransitionMap } from './transition-map.ts';

test('finds every transition again after growing many times', () => {
  const states = 3000;
  const map = new TransitionMap(states);
  for (let state = 0; state < states; state++) {
    map.add(state, 1, state + 1);
    map.add(state, 70 + (state % 5), state + 2);
  }
  for (let state = 0; state < states; state++) {
    expect(map.targets[map.find(state, 1)]).toBe(state + 1);
    expect(map.targets[map.find(state, 70 + (state % 5))]).toBe(state + 2);
    expect(map.find(state, 2)).toBe(-1);
  }
});

test('copies all transitions of one state and no others', () => {
  const map = new TransitionMap(10);
  map.add(0, 1, 4);
  map.add(0, 2, 5);
  map.add(1, 3, 6);
  map.copyAll(0, 2);
  expect(map.count).toBe(5);
  expect(map.targets[map.find(2, 1)]).toBe(4);
  expect(map.targets[map.find(2, 2)]).toBe(5);
  expect(map.find(2, 3)).toBe(-1);
});
