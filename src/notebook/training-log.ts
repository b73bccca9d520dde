import type { EpochFigures, TrainingProgress } from '../training/trainer';

const SMOOTHED = 100;

/** The losses of a run as they come in. Grows in place: a long run has many steps. */
export class TrainingLog {
  readonly losses: number[] = [];
  /** Mean of the last hundred steps, as the seed's progress bar shows it. */
  readonly smoothed: number[] = [];
  readonly heldOut: { step: number; loss: number }[] = [];
  /** Epochs that have ended, in their order. */
  readonly epochs: EpochFigures[] = [];
  readonly notices: string[] = [];
  latest: TrainingProgress | null = null;
  private sum = 0;

  add(progress: TrainingProgress): void {
    if (progress.firstStep < this.losses.length && progress.losses.length > 0) this.rewind(progress);
    for (const loss of progress.losses) {
      this.losses.push(loss);
      this.sum += loss;
      const leaving = this.losses.length - 1 - SMOOTHED;
      if (leaving >= 0) this.sum -= this.losses[leaving];
      this.smoothed.push(this.sum / Math.min(SMOOTHED, this.losses.length));
    }
    this.heldOut.push(...progress.heldOut);
    if (progress.epochEnd) this.epochs.push(progress.epochEnd);
    if (progress.notice) this.notices.push(progress.notice);
    this.latest = progress;
  }

  /** A lost device sends the run back to its checkpoint. */
  private rewind({ firstStep, steps, epochs }: TrainingProgress): void {
    this.losses.length = firstStep;
    this.smoothed.length = firstStep;
    while ((this.heldOut.at(-1)?.step ?? 0) > firstStep) this.heldOut.pop();
    while ((this.epochs.at(-1)?.epoch ?? 0) * (steps / epochs) > firstStep) this.epochs.pop();
    this.sum = this.losses.slice(-SMOOTHED).reduce((a, b) => a + b, 0);
  }
}
