import { InputError } from '../errors';

const encoder = new TextEncoder();
// Without ignoreBOM a string that begins with U+FEFF would come back without it.
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/**
 * An immutable list of strings held as UTF-8 bytes and offsets:
 * a million labels cost their bytes plus four each, not a million JS strings.
 */
export class StringTable {
  constructor(
    readonly bytes: Uint8Array,
    /** Length count + 1; string i is bytes[offsets[i], offsets[i + 1]). */
    readonly offsets: Uint32Array,
  ) {}

  static from(strings: Iterable<string>): StringTable {
    const builder = new StringTableBuilder();
    for (const string of strings) builder.push(string);
    return builder.build();
  }

  get length(): number {
    return this.offsets.length - 1;
  }

  get(index: number): string {
    if (!(index >= 0 && index < this.length)) {
      throw new InputError(`expected an index below ${this.length}, found ${index}`);
    }
    return decoder.decode(this.bytes.subarray(this.offsets[index], this.offsets[index + 1]));
  }

  /** Index of the first string equal to `string`, or -1. Linear. */
  indexOf(string: string): number {
    const wanted = encoder.encode(string);
    for (let i = 0; i < this.length; i++) {
      const start = this.offsets[i];
      if (this.offsets[i + 1] - start !== wanted.length) continue;
      let same = true;
      for (let k = 0; same && k < wanted.length; k++) same = this.bytes[start + k] === wanted[k];
      if (same) return i;
    }
    return -1;
  }

  toArray(): string[] {
    return Array.from({ length: this.length }, (_, i) => this.get(i));
  }

  /** Keeps the strings at `indices`, in that order. */
  pick(indices: ArrayLike<number>): StringTable {
    const builder = new StringTableBuilder();
    for (let i = 0; i < indices.length; i++) {
      const k = indices[i];
      builder.pushBytes(this.bytes.subarray(this.offsets[k], this.offsets[k + 1]));
    }
    return builder.build();
  }
}

/** Grows a StringTable. */
export class StringTableBuilder {
  private bytes = new Uint8Array(4096);
  private offsets = new Uint32Array(256);
  private used = 0;
  private count = 0;

  get length(): number {
    return this.count;
  }

  push(string: string): number {
    // UTF-8 needs at most three bytes for each UTF-16 unit.
    this.reserve(string.length * 3);
    const { written } = encoder.encodeInto(string, this.bytes.subarray(this.used));
    return this.commit(written);
  }

  pushBytes(bytes: Uint8Array): number {
    return this.pushPart(bytes, bytes.length);
  }

  /** Appends the first `length` of `bytes`. */
  pushPart(bytes: Uint8Array, length: number): number {
    this.reserve(length);
    for (let i = 0; i < length; i++) this.bytes[this.used + i] = bytes[i];
    return this.commit(length);
  }

  /** True where entry `index` is the first `length` of `bytes`. */
  equals(index: number, bytes: Uint8Array, length: number): boolean {
    const start = this.offsets[index];
    if (this.offsets[index + 1] - start !== length) return false;
    for (let i = 0; i < length; i++) if (this.bytes[start + i] !== bytes[i]) return false;
    return true;
  }

  build(): StringTable {
    return new StringTable(this.bytes.slice(0, this.used), this.offsets.slice(0, this.count + 1));
  }

  private commit(written: number): number {
    this.used += written;
    if (this.used > 0xffffffff) {
      throw new InputError('expected less than 4 GiB of labels in one table');
    }
    this.count++;
    if (this.count >= this.offsets.length) {
      const grown = new Uint32Array(this.offsets.length * 2);
      grown.set(this.offsets);
      this.offsets = grown;
    }
    this.offsets[this.count] = this.used;
    return this.count - 1;
  }

  private reserve(extra: number): void {
    if (this.used + extra <= this.bytes.length) return;
    const grown = new Uint8Array(Math.max(this.bytes.length * 2, this.used + extra));
    grown.set(this.bytes.subarray(0, this.used));
    this.bytes = grown;
  }
}

/**
 * Gives equal strings equal numbers: an open-addressing hash over the table's own bytes.
 * Millions of calls pass here while a file is read, so nothing is allocated for a known string.
 */
export class Interner {
  private readonly table = new StringTableBuilder();
  private slots = new Int32Array(1024).fill(-1);
  private hashes = new Uint32Array(512);
  private scratch = new Uint8Array(1024);

  get length(): number {
    return this.table.length;
  }

  /** The number of `string`, given on first sight. */
  intern(string: string): number {
    const length = this.encode(string);
    const hash = fnv(this.scratch, length);
    const slot = this.find(hash, length);
    if (this.slots[slot] >= 0) return this.slots[slot];
    const index = this.table.pushPart(this.scratch, length);
    this.slots[slot] = index;
    this.hashes[index] = hash;
    if (this.table.length * 2 >= this.slots.length) this.grow();
    return index;
  }

  /** The number of `string`, or -1. */
  lookup(string: string): number {
    const length = this.encode(string);
    return this.slots[this.find(fnv(this.scratch, length), length)];
  }

  build(): StringTable {
    return this.table.build();
  }

  /** Writes the string's bytes to the scratch and gives their number. */
  private encode(string: string): number {
    const units = string.length;
    if (units * 3 > this.scratch.length) this.scratch = new Uint8Array(units * 3);
    for (let i = 0; i < units; i++) {
      const code = string.charCodeAt(i);
      if (code > 0x7f) return encoder.encodeInto(string, this.scratch).written;
      this.scratch[i] = code;
    }
    return units;
  }

  private find(hash: number, length: number): number {
    const mask = this.slots.length - 1;
    let slot = hash & mask;
    for (;;) {
      const index = this.slots[slot];
      if (index < 0) return slot;
      if (this.hashes[index] === hash && this.table.equals(index, this.scratch, length)) return slot;
      slot = (slot + 1) & mask;
    }
  }

  private grow(): void {
    this.slots = new Int32Array(this.slots.length * 2).fill(-1);
    const hashes = new Uint32Array(this.slots.length / 2);
    hashes.set(this.hashes);
    this.hashes = hashes;
    const mask = this.slots.length - 1;
    for (let i = 0; i < this.table.length; i++) {
      let slot = hashes[i] & mask;
      while (this.slots[slot] >= 0) slot = (slot + 1) & mask;
      this.slots[slot] = i;
    }
  }
}

function fnv(bytes: Uint8Array, length: number): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < length; i++) hash = Math.imul(hash ^ bytes[i], 0x01000193);
  return (hash ^ (hash >>> 15)) >>> 0;
}
