import { readFileSync } from 'node:fs';
import { arch, cpus, loadavg, platform, release, totalmem } from 'node:os';

/** Processor, cores, memory and system: what makes two runs comparable. */
export function machineName(): string {
  const gigabytes = Math.round(totalmem() / 2 ** 30);
  return `${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores, ${gigabytes} GB, ${platform()} ${release()} ${arch()}`;
}

/** Processes that ran or waited in the last minute, on average. */
export function loadNow(): number {
  return loadavg()[0];
}

/** The clock at this moment, in words. */
export function clockNow(): string {
  const mhz = cpus()[0]?.speed || clockOfLinux();
  return mhz ? `${(mhz / 1000).toFixed(2)} GHz` : 'unknown';
}

function clockOfLinux(): number {
  try {
    return Number(/cpu MHz\s*:\s*([\d.]+)/.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}
