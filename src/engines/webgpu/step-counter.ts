import type { FactorSpec } from '../../models/factor';
import type { SomeNumbers } from './step-numbers';

/** Counts the steps of a model, and says what each of them is to be told. */
export class StepCounter {
  /** Steps made, and those made when all rows were last brought up to date. */
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

  get remembered(): number {
    return this.made - this.first;
  }

  /** What kernels are told that only look. */
  look(): SomeNumbers<'made' | 'first'> & OptimiserNumbers {
    return { made: this.made, first: this.first, ...NO_MOVE, decay: this.decay };
  }

  /** What the next step is told, and counts it. */
  next(rate: number): SomeNumbers<'made' | 'first'> & OptimiserNumbers {
    const { optimiser, first } = this;
    const made = this.made++;
    if (optimiser.kind !== 'adam') return { made, first, ...NO_MOVE, rate };
    const shrink = optimiser.decoupled ? rate * optimiser.weightDecay : 0;
    this.decay += Math.log1p(-shrink);
    const root = Math.sqrt(1 - optimiser.beta2 ** this.made);
    const scale = rate / (1 - optimiser.beta1 ** this.made);
    return { made, first, rate, scale, root, unroot: 1 / root, shrink, decay: this.decay };
  }
}

type OptimiserNumbers = SomeNumbers<'rate' | 'scale' | 'root' | 'unroot' | 'shrink' | 'decay'>;

const NO_MOVE: OptimiserNumbers = { rate: 0, scale: 0, root: 0, unroot: 0, shrink: 0, decay: 0 };
