import { z } from '../data/zod';
import { InputError } from '../errors';
import type { DataFacts } from './data-facts';

/** One option of a model as data: the form is drawn from it and values are checked against it. */
export type OptionSpec = NumberOption | ListOption | ToggleOption | ChoiceOption;

interface Described {
  readonly id: string;
  readonly title: string;
  /** One line of help. */
  readonly help: string;
  readonly group: 'model' | 'training' | 'hold-out';
  /**
   * Whether the option changes anything, given the others (complete) and the data, null until it is known.
   * Absent where it always does.
   */
  readonly when?: (values: OptionValues, data: DataFacts | null) => boolean;
}

export interface NumberOption extends Described {
  readonly kind: 'number';
  readonly default: number;
  readonly minimum: number;
  readonly maximum: number;
  readonly integer: boolean;
  /** Step of the control. */
  readonly step: number;
  /** What is counted or measured. */
  readonly unit: string;
  /** The number that 0 stands for, given the data; absent where 0 is a number like any other. */
  readonly automatic?: (facts: DataFacts) => number;
}

/** Numbers written one after another with commas, such as “500, 500, 250”; empty for none. */
export interface ListOption extends Described {
  readonly kind: 'list';
  readonly default: string;
  readonly minimum: number;
  readonly maximum: number;
  readonly integer: boolean;
  readonly longest: number;
  readonly unit: string;
}

export interface ToggleOption extends Described {
  readonly kind: 'toggle';
  readonly default: boolean;
}

export interface ChoiceOption extends Described {
  readonly kind: 'choice';
  readonly default: string;
  readonly choices: readonly { value: string; title: string }[];
}

export type OptionValue = number | boolean | string;
export type OptionValues = Readonly<Record<string, OptionValue>>;

/** Defaults with the given values in their place. @throws Error that names the option, its bounds and the value found */
export function completeOptions(specs: readonly OptionSpec[], given: OptionValues): OptionValues {
  const values: Record<string, OptionValue> = {};
  for (const spec of specs) values[spec.id] = spec.default;
  for (const [id, value] of Object.entries(given)) {
    const spec = specs.find((candidate) => candidate.id === id);
    if (!spec) {
      throw new InputError(`expected an option of ${specs.map((known) => known.id).join(', ')}, found “${id}”`);
    }
    const problem = optionProblem(spec, value);
    if (problem) throw new InputError(problem);
    values[id] = value;
  }
  return values;
}

/** The options that change something, given complete values and the data, in their order. */
export function applicableOptions(
  specs: readonly OptionSpec[],
  values: OptionValues,
  data: DataFacts | null,
): readonly OptionSpec[] {
  return specs.filter(({ when }) => when === undefined || when(values, data));
}

/** Those options that are not at the defaults of a preset. */
export function changedOptions(
  { options: specs }: { readonly options: readonly OptionSpec[] },
  options: OptionValues,
): OptionValues {
  return Object.fromEntries(
    Object.entries(options).filter(([id, value]) => specs.find((spec) => spec.id === id)?.default !== value),
  );
}

/** What is wrong with a value, or null. Numbers are as code writes them: they come from a call, or from a file. */
export function optionProblem(spec: OptionSpec, value: unknown): string | null {
  if (schemaOf(spec).safeParse(value).success) return null;
  const found = typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? 'nothing');
  return `${spec.title}: expected ${expectationOf(spec, String)}, found ${found}`;
}

/** The value of what a person typed, or undefined where the option has no such value. */
export function readOption(spec: NumberOption, text: string): number | undefined;
export function readOption(spec: ListOption, text: string): string | undefined;
export function readOption(spec: NumberOption | ListOption, text: string): number | string | undefined;
export function readOption(spec: NumberOption | ListOption, text: string): number | string | undefined {
  const value = spec.kind === 'number' ? readNumber(text, spec.automatic ? 0 : Number.NaN) : text;
  return optionProblem(spec, value) === null ? value : undefined;
}

/** What is wrong with what a person typed, as a sentence, or null. */
export function typingProblem(spec: NumberOption | ListOption, text: string): string | null {
  return readOption(spec, text) === undefined ? expectedText(expectationOf(spec), text) : null;
}

/** “Expected a whole number from 1 to 512, found “−5”.” */
export function expectedText(expected: string, text: string): string {
  const typed = text.trim();
  return `Expected ${expected}, found ${typed === '' ? 'nothing' : `“${typed.replace(/^-/, '−')}”`}.`;
}

/** A number as a person types it, with thousands apart or a true minus too; NaN where it is none. */
export function readNumber(text: string, empty = Number.NaN): number {
  const typed = text.trim().replace(/^−/, '-');
  if (typed === '') return empty;
  return Number(/^-?\d{1,3}(,\d{3})+$/.test(typed) ? typed.replaceAll(',', '') : typed);
}

function schemaOf(spec: OptionSpec): z.ZodType {
  switch (spec.kind) {
    case 'number': {
      const bounded = z.number().min(spec.minimum).max(spec.maximum);
      return spec.integer ? bounded.int() : bounded;
    }
    case 'list':
      return z.string().refine((text) => {
        const numbers = numbersOf(text);
        return (
          numbers.length <= spec.longest &&
          numbers.every((n) => n >= spec.minimum && n <= spec.maximum && (!spec.integer || Number.isInteger(n)))
        );
      });
    case 'toggle':
      return z.boolean();
    case 'choice':
      return z.enum(spec.choices.map(({ value }) => value) as [string, ...string[]]);
    default:
      return spec satisfies never;
  }
}

/** Bounds beyond which nobody looks for a number. */
const UNBOUNDED = 1e12;

/** What an option takes, in words: “a whole number from 1 to 512”. */
export function expectationOf(spec: OptionSpec, write: (bound: number) => string = readable): string {
  switch (spec.kind) {
    case 'number':
      return `a ${spec.integer ? 'whole ' : ''}number ${boundsOf(spec, write)}`;
    case 'list':
      return `up to ${spec.longest} ${spec.integer ? 'whole ' : ''}numbers ${boundsOf(spec, write)}, with commas between them`;
    case 'toggle':
      return 'true or false';
    case 'choice':
      return spec.choices.map(({ value }) => `“${value}”`).join(' or ');
    default:
      return spec satisfies never;
  }
}

function boundsOf(
  { minimum, maximum }: { minimum: number; maximum: number },
  write: (bound: number) => string,
): string {
  return maximum > UNBOUNDED ? `of at least ${write(minimum)}` : `from ${write(minimum)} to ${write(maximum)}`;
}

/** A number as the page shows it: thousands apart, a true minus. */
export function readable(value: number): string {
  return value.toLocaleString('en', { maximumFractionDigits: 20 }).replace('-', '−');
}

/** The numbers of a list option. What is no number becomes NaN, which no bounds let pass. */
export function numbersOf(text: string): number[] {
  if (text.trim() === '') return [];
  return text.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
}
