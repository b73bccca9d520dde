import { denseShapes, type NetworkSpec } from '../../models/network';
import { outputOf } from '../../models/output';
import type { EngineData, ModelState, PairBatch, PairSource, Pairs } from '../engine';
import { Command, Layer, Loss, Plan, Side } from './assembly/plan';
import { CURVES } from './factor-plan';
import { KernelModel, type WasmHost } from './kernel-model';
import { four, ParameterTables, type Place, partsOf, tableBytes } from './parameter-tables';

/** A network in the memory of the kernels. */
export class NetworkModel extends KernelModel {
  protected readonly tables: ParameterTables;
  protected readonly drawnCommand = Command.NetworkSteps;
  private readonly shapes: readonly (readonly [number, number])[];
  private readonly layersAt: number;
  /** Pairs that the layers have room for. */
  private layerCapacity = 0;

  constructor(spec: NetworkSpec, state: ModelState, data: EngineData, source: PairSource | undefined, host: WasmHost) {
    super(tableBytes(state, spec.optimiser), host);
    const { arena, plan } = this;
    this.shapes = denseShapes(spec);
    this.layersAt = arena.take(4 * Layer.Fields * this.shapes.length);
    this.writeNetwork(spec);
    const layers = this.makeLayers(spec);
    this.tables = new ParameterTables(state, [...rowPlaces(spec), ...layers], spec.optimiser, arena, plan);
    this.tables.addFeatures(Side.Row, data.rowFeatures);
    this.tables.addFeatures(Side.Column, data.columnFeatures);
    if (source) this.prepareDraws(source);
  }

  pairStep(batch: PairBatch, rate: number): void {
    this.writePairs(batch, batch.group);
    this.arena.floats(this.plan.get(Plan.TargetsAt), batch.targets.length).set(batch.targets);
    this.plan.set(Plan.DropoutOn, batch.dropoutSeed === null ? 0 : 1);
    this.plan.set(Plan.DropoutSeed, batch.dropoutSeed ?? 0);
    this.run(Command.NetworkStep, Float32Array.of(rate));
  }

  logits(pairs: Pairs): Float32Array {
    this.writePairs(pairs, 1);
    this.runCommand(Command.NetworkScores, 0);
    return this.arena.floats(this.plan.get(Plan.LogitGradientsAt), pairs.rows.length).slice();
  }

  protected override ensurePairCapacity(groups: number, group: number): void {
    super.ensurePairCapacity(groups, group);
    const pairs = groups * group;
    if (pairs <= this.layerCapacity) return;
    this.layerCapacity = pairs;
    const { plan } = this;
    const floats = plan.get(Plan.Gathered);
    plan.set(Plan.FirstInputGradientsAt, this.buffer('first input gradients', pairs * this.shapes[0][0]));
    plan.set(Plan.RowGradientsAt, this.buffer('row gradients', pairs * floats));
    plan.set(Plan.ColumnGradientsAt, this.buffer('column gradients', pairs * floats));
    this.shapes.forEach(([inputs, outputs], l) => {
      this.setLayer(l, Layer.InputsAt, this.buffer(`inputs ${l}`, pairs * inputs));
      const last = l === this.shapes.length - 1;
      this.setLayer(
        l,
        Layer.OutputGradientsAt,
        last ? plan.get(Plan.LogitGradientsAt) : this.buffer(`output gradients ${l}`, pairs * outputs),
      );
    });
  }

