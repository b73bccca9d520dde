import { loadPart } from '../../load-part';
/** What the kernels export; addresses are bytes from the beginning of their memory. */
export interface KernelExports {
  /** Orders given so far. */
  commandCount(): number;
  usePlan(at: number): void;
  /** Has all threads execute a command (assembly/plan.ts). */
  runCommand(order: number, argument: number): void;
  /** Life of a thread other than the first; `seen` is the number of the last command that it is not to execute. */
  serve(thread: number, seen: number): void;
}

/** Compiled kernels, and what they were compiled for. */
export interface Kernels {
  readonly module: WebAssembly.Module;
  /** Whether their memory is shared between threads. */
  readonly threads: boolean;
  /** Whether a multiplication and an addition are one operation, where the machine has it. */
  readonly fused: boolean;
}

const BUILDS = {
  simd: () => import('virtual:wasm-kernels/simd'),
  relaxed: () => import('virtual:wasm-kernels/relaxed'),
  'simd-threads': () => import('virtual:wasm-kernels/simd-threads'),
  'relaxed-threads': () => import('virtual:wasm-kernels/relaxed-threads'),
};

/** The best build that this machine runs, or null where it has no SIMD. */
export async function loadKernels(threads: boolean): Promise<Kernels | null> {
  for (const fused of [true, false]) {
    const name = `${fused ? 'relaxed' : 'simd'}${threads ? '-threads' : ''}` as keyof typeof BUILDS;
    const bytes = Uint8Array.from(atob((await loadPart(BUILDS[name])).default), (letter) => letter.charCodeAt(0));
    if (!WebAssembly.validate(bytes)) continue;
    return { module: await WebAssembly.compile(bytes), threads, fused };
  }
  return null;
}
