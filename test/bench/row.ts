import type { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import type { NamedBlob } from '../../src/data/load';
import type { Engine } from '../../src/engines/engine';
import type { StartThread } from '../../src/engines/wasm/threads';

/** A row of the bench: what is measured by turns in one run, and what stands beside what. One file a row in rows/. */
export interface Row {
  /** Its name on the command line. */
  readonly id: string;
  /** Place in the table. */
  readonly order: number;
  readonly title: string;
  /** What is counted: pairs, cells, ratings. */
  readonly unit: string;
  /** What runs where the engines run, by name. */
  readonly works: Readonly<Record<string, PrepareWork>>;
  /** `threads` is how many the machine can run at a time. */
  lines(threads: number): readonly Line[];
}

/** A line of the table. */
export interface Line {
  readonly own: WorkContender;
  /** Null where there is nothing to compare with. */
  readonly peer: Contender | null;
}

/** Who is measured. */
export type Contender = WorkContender | TorchContender | LibmfContender;

interface Named {
  readonly name: string;
  readonly threads: number;
}

/** A work of the row. */
export interface WorkContender extends Named {
  readonly kind: 'work';
  readonly work: string;
}

/** A program of peers/ in PyTorch, which is told the sizes of a work. */
export interface TorchContender extends Named {
  readonly kind: 'torch';
  readonly program: string;
  readonly sizesOf: string;
}

/** LIBMF on pairs as many as a work's. */
export interface LibmfContender extends Named {
  readonly kind: 'libmf';
  readonly sizesOf: string;
}

/** What a peer has to know of a work to do the same. */
export type Sizes = Readonly<Record<string, number | string | readonly (readonly number[])[]>>;

/** Something that can be measured as often as one likes. */
export interface Runner {
  /** Works for about so many seconds. */
  run(seconds: number): Promise<Spent>;
}

export interface Spent {
  readonly seconds: number;
  /** What was done in them, in the row's unit. */
  readonly units: number;
}

/** A runner with what is told of it. */
export interface Work extends Runner {
  readonly sizes: Sizes;
  /** What stands below the row, asked for at the end. */
  notes?(): Promise<readonly string[]>;
}

/** Something that cannot be measured here, in the middle of a sentence. */
export interface Refusal {
  readonly cannot: string;
}

/** @throws Error whose text is shown in the place of a figure */
export type PrepareWork = (place: Place) => Promise<Work>;

/** What a work may use of the place where it runs. */
export interface Place {
  /** Threads it may use. */
  readonly threads: number;
  readonly startThread: StartThread;
  /** The engine that is measured here. @throws Error when it cannot run, or not in so many threads */
  engine(): Promise<Engine>;
  /** Addresses of tfjs's WASM builds; null where it finds them by itself. */
  readonly wasmPaths: Parameters<typeof setWasmPaths>[0] | null;
  /** A file of the shared data, or null where there is none. */
  file(path: string): Promise<NamedBlob | null>;
  /** Bytes held here by now, without garbage. */
  memory(): Promise<number>;
}
