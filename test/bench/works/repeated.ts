import type { Sizes, Work } from '../row';

/** Does the same again and again; `units` is what once counts. */
export function repeated(units: number, action: () => unknown, sizes: Sizes = {}): Work {
  return {
    sizes,
    async run(seconds) {
      const start = performance.now();
      let times = 0;
      do {
        await action();
        times++;
      } while (performance.now() - start < 1000 * seconds);
      return { seconds: (performance.now() - start) / 1000, units: times * units };
    },
  };
}
