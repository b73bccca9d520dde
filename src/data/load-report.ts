/** One record that was left out. */
export interface Rejection {
  readonly file: string;
  readonly line: number;
  readonly reason: string;
  readonly excerpt: string;
}

/** One kind of thing that was mended, how often, and where first. */
export interface Repair {
  readonly what: string;
  readonly count: number;
  readonly firstLine: number;
}

/** Rejections kept word for word; the rest are only counted. */
const KEPT = 1000;

/** What was rejected or repaired while a file was read. */
export class LoadReport {
  readonly rejections: Rejection[] = [];
  rejected = 0;
  records = 0;
  private readonly repairCounts = new Map<string, { count: number; firstLine: number }>();

  reject(rejection: Rejection): void {
    this.rejected++;
    if (this.rejections.length < KEPT) this.rejections.push(rejection);
  }

  /** Counts `times` mends of one kind; the line of the first call stays. */
  repair(what: string, line: number, times = 1): void {
    const entry = this.repairCounts.get(what);
    if (entry) entry.count += times;
    else this.repairCounts.set(what, { count: times, firstLine: line });
  }

  get repairs(): Repair[] {
    return [...this.repairCounts].map(([what, entry]) => ({ what, ...entry }));
  }
}
