import { hash32 } from '../data/counter-rng';

/** Places at which a network's dropout is drawn: 0 and 1 for the embeddings, then one for each hidden layer. */
export const HIDDEN_PLACE = 2;

/**
 * Inverted dropout (Srivastava et al., 2014): 0 with the given chance, else 1 / (1 − chance). Each number
 * is drawn from a seed, a place and its position alone, so that every engine leaves out the same.
 */
export function dropoutMask(length: number, chance: number, seed: number, place: number): Float32Array {
  const mask = new Float32Array(length);
  const kept = 1 / (1 - chance);
  const bound = chance * 4294967296;
  const key = hash32(seed + Math.imul(place + 1, 0xc2b2ae35));
  for (let i = 0; i < length; i++) mask[i] = hash32(key + i) < bound ? 0 : kept;
  return mask;
}
