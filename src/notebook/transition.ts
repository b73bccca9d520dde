/** The living state of a cell. Never saved: see notebook.ts for what is. */
export interface CellRuntime {
  readonly status: 'idle' | 'queued' | 'running' | 'done' | 'stale' | 'failed';
  /** Number of the run that this state speaks of; answers of older runs are dropped. */
  readonly run: number;
  /** Share done in [0, 1], or null where it is not known. */
  readonly progress: { readonly share: number | null; readonly text: string } | null;
  /** Why it failed. */
  readonly error: string | null;
  readonly seconds: number | null;
  /** Whether there is an output, perhaps an old one, to show. */
  readonly hasOutput: boolean;
}

export type CellEvent =
  | { readonly type: 'queued'; readonly run: number }
  | { readonly type: 'started'; readonly run: number }
  | { readonly type: 'progressed'; readonly run: number; readonly share: number | null; readonly text: string }
  | { readonly type: 'finished'; readonly run: number; readonly seconds: number }
  | { readonly type: 'failed'; readonly run: number; readonly error: string }
  /** Cancelled, or refused with the old output still valid. */
  | { readonly type: 'returned'; readonly run: number; readonly to: CellRuntime }
  /** Something that the cell needs has changed. */
  | { readonly type: 'invalidated' }
  /** What the cell showed belongs to data that is gone. */
  | { readonly type: 'cleared' };

export const IDLE: CellRuntime = {
  status: 'idle',
  run: 0,
  progress: null,
  error: null,
  seconds: null,
  hasOutput: false,
};

/** Everything that happens to a cell goes through here. Pure. */
export function transition(runtime: CellRuntime, event: CellEvent): CellRuntime {
  switch (event.type) {
    case 'queued':
      return { ...runtime, status: 'queued', run: event.run, progress: null, error: null };
    case 'started':
      if (event.run < runtime.run) return runtime;
      return { ...runtime, status: 'running', run: event.run, progress: { share: null, text: '' }, error: null };
    case 'progressed':
      if (event.run !== runtime.run || runtime.status !== 'running') return runtime;
      return { ...runtime, progress: { share: event.share, text: event.text } };
    case 'finished':
      if (event.run !== runtime.run) return runtime;
      return { ...runtime, status: 'done', progress: null, error: null, seconds: event.seconds, hasOutput: true };
    case 'failed':
      if (event.run !== runtime.run) return runtime;
      return { ...runtime, status: 'failed', progress: null, error: event.error };
    case 'returned':
      if (event.run !== runtime.run) return runtime;
      return { ...event.to, run: runtime.run };
    case 'invalidated':
      switch (runtime.status) {
        case 'idle':
        case 'queued':
          return runtime;
        case 'running':
        case 'done':
        case 'stale':
        case 'failed':
          // A run under way answers for what is no longer asked: a new number drops its answer.
          return {
            ...runtime,
            status: runtime.hasOutput ? 'stale' : 'idle',
            run: runtime.run + 1,
            progress: null,
            error: null,
          };
        default:
          return runtime.status satisfies never;
      }
    case 'cleared':
      return { ...IDLE, run: runtime.run + 1 };
    default:
      return event satisfies never;
  }
}
