import { InputError } from '../../errors';
import { RESERVED_BYTES } from './assembly/plan';

const PAGE_BYTES = 65536;
/** A memory of WebAssembly ends at 4 GB. */
const MAX_PAGES = 65536;
/** Lists begin at a cache line. */
const ALIGNMENT_BYTES = 64;

/** Memory of the kernels, given out from its beginning and never taken back: it goes with its model. */
export class Arena {
  readonly memory: WebAssembly.Memory;
  private next: number;

  /** `bytes` is what is known to be needed; more is added when it is asked for. */
  constructor(bytes: number, shared: boolean) {
    const initial = Math.min(MAX_PAGES, Math.ceil((bytes + RESERVED_BYTES + PAGE_BYTES) / PAGE_BYTES));
    this.memory = new WebAssembly.Memory({ initial, maximum: MAX_PAGES, shared });
    this.next = aligned(RESERVED_BYTES);
  }

  get bytes(): number {
    return this.memory.buffer.byteLength;
  }

  /** Address of so many bytes of zeros. @throws InputError when the model does not fit the memory of one page */
  take(bytes: number): number {
    const at = this.next;
    this.next = aligned(at + bytes);
    // A kernel may look a vector beyond the end of a list.
    const missing = this.next + PAGE_BYTES - this.memory.buffer.byteLength;
    if (missing > 0) this.grow(Math.ceil(missing / PAGE_BYTES));
    return at;
  }

  private grow(pages: number): void {
    try {
      this.memory.grow(pages);
    } catch {
      throw new InputError(
        `expected a model that fits 4 GB of memory, found one that needs ${(this.next / 2 ** 30).toFixed(1)} GB: choose a smaller embedding size or fewer pairs`,
      );
    }
  }

  floats(at: number, count: number): Float32Array {
    return new Float32Array(this.memory.buffer, at, count);
  }

  doubles(at: number, count: number): Float64Array {
    return new Float64Array(this.memory.buffer, at, count);
  }

  ints(at: number, count: number): Int32Array {
    return new Int32Array(this.memory.buffer, at, count);
  }

  /** Takes room for a list and writes it. */
  keep(list: Float32Array | Int32Array | Uint32Array): number {
    const at = this.take(list.byteLength);
    if (list instanceof Float32Array) this.floats(at, list.length).set(list);
    else this.ints(at, list.length).set(list);
    return at;
  }
}

function aligned(at: number): number {
  return Math.ceil(at / ALIGNMENT_BYTES) * ALIGNMENT_BYTES;
}