  private writeNetwork(spec: NetworkSpec): void {
    const { plan } = this;
    const { curve, range } = outputOf(spec);
    const extra = spec.productDimensions + (spec.biases ? 1 : 0);
    const floats = four(Math.max(spec.rowDimensions, spec.columnDimensions) + extra);
    const fields: [Plan, number][] = [
      // All of a row is gathered as it is: nothing is scaled, and nothing carries a bias.
      [Plan.Dimensions, floats],
      [Plan.Gathered, floats],
      [Plan.Temperature, 1],
      [Plan.Loss, spec.loss === 'bce' ? Loss.CrossEntropy : Loss.SquaredError],
      [Plan.Output, CURVES[curve]],
      [Plan.RangeFrom, range?.[0] ?? 0],
      [Plan.RangeTo, range?.[1] ?? 1],
      [Plan.Concat, spec.join === 'concat' ? 1 : 0],
      [Plan.RowDimensions, spec.rowDimensions],
      [Plan.ColumnDimensions, spec.columnDimensions],
      [Plan.NetworkBiases, spec.biases ? 1 : 0],
      [Plan.ProductDimensions, spec.productDimensions],
      [Plan.EmbeddingBound, boundOf(spec.embeddingDropout)],
      [Plan.EmbeddingKept, keptOf(spec.embeddingDropout)],
      [Plan.DropoutEach, spec.dropoutPlace === 'each' ? 1 : 0],
      [Plan.Layers, this.shapes.length],
      [Plan.LayersAt, this.layersAt],
    ];
    for (const [field, value] of fields) plan.set(field, value);
  }

  /** Takes room for the weights of the layers, their moments and gradients. */
  private makeLayers(spec: NetworkSpec): Place[] {
    const { arena } = this;
    const parts = partsOf(spec.optimiser).length;
    return this.shapes.flatMap(([inputs, outputs], l) => {
      const dropout = spec.layers[l]?.dropout ?? 0;
      const [weights, biases] = [four(inputs * outputs), four(outputs)];
      const [weightsAt, biasesAt] = [arena.take(4 * parts * weights), arena.take(4 * parts * biases)];
      this.setLayer(l, Layer.Inputs, inputs);
      this.setLayer(l, Layer.Outputs, outputs);
      this.setLayer(l, Layer.WeightsAt, weightsAt);
      this.setLayer(l, Layer.WeightsPartBytes, 4 * weights);
      this.setLayer(l, Layer.BiasesAt, biasesAt);
      this.setLayer(l, Layer.BiasesPartBytes, 4 * biases);
      this.setLayer(l, Layer.WeightGradientsAt, arena.take(4 * weights));
      this.setLayer(l, Layer.BiasGradientsAt, arena.take(4 * biases));
      this.setLayer(l, Layer.Bound, boundOf(dropout));
      arena.floats(this.layersAt + 4 * (Layer.Fields * l + Layer.Kept), 1)[0] = keptOf(dropout);
      return [
        { name: `dense${l + 1}`, at: weightsAt, partBytes: 4 * weights },
        { name: `dense${l + 1}Bias`, at: biasesAt, partBytes: 4 * biases },
      ];
    });
  }

  private setLayer(l: number, field: Layer, value: number): void {
    this.arena.ints(this.layersAt + 4 * (Layer.Fields * l + field), 1)[0] = value;
  }
}

/** What a row needs lies together: its vector, its part of the product, its bias. */
function rowPlaces(spec: NetworkSpec): Place[] {
  const { productDimensions: g, rowDimensions: dr, columnDimensions: dc } = spec;
  const places: Place[] = [
    { name: 'row', side: Side.Row, from: 0 },
    { name: 'column', side: Side.Column, from: 0 },
  ];
  if (g > 0) {
    places.push(
      { name: 'rowProduct', side: Side.Row, from: dr },
      { name: 'columnProduct', side: Side.Column, from: dc },
    );
  }
  if (spec.biases) {
    places.push(
      { name: 'rowBias', side: Side.Row, from: dr + g },
      { name: 'columnBias', side: Side.Column, from: dc + g },
    );
  }
  if (spec.rowFeatures > 0) places.push({ name: 'rowFeature', side: Side.RowFeature, from: 0 });
  if (spec.columnFeatures > 0) places.push({ name: 'columnFeature', side: Side.ColumnFeature, from: 0 });
  return places;
}

/** Below this a 32-bit number means that something is left out; as a signed number, as memory has it. */
function boundOf(chance: number): number {
  return Math.floor(chance * 4294967296) | 0;
}

/** What is kept grows by this. */
function keptOf(chance: number): number {
  return 1 / (1 - chance);
}
