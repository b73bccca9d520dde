/**
 * Positions of the k largest scores, best first; ties go to the lower position.
 * A heap of k: cost n + k log k for scores that come in no order.
 */
export function topK(scores: ArrayLike<number>, k: number, skip?: (index: number) => boolean): Int32Array {
  const size = Math.min(k, scores.length);
  if (size <= 0) return new Int32Array(0);
  const heap = new Int32Array(size);
  let used = 0;
  // The root is the worst kept: lowest score, and of equals the highest position.
  const worse = (a: number, b: number) => scores[a] < scores[b] || (scores[a] === scores[b] && a > b);
  const sink = (from: number) => {
    let at = from;
    for (;;) {
      const left = 2 * at + 1;
      if (left >= used) return;
      const child = left + 1 < used && worse(heap[left + 1], heap[left]) ? left + 1 : left;
      if (!worse(heap[child], heap[at])) return;
      [heap[at], heap[child]] = [heap[child], heap[at]];
      at = child;
    }
  };
  for (let i = 0; i < scores.length; i++) {
    const score = scores[i];
    if (used === size && !(score > scores[heap[0]])) continue;
    if (Number.isNaN(score) || skip?.(i)) continue;
    if (used < size) {
      heap[used++] = i;
      if (used === size) for (let at = (size >> 1) - 1; at >= 0; at--) sink(at);
    } else {
      heap[0] = i;
      sink(0);
    }
  }
  return heap.slice(0, used).sort((a, b) => scores[b] - scores[a] || a - b);
}
