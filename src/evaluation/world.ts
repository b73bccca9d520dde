/** What a longer computation needs of the world, passed in. */
export interface EvaluationWorld {
  /** Lets messages in between two parts of the work. */
  readonly yieldNow: () => Promise<void>;
  readonly signal?: AbortSignal;
  /** Called with the share that is done, in [0, 1]. */
  readonly onProgress?: (share: number) => void;
}

/** Between two parts of the work: progress, room for messages, and the end where it was asked for. */
export async function pause(world: EvaluationWorld, share?: number): Promise<void> {
  if (share !== undefined) world.onProgress?.(share);
  await world.yieldNow();
  world.signal?.throwIfAborted();
}
