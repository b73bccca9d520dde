import { findLibmf, type Libmf, startLibmf } from './peers/libmf';
import { findTorch, startTorch, type Torch } from './peers/torch';
import type { Contender, Row, Runner, Sizes } from './row';
import type { Stage } from './stages/stage';
import type { MeasuredLine } from './table';
import { byTurns, type Outcome, refused, type Turns } from './turns';

/** What there is to measure with. */
export interface Equipment {
  readonly stage: Stage;
  /** Threads that a contender may use. */
  readonly threads: number;
  readonly torch: Torch | null;
  /** The program `mf-train`. */
  readonly libmf: Libmf | null;
}

export function findPeers(): Pick<Equipment, 'torch' | 'libmf'> {
  return { torch: findTorch(), libmf: findLibmf() };
}

/** Lines of a row with what was measured, and what is told below them. */
export interface RowResult {
  readonly lines: readonly MeasuredLine[];
  readonly notes: readonly string[];
}

type Started = Runner & { end(): unknown; notes?(): Promise<readonly string[]> };

/** Starts whoever a row names, each once, has them measured by turns, and ends them. */
export async function runRow(row: Row, equipment: Equipment, turns: Turns): Promise<RowResult> {
  const lines = row.lines(equipment.threads);
  const contenders = new Map<string, Contender>();
  for (const { own, peer } of lines) for (const one of [own, peer]) if (one) contenders.set(keyOf(one), one);
  const runners = new Map<string, Started>();
  const outcomes = new Map<string, Outcome>();
  const sizes = new Map<string, Sizes>();
  const notes = new Set<string>();
  try {
    for (const [key, contender] of contenders) {
      try {
        runners.set(key, await start(row, contender, equipment, sizes));
      } catch (error) {
        outcomes.set(key, refused(error));
      }
    }
    for (const [key, outcome] of await byTurns(runners, turns)) outcomes.set(key, outcome);
    for (const [key, contender] of contenders) {
      const outcome = outcomeOf(outcomes, key);
      if ('cannot' in outcome) notes.add(`${contender.name}: ${outcome.cannot}`);
      else for (const note of (await runners.get(key)?.notes?.()) ?? []) notes.add(note);
    }
  } finally {
    for (const runner of runners.values()) await runner.end();
  }
  return {
    lines: lines.map((line) => ({
      line,
      own: outcomeOf(outcomes, keyOf(line.own)),
      peer: line.peer && outcomeOf(outcomes, keyOf(line.peer)),
    })),
    notes: [...notes],
  };
}

/** Sizes of works are written down as they start: a peer stands behind its work. */
async function start(
  row: Row,
  contender: Contender,
  { stage, torch, libmf }: Equipment,
  sizes: Map<string, Sizes>,
): Promise<Started> {
  const sizesOf = (work: string) => {
    const found = sizes.get(work);
    if (!found) throw new Error('what it is measured beside could not be started');
    return found;
  };
  switch (contender.kind) {
    case 'work': {
      const work = await stage.start(row.id, contender.work, contender.threads);
      sizes.set(contender.work, work.sizes);
      return work;
    }
    case 'torch':
      if (!torch) throw new Error('PyTorch is not installed (docs/performance.md)');
      return startTorch(torch, contender.program, sizesOf(contender.sizesOf), contender.threads);
    case 'libmf':
      if (!libmf) throw new Error('no mf-train on the path or in LIBMF (docs/performance.md)');
      return startLibmf(libmf, sizesOf(contender.sizesOf), contender.threads);
    default:
      return contender satisfies never;
  }
}

function keyOf(contender: Contender): string {
  return JSON.stringify(contender);
}

function outcomeOf(outcomes: ReadonlyMap<string, Outcome>, key: string): Outcome {
  return outcomes.get(key) ?? { cannot: 'was not measured' };
}
