import { expect, test } from 'vitest';
import { remembered } from '../src/memo';

test('what is remembered is computed once for each object, also where it is nothing', () => {
  let computed = 0;
  const half = remembered(({ n }: { n: number }) => {
    computed++;
    return n % 2 ? undefined : n / 2;
  });
  const [four, three] = [{ n: 4 }, { n: 3 }];
  expect([half(four), half(three), half(four), half(three), half({ n: 4 })]).toEqual([2, undefined, 2, undefined, 2]);
  expect(computed).toBe(3);
});
