import { logCause } from '../../errors';
import { DeviceLostError } from '../engine';

/** Keeps what a device finds wrong with what it is given: too little memory, above all. It says so only later. */
export class DeviceWatch {
  private readonly problems: Promise<GPUError | null>[] = [];

  constructor(private readonly device: GPUDevice) {}

  /** Watches the device while something is made on it. */
  over<T>(make: () => T): T {
    this.device.pushErrorScope('out-of-memory');
    this.device.pushErrorScope('validation');
    try {
      return make();
    } finally {
      for (let scope = 0; scope < 2; scope++) {
        // A device that is lost says so elsewhere.
        this.problems.push(this.device.popErrorScope().catch(() => null));
      }
    }
  }

  /** Waits for what the device says of all that was watched. @throws DeviceLostError where it had no room for it */
  async sound(): Promise<void> {
    const found = await Promise.all(this.problems.splice(0));
    const problem = found.find((error) => error !== null);
    if (!problem) return;
    logCause(problem.message);
    throw new DeviceLostError('The graphics device could not take the model.');
  }
}
