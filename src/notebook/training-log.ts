import type { OptionValues } from '../models/option';
import type { EpochMetrics, TrainingProgress } from '../training/trainer';

/** Steps that the moving average looks back over: a fiftieth of the run, within these bounds. */
const [SHORTEST_WINDOW, LONGEST_WINDOW] = [10, 100];

/** The losses of a run as they come in. Grows in place: a long run has many steps. */
export class TrainingLog {
  readonly losses: number[] = [];
  /**
   * Exponential moving average of the losses, corrected for its start at zero as Adam's moments are (Kingma and Ba,
   * 2015, section 3): the first is the first loss itself.
   */
  readonly smoothed: number[] = [];
  readonly heldOut: { step: number; loss: number }[] = [];
  /** Epochs that have ended, in their order. */
  readonly epochs: EpochMetrics[] = [];
  readonly notices: string[] = [];
  latest: TrainingProgress | null = null;
  /** Weight of what came before in the moving average, 1 − 1 / window; null before the first report. */
  private decay: number | null = null;

  /** @param asked what the run was asked for with, whatever is chosen meanwhile for the next one */
  constructor(readonly asked: { readonly preset: string; readonly options: OptionValues } | null = null) {}

  /** The same so far, for a run that goes on with it. */
  copy(asked: TrainingLog['asked']): TrainingLog {
    const { losses, smoothed, heldOut, epochs, latest, decay } = this;
    return Object.assign(new TrainingLog(asked), {
      losses: losses.slice(),
      smoothed: smoothed.slice(),
      heldOut: heldOut.slice(),
      epochs: epochs.slice(),
      latest,
      decay,
    });
  }

  add(progress: TrainingProgress): void {
    if (progress.firstStep < this.losses.length) this.rewind(progress);
    this.decay ??= 1 - 1 / Math.min(LONGEST_WINDOW, Math.max(SHORTEST_WINDOW, progress.steps / 50));
    const { decay } = this;
    for (const loss of progress.losses) {
      const before = this.losses.length;
      const average = (this.smoothed.at(-1) ?? 0) * (1 - decay ** before);
      this.losses.push(loss);
      this.smoothed.push((decay * average + (1 - decay) * loss) / (1 - decay ** (before + 1)));
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
  }
}
