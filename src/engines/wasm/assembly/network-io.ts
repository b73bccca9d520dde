import { dropJoined, dropSides, dropsEach, dropsJoined } from './dropout';
import { firstInputGradients, layer, layerAt } from './layers';
import { at, float, int, plan, setFloat, setInt, tableAt, vector } from './memory';
import { Layer, Plan, Side, Table } from './plan';
import { slotOf } from './tables';

// Between the vectors of rows and columns and the layers of a network: forth and back.

/** Numbers that enter the first layer, without the biases. */
@inline
function joinedSize(): i32 {
  return plan(Plan.Concat) ? plan(Plan.RowDimensions) + plan(Plan.ColumnDimensions) : plan(Plan.RowDimensions);
}

function copyFloats(to: usize, from: usize, count: i32): void {
  memory.copy(to, from, <usize>count << 2);
}

/** The vectors of pairs from..to become what enters the first layer, and their products what joins the last. */
export function gatherInputs(from: i32, to: i32, thread: i32): void {
  const floats = plan(Plan.Gathered);
  const us = at(Plan.RowSlotsAt);
  const vs = at(Plan.ColumnSlotsOfPairsAt);
  const dr = plan(Plan.RowDimensions);
  const dc = plan(Plan.ColumnDimensions);
  const g = plan(Plan.ProductDimensions);
  const concat = plan(Plan.Concat) === 1;
  const joined = joinedSize();
  const each = dropsEach();
  const whole = dropsJoined();
  const width = layer(0, Layer.Inputs);
  const last = plan(Plan.Layers) - 1;
  // One vector of each side at a time, in the thread's scratch.
  const u = vector(at(Plan.ScratchAt), 2 * thread, floats);
  const v = vector(at(Plan.ScratchAt), 2 * thread + 1, floats);
  for (let n = from; n < to; n++) {
    const rowSlot = slotOf(tableAt(Side.Row, Table.MarksAt), int(at(Plan.RowsAt), n));
    const columnSlot = slotOf(tableAt(Side.Column, Table.MarksAt), int(at(Plan.ColumnsAt), n));
    setInt(us, n, rowSlot);
    setInt(vs, n, columnSlot);
    const row = vector(tableAt(Side.Row, Table.GatheredAt), rowSlot, floats);
    const column = vector(tableAt(Side.Column, Table.GatheredAt), columnSlot, floats);
    const x = vector(layerAt(0, Layer.InputsAt), n, width);
    copyFloats(u, row, dr);
    copyFloats(v, column, dc);
    if (each) dropSides(u, v, n);
    if (concat) {
      copyFloats(x, v, dc);
      copyFloats(x + (<usize>dc << 2), u, dr);
    } else {
      for (let i = 0; i < dr; i++) setFloat(x, i, float(u, i) * float(v, i));
    }
    if (whole) dropJoined(x, joined, n);
    if (plan(Plan.NetworkBiases)) {
      setFloat(x, joined, float(row, dr + g));
      setFloat(x, joined + 1, float(column, dc + g));
    }
    if (g > 0) {
      const wide = layer(last, Layer.Inputs);
      const y = vector(layerAt(last, Layer.InputsAt), n, wide) + (<usize>(wide - g) << 2);
      for (let i = 0; i < g; i++) setFloat(y, i, float(row, dr + i) * float(column, dc + i));
    }
  }
}

/** Slopes of what enters the first layer, and of the product beside the last, become those of rows and columns. */
export function scatterInputGradients(from: i32, to: i32, thread: i32): void {
  const floats = plan(Plan.Gathered);
  const dr = plan(Plan.RowDimensions);
  const dc = plan(Plan.ColumnDimensions);
  const g = plan(Plan.ProductDimensions);
  const concat = plan(Plan.Concat) === 1;
  const joined = joinedSize();
  const each = dropsEach();
  const whole = dropsJoined();
  const last = plan(Plan.Layers) - 1;
  const weights = layerAt(last, Layer.WeightsAt) + (<usize>(layer(last, Layer.Inputs) - g) << 2);
  const u = vector(at(Plan.ScratchAt), 2 * thread, floats);
  const v = vector(at(Plan.ScratchAt), 2 * thread + 1, floats);
  for (let n = from; n < to; n++) {
    const row = vector(tableAt(Side.Row, Table.GatheredAt), int(at(Plan.RowSlotsAt), n), floats);
    const column = vector(tableAt(Side.Column, Table.GatheredAt), int(at(Plan.ColumnSlotsOfPairsAt), n), floats);
    const du = vector(at(Plan.RowGradientsAt), n, floats);
    const dv = vector(at(Plan.ColumnGradientsAt), n, floats);
    const dx = firstInputGradients(n);
    if (plan(Plan.NetworkBiases)) {
      setFloat(du, dr + g, float(dx, joined));
      setFloat(dv, dc + g, float(dx, joined + 1));
    }
    if (whole) dropJoined(dx, joined, n);
    if (concat) {
      copyFloats(dv, dx, dc);
      copyFloats(du, dx + (<usize>dc << 2), dr);
    } else {
      copyFloats(u, row, dr);
      copyFloats(v, column, dc);
      if (each) dropSides(u, v, n);
      for (let i = 0; i < dr; i++) {
        setFloat(du, i, float(dx, i) * float(v, i));
        setFloat(dv, i, float(dx, i) * float(u, i));
      }
    }
    if (each) dropSides(du, dv, n);
    const logitGradient = float(at(Plan.LogitGradientsAt), n);
    for (let i = 0; i < g; i++) {
      const along = logitGradient * float(weights, i);
      setFloat(du, dr + i, along * float(column, dc + i));
      setFloat(dv, dc + i, along * float(row, dr + i));
    }
  }
}
