import type { ModelTrainer } from '../engines/engine';
import { InputError } from '../errors';
import type { Sampler } from './sampler';

/** What one call to an engine that draws by itself should take, in milliseconds: whoever stops a run waits for it. */
const CALL_MS = 25;

/** After a wait a call makes at most so many times the steps of those before it. */
const GROWTH = 8;

/** Calls that may be under way on a device before it is waited for. */
const MAX_CALLS_AHEAD = 4;

/** Makes the next steps of an epoch that is not over, or the next one alone, and gives their number. */
export type Advance = (alone: boolean) => number;

/**
 * Makes the steps of a run: one batch of the sampler after another, or, where the engine draws by itself,
 * several in a call, as many as take about 25 ms.
 */
export class Stepper {
  private atOnce = 1;
  /** Steps asked for since the device was last waited for, and when the first of them was. */
  private underWay = 0;
  private since = 0;

  constructor(
    private readonly trainer: ModelTrainer,
    private readonly sampler: Sampler,
    /** The learning rate of a step of the run, from 0. */
    private readonly rateAt: (step: number) => number,
    private readonly clock: () => number,
  ) {}

  /** @param made steps of the epoch that were made before */
  epoch(epoch: number, made = 0): Advance {
    const first = epoch * this.sampler.stepsPerEpoch;
    return this.trainer.draw && this.sampler.source ? this.drawn(epoch, first, made) : this.stepped(epoch, first, made);
  }

  private stepped(epoch: number, first: number, before: number): Advance {
    const batches = this.sampler.epoch(epoch)[Symbol.iterator]();
    let made = before;
    for (let passed = 0; passed < before; passed++) batches.next();
    return () => {
      const next = batches.next();
      if (next.done) throw new InputError(`expected ${this.sampler.stepsPerEpoch} batches in an epoch, found ${made}`);
      this.trainer.step(next.value, this.rateAt(first + made++));
      return 1;
    };
  }

  private drawn(epoch: number, first: number, before: number): Advance {
    const { stepsPerEpoch } = this.sampler;
    let made = before;
    return (alone) => {
      const count = Math.min(alone ? 1 : this.atOnce, stepsPerEpoch - made);
      const rates = Float32Array.from({ length: count }, (_, i) => this.rateAt(first + made + i));
      // A step made by hand says nothing about how many fit into a call.
      if (!alone && this.underWay === 0) this.since = this.clock();
      this.trainer.draw?.(epoch, made, rates);
      if (!alone) this.underWay += count;
      made += count;
      return count;
    };
  }

  /** Whether so much is under way that the device has to be waited for: a call may return before its steps are made. */
  get full(): boolean {
    return this.underWay >= MAX_CALLS_AHEAD * this.atOnce;
  }

  /** The device has been waited for: from here the clock measures what a step takes. */
  waited(): void {
    if (this.underWay === 0) return;
    const took = this.clock() - this.since;
    const most = GROWTH * this.atOnce;
    this.atOnce = took > 0 ? Math.max(1, Math.min(most, Math.floor((this.underWay * CALL_MS) / took))) : most;
    this.underWay = 0;
  }
}
