import { describe, expect, test } from 'vitest';
import { nearest } from '../../src/embedding/neighbours';

const VECTORS = Float32Array.of(1, 0, 2, 0.2, -1, 0, 0, 3);

describe('nearest', () => {
  test('by cosine', () => {
    const found = nearest(VECTORS, 2, 0, 3, 'cosine');
    expect(found.map(({ index }) => index)).toEqual([1, 3, 2]);
    expect(found[0].score).toBeCloseTo(2 / Math.hypot(2, 0.2), 6);
    expect(found[2].score).toBeCloseTo(-1, 6);
  });
  test('by dot product', () => {
    expect(nearest(VECTORS, 2, 1, 2, 'dot').map(({ index }) => index)).toEqual([0, 3]);
  });
  test('by distance, smallest first', () => {
    const found = nearest(VECTORS, 2, 0, 3, 'euclidean');
    expect(found.map(({ index }) => index)).toEqual([1, 2, 3]);
    expect(found[1].score).toBeCloseTo(2, 6);
  });
  test('never the entry itself, and no more than there are', () => {
    expect(
      nearest(VECTORS, 2, 2, 99, 'cosine')
        .map(({ index }) => index)
        .sort(),
    ).toEqual([0, 1, 3]);
  });
});
