/**
 * A quadtree of points in the plane (Barnes and Hut, 1986), made anew for each layout step in the same arrays. Cells are
 * as small as their points allow, so that each division parts at least two and there are fewer than 2n cells. They lie
 * in the order of a walk through the tree, and each says where the walk goes on when it is not entered.
 */
export class Quadtree {
  private readonly order: Int32Array;
  /** Points in each cell. */
  private readonly mass: Float64Array;
  /** Centre of mass of each cell. */
  private readonly centreX: Float64Array;
  private readonly centreY: Float64Array;
  /** Squared width of each cell; 0 where all of its points coincide. */
  private readonly width2: Float64Array;
  private readonly after: Int32Array;
  private cells = 0;

  constructor(
    private readonly x: Float64Array,
    private readonly y: Float64Array,
  ) {
    const n = x.length;
    // Kept from step to step: points that are near in the plane come to be near in memory.
    this.order = Int32Array.from({ length: n }, (_, point) => point);
    this.mass = new Float64Array(2 * n);
    this.centreX = new Float64Array(2 * n);
    this.centreY = new Float64Array(2 * n);
    this.width2 = new Float64Array(2 * n);
    this.after = new Int32Array(2 * n);
  }

  /** Takes in the points where they are now. */
  build(): void {
    this.cells = 0;
    this.divide(0, this.order.length);
  }

  /**
   * Adds to forceX and forceY, for each point i, Σ_j q² (y_i − y_j) with q = 1 / (1 + |y_i − y_j|²), a cell standing for
   * its points where its width is below `theta` times its distance. Gives Σ_{i ≠ j} q.
   */
  repel(theta: number, forceX: Float64Array, forceY: Float64Array): number {
    const { x, y, order, mass, centreX, centreY, width2, after, cells } = this;
    const theta2 = theta * theta;
    let total = 0;
    for (let at = 0; at < order.length; at++) {
      const point = order[at];
      const px = x[point];
      const py = y[point];
      let fx = 0;
      let fy = 0;
      for (let cell = 0; cell < cells; ) {
        const dx = px - centreX[cell];
        const dy = py - centreY[cell];
        const distance2 = dx * dx + dy * dy;
        if (width2[cell] === 0 || width2[cell] < theta2 * distance2) {
          const q = 1 / (1 + distance2);
          const pull = mass[cell] * q;
          total += pull;
          fx += pull * q * dx;
          fy += pull * q * dy;
          cell = after[cell];
        } else {
          cell++;
        }
      }
      forceX[point] += fx;
      forceY[point] += fy;
    }
    // Each point met itself, at distance 0.
    return total - order.length;
  }

  private divide(start: number, end: number): void {
    const { x, y, order } = this;
    const cell = this.cells++;
    let left = Number.POSITIVE_INFINITY;
    let right = Number.NEGATIVE_INFINITY;
    let low = Number.POSITIVE_INFINITY;
    let high = Number.NEGATIVE_INFINITY;
    let sumX = 0;
    let sumY = 0;
    for (let at = start; at < end; at++) {
      const px = x[order[at]];
      const py = y[order[at]];
      if (px < left) left = px;
      if (px > right) right = px;
      if (py < low) low = py;
      if (py > high) high = py;
      sumX += px;
      sumY += py;
    }
    const middleX = (left + right) / 2;
    const middleY = (low + high) / 2;
    const width = Math.max(right - left, high - low);
    // Points so near that no number lies between them are as good as one.
    const divisible = (middleX > left && middleX < right) || (middleY > low && middleY < high);
    this.mass[cell] = end - start;
    this.centreX[cell] = divisible ? sumX / (end - start) : left;
    this.centreY[cell] = divisible ? sumY / (end - start) : low;
    this.width2[cell] = divisible ? width * width : 0;
    if (divisible) {
      const above = this.part(start, end, y, middleY);
      const parts = [start, this.part(start, above, x, middleX), above, this.part(above, end, x, middleX), end];
      for (let i = 0; i < 4; i++) if (parts[i] < parts[i + 1]) this.divide(parts[i], parts[i + 1]);
    }
    this.after[cell] = this.cells;
  }

  /** Brings points below the middle to the front of a range; gives where the others begin. */
  private part(start: number, end: number, along: Float64Array, middle: number): number {
    const { order } = this;
    let from = start;
    let to = end;
    while (from < to) {
      if (along[order[from]] < middle) {
        from++;
      } else {
        const point = order[from];
        order[from] = order[--to];
        order[to] = point;
      }
    }
    return from;
  }
}
