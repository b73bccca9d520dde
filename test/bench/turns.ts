import type { Runner } from './row';

/** What came of a contender: its seconds of a unit in each turn, or why there are none. */
export type Outcome = { readonly times: readonly number[] } | Refused;

export interface Refused {
  readonly cannot: string;
}

export interface Turns {
  readonly runs: number;
  /** Seconds of a turn, and of the warming up before the first. */
  readonly turn: number;
  readonly warmUp: number;
}

/**
 * Warms every runner up and lets one after the other have its turn, several times over, so that what slows
 * the machine down for a while slows all of them. One that fails is left out from then on.
 */
export async function byTurns(
  runners: ReadonlyMap<string, Runner>,
  { runs, turn, warmUp }: Turns,
): Promise<Map<string, Outcome>> {
  const outcomes = new Map<string, Outcome>();
  const times = new Map<string, number[]>();
  for (let run = -1; run < runs; run++) {
    for (const [key, runner] of runners) {
      if (outcomes.has(key)) continue;
      try {
        const { seconds, units } = await runner.run(run < 0 ? warmUp : turn);
        if (run < 0) times.set(key, []);
        else times.get(key)?.push(seconds / units);
      } catch (error) {
        outcomes.set(key, refused(error));
      }
    }
  }
  for (const [key, list] of times) if (!outcomes.has(key)) outcomes.set(key, { times: list });
  return outcomes;
}

export function refused(error: unknown): Refused {
  return { cannot: error instanceof Error ? error.message : String(error) };
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}
