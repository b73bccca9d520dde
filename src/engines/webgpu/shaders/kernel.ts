import { STEP_STRUCT } from '../step-numbers';

/** A buffer as a kernel knows it. */
export interface Binding {
  readonly name: string;
  /** Its type in WGSL. */
  readonly type: string;
  readonly access: 'uniform' | 'read' | 'write';
}

export const uniform = (name: string, type: string): Binding => ({ name, type, access: 'uniform' });
export const read = (name: string, type: string): Binding => ({ name, type, access: 'read' });
/** Also for atomic numbers that are only read. */
export const write = (name: string, type: string): Binding => ({ name, type, access: 'write' });

/** A compute shader: what it does for each of so many items. */
export interface Kernel {
  readonly name: string;
  /** Threads that work on one item. */
  readonly lanes: number;
  /** Threads of a workgroup. */
  readonly threads: number;
  readonly bindings: readonly Binding[];
  readonly code: string;
}

/** Bytes of a `Slot` (below). */
export const SLOT_BYTES = 20;

const ACCESS = { uniform: 'uniform', read: 'storage, read', write: 'storage, read_write' };

const STRUCTS = /* wgsl */ `${STEP_STRUCT}
struct Pair {
  row: u32,
  column: u32,
  label: f32,
}
// Of each row of a table: its owner, which is the first pair of the batch that has it, and the step at which
// it was last caught up.
struct Mark {
  owner: atomic<u32>,
  last: u32,
}
// A place for each pair of the batch: the owner of its row. And of the row that it owns itself: the length
// of its vector before it was scaled, pairs that have it, bits of the largest number that will be added
// to its gradient, and of the largest in its vector.
struct Slot {
  owner: u32,
  norm: f32,
  uses: atomic<u32>,
  largest: atomic<u32>,
  reach: atomic<u32>,
}
// Rows of a table that lie in one buffer.
struct Part {
  first: u32,
  rows: u32,
}
const NONE = 0xffffffffu;
`;

/**
 * Puts a kernel together. `main` is run by each thread, with `item`, `lane` (which of the item's threads
 * it is), `thread` (of its workgroup) and `workgroupNumber`. More workgroups than one dimension of a
 * dispatch holds lie in two, so that there may be items beyond the last.
 */
export function kernel(
  name: string,
  parts: {
    readonly lanes?: number;
    readonly threads?: number;
    readonly bindings: readonly Binding[];
    readonly functions?: readonly string[];
    readonly main: string;
  },
): Kernel {
  const { lanes = 1, threads = 64, bindings, functions = [], main } = parts;
  const declared = bindings.map(
    ({ name: buffer, type, access }, i) => `@group(1) @binding(${i}) var<${ACCESS[access]}> ${buffer}: ${type};`,
  );
  const code = /* wgsl */ `${STRUCTS}
const THREADS = ${threads}u;
const LANES = ${lanes}u;
@group(0) @binding(0) var<uniform> step: Step;
${declared.join('\n')}
${functions.join('\n')}
@compute @workgroup_size(THREADS)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  let workgroupNumber = workgroup.y * workgroups.x + workgroup.x;
  let item = workgroupNumber * (THREADS / LANES) + thread / LANES;
  let lane = thread % LANES;
${main}
}`;
  return { name, lanes, threads, bindings, code };
}

/** `sumLanes(thread, x)`: the sum over the threads of an item, in their order. All threads have to call it. */
export function sumLanes(type: 'f32' | 'vec2f', lanes: number): string {
  if (lanes === 1) return `fn sumLanes(thread: u32, x: ${type}) -> ${type} { return x; }`;
  return /* wgsl */ `
var<workgroup> laneNumbers: array<${type}, THREADS>;
fn sumLanes(thread: u32, x: ${type}) -> ${type} {
  workgroupBarrier();
  laneNumbers[thread] = x;
  workgroupBarrier();
  let first = thread - thread % LANES;
  var sum = laneNumbers[first];
  for (var i = 1u; i < LANES; i++) {
    sum += laneNumbers[first + i];
  }
  return sum;
}`;
}

/** The threads of an item wait for each other, until all have read what one of them writes over then. */
export function allHaveRead({ lanes }: { readonly lanes: number }): string {
  return lanes > 1 ? 'workgroupBarrier();' : '';
}

/**
 * `sumThreads(thread, x)`: the sum over all threads of a workgroup, in an order that is always the same. All threads
 * have to call it, once. In two stages, because waiting is what costs where a processor plays the GPU.
 */
export const SUM_THREADS = /* wgsl */ `
const STRIP = 8u;
var<workgroup> threadNumbers: array<vec4f, THREADS>;
fn sumThreads(thread: u32, x: vec4f) -> vec4f {
  threadNumbers[thread] = x;
  workgroupBarrier();
  if (thread % STRIP == 0u) {
    for (var i = 1u; i < STRIP; i++) {
      threadNumbers[thread] += threadNumbers[thread + i];
    }
  }
  workgroupBarrier();
  var sum = vec4f();
  for (var first = 0u; first < THREADS; first += STRIP) {
    sum += threadNumbers[first];
  }
  return sum;
}`;
