import { onAbort } from '../abort';
/** The hand on a running training: pause, go on, one step, stop. Steps ask it before each block. */
export class TrainingControl {
  private paused = false;
  private singleSteps = 0;
  private wake: (() => void) | null = null;
  stopped = false;

  get isPaused(): boolean {
    return this.paused;
  }

  pause(): void {
    this.paused = true;
  }

  resume(): void {
    this.paused = false;
    this.notify();
  }

  /** Makes one step and pauses. */
  step(): void {
    this.paused = true;
    this.singleSteps++;
    this.notify();
  }

  /** Ends the run with what it has learned. */
  stop(): void {
    this.stopped = true;
    this.notify();
  }

  /** True while no step may be made now. */
  get holds(): boolean {
    return this.paused && this.singleSteps === 0 && !this.stopped;
  }

  /** Waits while paused. @throws AbortError of the signal, also where it was aborted before */
  async permission(signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    while (this.holds) {
      let release: () => void = () => undefined;
      await new Promise<void>((resolve, reject) => {
        this.wake = resolve;
        release = onAbort(signal, () => reject(signal?.reason));
      }).finally(() => release());
    }
    if (this.paused && this.singleSteps > 0) this.singleSteps--;
  }

  private notify(): void {
    this.wake?.();
    this.wake = null;
  }
}
