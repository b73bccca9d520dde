/** What WebGPU tells of a graphics adapter. */
export interface AdapterFacts {
  readonly vendor: string;
  readonly architecture: string;
  /** What the driver calls it. */
  readonly device: string;
  /** What the driver calls itself. */
  readonly description: string;
  readonly isFallbackAdapter: boolean;
}

/** Programs that imitate a graphics processor on the processor, by the names that they go by. */
const IMITATIONS = /swiftshader|llvmpipe|lavapipe|softpipe|software|basic render|\bwarp\b|\bcpu\b/i;

/** Whether there is no graphics processor behind it: some imitations do not call themselves fallbacks. */
export function isImitated({ vendor, architecture, device, description, isFallbackAdapter }: AdapterFacts): boolean {
  return isFallbackAdapter || IMITATIONS.test([vendor, architecture, device, description].join(' '));
}

export function adapterInWords({ vendor, architecture, device, description, isFallbackAdapter }: AdapterFacts): string {
  const names = [vendor, architecture, device].filter(Boolean).join(' ') || 'without a name';
  return `${names}, “${description}”, isFallbackAdapter ${isFallbackAdapter}`;
}

/** @throws Error where the adapter imitates a graphics processor and `software` does not allow that */
export function assertAllowed(facts: AdapterFacts, software: boolean): void {
  if (software || !isImitated(facts)) return;
  throw new Error(
    `expected a graphics processor, found one imitated in software (${adapterInWords(facts)}); --software runs on it and keeps nothing`,
  );
}
