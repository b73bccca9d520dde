import type { CallContext } from '../../src/kernel/serve';

/** A call that nobody aborts and nobody watches. */
export const context = <G>(): CallContext<G> => ({ signal: new AbortController().signal, report: () => undefined });

/** A call whose progress is kept. */
export function watched<G>(): { context: CallContext<G>; reports: G[] } {
  const reports: G[] = [];
  return { context: { signal: new AbortController().signal, report: (progress) => reports.push(progress) }, reports };
}
