import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** A stream of random numbers: seeded, and passed in. Numbers that engines draw by themselves are those of counter.ts. */
export class Random {
  private readonly generator;
  private spare: number | null = null;

  constructor(readonly seed: number) {
    this.generator = xoroshiro128plus(seed | 0);
    // Small seeds leave the first outputs of an xoroshiro generator alike.
    for (let i = 0; i < 8; i++) this.generator.next();
  }

  /** An independent stream for a named purpose, so that adding one draw does not shift the others. */
  static derive(seed: number, ...purpose: (string | number)[]): Random {
    let hash = 0x811c9dc5 ^ seed;
    for (const part of purpose.join('/')) {
      hash = Math.imul(hash ^ part.charCodeAt(0), 0x01000193);
    }
    return new Random(hash);
  }

  /** Uniform in [0, 1), 32 bits. */
  next = (): number => (this.generator.next() >>> 0) / 4294967296;

  /** Uniform integer in [0, bound). */
  integer(bound: number): number {
    return Math.floor(this.next() * bound);
  }

  /** Standard normal by the polar method (Marsaglia and Bray, 1964). */
  normal(): number {
    if (this.spare !== null) {
      const value = this.spare;
      this.spare = null;
      return value;
    }
    for (;;) {
      const x = 2 * this.next() - 1;
      const y = 2 * this.next() - 1;
      const s = x * x + y * y;
      if (s > 0 && s < 1) {
        const factor = Math.sqrt((-2 * Math.log(s)) / s);
        this.spare = y * factor;
        return x * factor;
      }
    }
  }

  /** Shuffles in place (Fisher–Yates) and returns its argument. */
  shuffle<T extends Int32Array | Uint32Array | unknown[]>(list: T): T {
    for (let i = list.length - 1; i > 0; i--) {
      const j = this.integer(i + 1);
      const value = list[i];
      list[i] = list[j];
      list[j] = value;
    }
    return list;
  }
}
