import type { Cleaning } from '../../data/clean';
import type { DatasetSummary } from '../../data/summary';
import { InputError } from '../../errors';
import type { OptionValues } from '../../models/option';
import type { CellId } from '../cell-graph';
import type { Notebook } from '../notebook';

/**
 * A notebook that is ready to run: one of the tutorials, as data. A new one is one file in tutorials/ that
 * exports `example`.
 */
export interface Example {
  readonly id: string;
  /** Place in the menu. */
  readonly order: number;
  readonly title: string;
  /** One line for the menu. */
  readonly summary: string;
  /** What the tutorial does: two or three sentences. */
  readonly prose: string;
  /** What to drop, and where it comes from. */
  readonly drop: string;
  /** What a file must hold for this notebook. */
  readonly needs: 'pairs' | 'ratings';
  /** What it runs on until such a file is dropped. */
  readonly standIn: {
    readonly data: 'sample' | 'ratings';
    /** What is set otherwise there, because the data is so much smaller. */
    readonly options: OptionValues;
    /** What these are, as a sentence; empty where there are none. */
    readonly note: string;
  };
  readonly model: Notebook['model'];
  /** How the next file is cleaned, as far as that file allows. */
  readonly cleaning: Partial<Cleaning>;
  readonly map: Pick<Notebook['map'], 'side' | 'method' | 'colour'>;
  /** Where to look, in order, and what is to be seen there. */
  readonly steps: readonly { readonly cell: CellId; readonly text: string }[];
}

const found = import.meta.glob<Example>('./tutorials/*.ts', {
  eager: true,
  import: 'example',
});

/** Every example notebook, in the order in which they are offered. */
export const examples: readonly Example[] = Object.values(found).sort((a, b) => a.order - b.order);

/** @throws InputError that names the examples there are */
export function exampleById(id: string): Example {
  const example = examples.find((candidate) => candidate.id === id);
  if (example) return example;
  throw new InputError(`expected an example of ${examples.map((known) => known.id).join(', ')}, found “${id}”`);
}

/** Whether an example can run on a dataset. */
export function isCompatible({ needs }: Example, summary: DatasetSummary): boolean {
  return needs === 'pairs' || summary.values !== null;
}

/** The model of an example, as it is set on built-in data or on a person's. */
export function modelOf({ model, standIn }: Example, builtIn: boolean): Notebook['model'] {
  return builtIn ? { ...model, options: { ...model.options, ...standIn.options } } : model;
}

/** The steps of an example's recipe that a dataset has what they need for. */
export function suggestedCleaning({ cleaning }: Example, summary: DatasetSummary): Partial<Cleaning> {
  const { requireRowFeatures, requireColumnFeatures, minimumValue, ...rest } = cleaning;
  return {
    ...rest,
    ...(requireRowFeatures && summary.featured.row > 0 && { requireRowFeatures }),
    ...(requireColumnFeatures && summary.featured.column > 0 && { requireColumnFeatures }),
    ...(minimumValue !== undefined && summary.values !== null && { minimumValue }),
  };
}
