import type { FactorSpec } from '../../models/factor';
import type { SomeNumbers } from './step-numbers';

/** Counts the steps of a model, and gives the numbers of each. */
export class StepCounter {
  /** Steps made, and those made when all rows were last caught up. */
  made = 0;
  private first = 0;
  private decay = 0;

  constructor(private readonly optimiser: FactorSpec['optimiser']) {}

  /** Every row is up to date at this step. */
  restart(step: number): void {
    this.made = step;
    this.first = step;
    this.decay = 0;
  }

  get recordedSteps(): number {
    return this.made - this.first;
  }

  /** Numbers for kernels that only read. */
  look(): SomeNumbers<'made' | 'first'> & OptimiserNumbers {
    return { made: this.made, first: this.first, ...NO_MOVE, decay: this.decay };
  }

  /** Numbers of the next step, which is counted. */
  next(rate: number): SomeNumbers<'made' | 'first'> & OptimiserNumbers {
    const { optimiser, first } = this;
    const made = this.made++;
    if (optimiser.kind !== 'adam') return { made, first, ...NO_MOVE, rate };
    const decayShare = optimiser.decoupled ? rate * optimiser.weightDecay : 0;
    this.decay += Math.log1p(-decayShare);
    const root = Math.sqrt(1 - optimiser.beta2 ** this.made);
    const scale = rate / (1 - optimiser.beta1 ** this.made);
    return { made, first, rate, scale, root, rootScale: 1 / root, decayShare, decay: this.decay };
  }
}

type OptimiserNumbers = SomeNumbers<'rate' | 'scale' | 'root' | 'rootScale' | 'decayShare' | 'decay'>;

const NO_MOVE: OptimiserNumbers = { rate: 0, scale: 0, root: 0, rootScale: 0, decayShare: 0, decay: 0 };
