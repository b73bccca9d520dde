/**
 * Inverted dropout (Srivastava et al., 2014): 0 with the given chance, else 1 / (1 − chance). Drawn
 * from a seed and a place alone, so that every engine leaves out the same numbers.
 */
export function dropoutMask(length: number, chance: number, seed: number, place: number): Float32Array {
  const mask = new Float32Array(length);
  const kept = 1 / (1 - chance);
  const bound = chance * 4294967296;
  let state = (Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(place + 1, 0xc2b2ae35)) | 0 || 1;
  for (let i = 0; i < length; i++) {
    // xorshift32 (Marsaglia, 2003): a mask is drawn for millions of numbers a second.
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    mask[i] = state >>> 0 < bound ? 0 : kept;
  }
  return mask;
}
