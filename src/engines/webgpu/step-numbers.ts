/**
 * Numbers of a step, the same for all its kernels. They lie in one uniform buffer, step after step, and a
 * command says at which place its kernels look: so one command buffer holds many steps.
 */
const FIELDS = {
  /** Optimiser steps made before this one, and those made when all rows were last caught up. */
  made: 'u32',
  first: 'u32',
  /** Where this step's loss and metric go. */
  result: 'u32',
  /** Pairs of the batch, and those of a group. */
  pairs: 'u32',
  group: 'u32',
  /** Keys of the draw (engines/draw.ts), where its shuffle is entered, and the batch's first place in the epoch. */
  orderKey: 'u32',
  negativesKey: 'u32',
  orderStart: 'u32',
  firstPlace: 'u32',
  /**
   * Rows of a block, entries of its row side (its rows, or the inputs of pooled ones) and of its column side (its
   * columns, each once), and where its lists begin (block-lists.ts).
   */
  blockRows: 'u32',
  rowEntries: 'u32',
  columnEntries: 'u32',
  rowsAt: 'u32',
  columnsAt: 'u32',
  columnNumbersAt: 'u32',
  positivesAt: 'u32',
  poolAt: 'u32',
  spreadAt: 'u32',
  /** Share of a block's loss that each of its terms has. */
  each: 'f32',
  /** 1 where scores have biases of rows and an offset; 0 in a step on a block, whose loss knows neither. */
  full: 'f32',
  rate: 'f32',
  /** Adam: rate / (1 − β₁ᵗ), √(1 − β₂ᵗ) and its inverse. */
  scale: 'f32',
  root: 'f32',
  rootScale: 'f32',
  /** Share of each parameter that a decoupled decay takes, and Σ ln(1 − share) since `first`, this step included. */
  decayShare: 'f32',
  decay: 'f32',
} as const;

type Field = keyof typeof FIELDS;

/** What is left out is 0. */
export type StepNumbers = Readonly<Partial<Record<Field, number>>>;

/** Some of them, all given. */
export type SomeNumbers<F extends Field> = Readonly<Record<F, number>>;

/** The same in WGSL. */
export const STEP_STRUCT = /* wgsl */ `
struct Step {
${Object.entries(FIELDS)
  .map(([name, type]) => `  ${name}: ${type},`)
  .join('\n')}
}`;

/** Bytes from one step's numbers to the next: no device asks for more. */
export const STEP_BYTES = 256;

/** Numbers of steps as they lie in the buffer. */
export function stepBytes(steps: readonly StepNumbers[]): ArrayBuffer {
  const bytes = new ArrayBuffer(STEP_BYTES * steps.length);
  const view = new DataView(bytes);
  steps.forEach((numbers, s) => {
    Object.entries(FIELDS).forEach(([name, type], i) => {
      const at = STEP_BYTES * s + 4 * i;
      const value = numbers[name as Field] ?? 0;
      if (type === 'u32') view.setUint32(at, value, true);
      else view.setFloat32(at, value, true);
    });
  });
  return bytes;
}
