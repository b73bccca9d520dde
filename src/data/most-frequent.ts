/** Positions of the `k` largest counts that are not 0, the largest first; of equal ones the first. */
export function mostFrequent(counts: Uint32Array, k: number): number[] {
  if (counts.length === 0 || k < 1) return [];
  // Sorting numbers alone is quick; only those at the top are then put in order with their positions.
  const least = Math.max(1, counts.slice().sort()[Math.max(0, counts.length - k)]);
  const above: number[] = [];
  const equal: number[] = [];
  for (let i = 0; i < counts.length; i++) {
    if (counts[i] > least) above.push(i);
    else if (counts[i] === least && equal.length < k) equal.push(i);
  }
  return [...above.sort((a, b) => counts[b] - counts[a] || a - b), ...equal].slice(0, k);
}
