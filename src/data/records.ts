/** Takes one record of a file: its bytes (a view, valid during the call) and the line it begins on. */
export type OnRecord = (bytes: Uint8Array, line: number) => void;

/** Told of a record past the length limit; its bytes are skipped. */
export type OnTooLong = (line: number) => void;

/** Cuts a stream of bytes into records. Feed chunks to `push`, then call `end` once. */
export interface RecordSplitter {
  push(chunk: Uint8Array): void;
  end(): void;
}

const LF = 0x0a;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Bytes that arrived before their record was complete, up to a limit. */
class Pending {
  private buffer = new Uint8Array(1 << 16);
  private used = 0;
  private overflown = false;

  constructor(private readonly limit: number) {}

  add(bytes: Uint8Array): void {
    if (this.overflown) return;
    if (this.used + bytes.length > this.limit) {
      this.overflown = true;
      this.used = 0;
      this.buffer = new Uint8Array(1 << 16);
      return;
    }
    if (this.used + bytes.length > this.buffer.length) {
      const grown = new Uint8Array(Math.max(this.buffer.length * 2, this.used + bytes.length));
      grown.set(this.buffer.subarray(0, this.used));
      this.buffer = grown;
    }
    this.buffer.set(bytes, this.used);
    this.used += bytes.length;
  }

  get empty(): boolean {
    return this.used === 0 && !this.overflown;
  }

  /** Gives the record that ends with `last`, or null when it is too long, and starts anew. */
  take(last: Uint8Array): Uint8Array | null {
    if (this.empty) return last.length > this.limit ? null : last;
    this.add(last);
    const record = this.overflown ? null : this.buffer.subarray(0, this.used);
    this.used = 0;
    this.overflown = false;
    return record;
  }
}

const NOTHING = new Uint8Array(0);

/** One record a line; empty lines are passed over. */
export class LineSplitter implements RecordSplitter {
  private readonly pending: Pending;
  private line = 1;

  constructor(
    private readonly onRecord: OnRecord,
    private readonly onTooLong: OnTooLong,
    limit: number,
  ) {
    this.pending = new Pending(limit);
  }

  push(chunk: Uint8Array): void {
    let start = 0;
    for (;;) {
      const end = chunk.indexOf(LF, start);
      if (end < 0) break;
      this.finish(chunk.subarray(start, end));
      this.line++;
      start = end + 1;
    }
    if (start < chunk.length) this.pending.add(chunk.subarray(start));
  }

  end(): void {
    if (!this.pending.empty) this.finish(NOTHING);
  }

  private finish(last: Uint8Array): void {
    const record = this.pending.take(last);
    if (record === null) this.onTooLong(this.line);
    else if (!blank(record)) this.onRecord(record, this.line);
  }
}

/** One record for each element of a JSON list; nesting and quoted text are followed. */
export class JsonListSplitter implements RecordSplitter {
  private readonly pending: Pending;
  private line = 1;
  private startLine = 1;
  private depth = 0;
  private quoted = false;
  private escaped = false;
  private inside = false;
  /** True once the closing bracket has been seen. */
  closed = false;

  constructor(
    private readonly onRecord: OnRecord,
    private readonly onTooLong: OnTooLong,
    limit: number,
  ) {
    this.pending = new Pending(limit);
  }

  /** Line reached so far. */
  get currentLine(): number {
    return this.line;
  }

  push(chunk: Uint8Array): void {
    let start = 0;
    for (let i = 0; i < chunk.length; i++) {
      const byte = chunk[i];
      if (byte === LF) this.line++;
      if (this.quoted) {
        if (this.escaped) this.escaped = false;
        else if (byte === BACKSLASH) this.escaped = true;
        else if (byte === QUOTE) this.quoted = false;
        continue;
      }
      switch (byte) {
        case QUOTE:
          this.begin();
          this.quoted = true;
          break;
        case 0x5b: // [
        case 0x7b: // {
          if (this.depth === 1) this.begin();
          this.depth++;
          if (this.depth === 1) start = i + 1;
          break;
        case 0x5d: // ]
        case 0x7d: // }
          this.depth--;
          if (this.depth === 0) {
            this.finish(chunk.subarray(start, i));
            start = i + 1;
            this.closed = true;
          }
          break;
        case 0x2c: // ,
          if (this.depth === 1) {
            this.finish(chunk.subarray(start, i));
            start = i + 1;
          }
          break;
        default:
          if (this.depth === 1 && byte > 0x20) this.begin();
      }
    }
    if (this.depth > 0 && start < chunk.length) this.pending.add(chunk.subarray(start));
  }

  end(): void {
    if (!this.pending.empty) this.finish(NOTHING);
  }

  private begin(): void {
    if (this.inside) return;
    this.inside = true;
    this.startLine = this.line;
  }

  private finish(last: Uint8Array): void {
    const record = this.pending.take(last);
    this.inside = false;
    if (record === null) this.onTooLong(this.startLine);
    else if (!blank(record)) this.onRecord(record, this.startLine);
  }
}

/**
 * One record for each row of a delimited table (RFC 4180): a line end inside quotes
 * belongs to its field. As in the RFC, a quote opens only at the start of a field.
 */
export class TableRowSplitter implements RecordSplitter {
  private readonly pending: Pending;
  private line = 1;
  private startLine = 1;
  private state: 'fieldStart' | 'plain' | 'quoted' | 'quoteInQuoted' = 'fieldStart';

  constructor(
    private readonly delimiter: number,
    private readonly onRecord: OnRecord,
    private readonly onTooLong: OnTooLong,
    limit: number,
  ) {
    this.pending = new Pending(limit);
  }

  push(chunk: Uint8Array): void {
    let start = 0;
    for (let i = 0; i < chunk.length; i++) {
      const byte = chunk[i];
      if (this.state === 'quoted') {
        if (byte === QUOTE) this.state = 'quoteInQuoted';
        else if (byte === LF) this.line++;
        continue;
      }
      if (byte === QUOTE) {
        if (this.state !== 'plain') this.state = 'quoted';
      } else if (byte === LF) {
        this.finish(chunk.subarray(start, i));
        start = i + 1;
        this.line++;
        this.startLine = this.line;
        this.state = 'fieldStart';
      } else if (byte === this.delimiter) {
        this.state = 'fieldStart';
      } else {
        this.state = 'plain';
      }
    }
    if (start < chunk.length) this.pending.add(chunk.subarray(start));
  }

  end(): void {
    if (!this.pending.empty) this.finish(NOTHING);
  }

  private finish(last: Uint8Array): void {
    const record = this.pending.take(last);
    if (record === null) this.onTooLong(this.startLine);
    else if (!blank(record)) this.onRecord(record, this.startLine);
  }
}

function blank(bytes: Uint8Array): boolean {
  for (const byte of bytes) if (byte > 0x20) return false;
  return true;
}

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false });
const latin1 = new TextDecoder('windows-1252');

/** Text of a record; bytes that are no UTF-8 are read as Latin-1 and said so. */
export function decodeRecord(bytes: Uint8Array): { text: string; latin1: boolean } {
  try {
    return { text: strict.decode(bytes), latin1: false };
  } catch {
    return { text: latin1.decode(bytes), latin1: true };
  }
}
