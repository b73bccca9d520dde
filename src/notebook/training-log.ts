import type { TrainingProgress } from '../training/trainer';

const SMOOTHED = 100;

/** The losses of a run as they come in. Grows in place: a long run has many steps. */
export class TrainingLog {
  readonly losses: number[] = [];
  /** Mean of the last hundred steps, as the seed's progress bar shows it. */
  readonly smoothed: number[] = [];
  readonly heldOut: { step: number; loss: number }[] = [];
  readonly notices: string[] = [];
  latest: TrainingProgress | null = null;
  private sum = 0;

  add(progress: TrainingProgress): void {
    if (progress.firstStep < this.losses.length && progress.losses.length > 0) this.rewind(progress.firstStep);
    for (const loss of progress.losses) {
      this.losses.push(loss);
      this.sum += loss;
      const leaving = this.losses.length - 1 - SMOOTHED;
      if (leaving >= 0) this.sum -= this.losses[leaving];
      this.smoothed.push(this.sum / Math.min(SMOOTHED, this.losses.length));
    }
    this.heldOut.push(...progress.heldOut);
    if (progress.notice) this.notices.push(progress.notice);
    this.latest = progress;
  }

  /** A lost device sends the run back to its checkpoint. */
  private rewind(step: number): void {
    this.losses.length = step;
    this.smoothed.length = step;
    while ((this.heldOut.at(-1)?.step ?? 0) > step) this.heldOut.pop();
    this.sum = this.losses.slice(-SMOOTHED).reduce((a, b) => a + b, 0);
  }
}
