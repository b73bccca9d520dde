import type { z } from '../data/zod';
import type { Preset } from '../models/model';
import { type OptionSpec, type OptionValues, optionProblem } from '../models/option';
import { presets } from '../models/registry';
import { methodById } from '../projection/registry';
import { examples } from './examples/example';
import { DEFAULT_NOTEBOOK, type NotebookSpec, notebookSpec } from './notebook';

/** A spec, and the parts that were left out because this version does not know them, as a person would name them. */
export interface ParsedSpec {
  readonly spec: NotebookSpec;
  readonly leftOut: readonly string[];
}

const PART_NAMES: Readonly<Record<string, string>> = {
  cleaning: 'the cleaning',
  model: 'the model',
  map: 'the map',
  theme: 'the colours',
  example: 'the example',
};

/** Reads what was saved, part by part. Null for another version, or what is no notebook. */
export function parseSpec(text: string): ParsedSpec | null {
  let saved: unknown;
  try {
    saved = JSON.parse(text);
  } catch {
    return null;
  }
  if (!notebookSpec.pick({ version: true }).safeParse(saved).success) return null;
  const leftOut: string[] = [];
  const known = Object.entries(saved as Record<string, unknown>).filter(([part, value]) => {
    const schema = (notebookSpec.shape as Readonly<Record<string, z.ZodType>>)[part];
    if (schema?.safeParse(value).success) return true;
    leftOut.push(PART_NAMES[part] ?? `“${part}”`);
    return false;
  });
  const { model, map, example, ...rest } = notebookSpec.parse(Object.fromEntries(known));
  const spec = {
    ...rest,
    ...(model ? knownModel(model, leftOut) : {}),
    ...(map ? { map: { ...map, ...knownMapOptions(map, leftOut) } } : {}),
    ...(example !== undefined && isKnown(examples, example, 'the example', leftOut) ? { example } : {}),
  };
  return { spec, leftOut };
}

/** A saved model with the options that its preset still has. */
function knownModel(model: NonNullable<NotebookSpec['model']>, leftOut: string[]): Pick<NotebookSpec, 'model'> {
  if (!isKnown(presets, model.preset, 'the model', leftOut)) return {};
  const { options } = presets.find(({ id }) => id === model.preset) as Preset;
  return { model: { ...model, options: knownOptions(options, model.options, leftOut) } };
}

function knownMapOptions({ method, options }: NonNullable<NotebookSpec['map']>, leftOut: string[]) {
  if (!options) return {};
  const id = method ?? DEFAULT_NOTEBOOK.map.method;
  return { options: knownOptions(methodById(id).options, options, leftOut) };
}

function isKnown(list: readonly { id: string }[], id: string, what: string, leftOut: string[]): boolean {
  const known = list.some((one) => one.id === id);
  if (!known) leftOut.push(`${what} “${id}”`);
  return known;
}

/** Those of the options that a form of these specs would take. */
function knownOptions<T extends OptionValues>(specs: readonly OptionSpec[], options: T, leftOut: string[]): T {
  const known = Object.entries(options).filter(([id, value]) => {
    const spec = specs.find((one) => one.id === id);
    if (spec && optionProblem(spec, value) === null) return true;
    leftOut.push(spec ? `${spec.title} ${JSON.stringify(value)}` : `the option “${id}”`);
    return false;
  });
  return Object.fromEntries(known) as T;
}
