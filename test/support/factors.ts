import { createReferenceEngine } from '../../src/engines/reference/engine';
import type { Factors, RankingScorer } from '../../src/evaluation/scorer';

/** What a baseline was fitted to, as scores: products of factors are taken by the reference engine. */
export function scorerOf(fitted: RankingScorer | Factors): RankingScorer {
  if (typeof fitted === 'function') return fitted;
  const { dimensions: d, rows, columns } = fitted;
  const scorer = createReferenceEngine().scorer({ dimensions: d, columns, bias: null, temperature: 1 });
  return (block) => {
    const vectors = new Float32Array(block.length * d);
    block.forEach((row, b) => {
      vectors.set(rows.subarray(row * d, (row + 1) * d), b * d);
    });
    return scorer.score(vectors);
  };
}
