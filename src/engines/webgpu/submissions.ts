import type { Buffers } from './buffers';
import type { Command, Pipelines } from './pipelines';
import { STEP_BYTES, type StepNumbers, stepBytes } from './step-numbers';

/** Gives commands to the device, for several steps at once. */
export class Submissions {
  private readonly numbers: GPUBuffer;
  private readonly group: GPUBindGroup;

  constructor(
    private readonly buffers: Buffers,
    private readonly pipelines: Pipelines,
    /** Steps of one command buffer at most. */
    most: number,
  ) {
    this.numbers = buffers.uniform('steps', STEP_BYTES * most);
    this.group = pipelines.stepNumbers(this.numbers);
  }

  /** Has all commands work for the first step, then for the second, and so on. */
  submit(commands: readonly Command[], steps: readonly StepNumbers[]): void {
    const { device } = this.buffers;
    this.buffers.write(this.numbers, 0, stepBytes(steps));
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    steps.forEach((step, s) => {
      pass.setBindGroup(0, this.group, [STEP_BYTES * s]);
      for (const command of commands) this.pipelines.encode(pass, command, step);
    });
    pass.end();
    device.queue.submit([encoder.finish()]);
  }
}
