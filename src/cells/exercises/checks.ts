import type { Classification } from '../../evaluation/classifier';
import type { BaselineQuality, Evaluation } from '../../kernel/protocol';
import { count, fixed } from '../../notebook/format';

/** How good a run is by its main metric, with the interval that chance leaves open. */
export interface Estimate {
  readonly metric: 'recall' | 'rmse';
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** Whether a question is answered, and what the answer is worth. */
export interface Verdict {
  readonly state: 'open' | 'right' | 'wrong';
  readonly text: string;
}

/** Half the width of a 95 % interval, in standard errors. */
const HALF_WIDTH = 1.96;
/** Runs that make a comparison. */
const ENOUGH = 3;

/**
 * RMSE for models of ratings, recall for others; null where nothing was measured. The interval of recall is the
 * bootstrap's; that of the RMSE takes errors for normal, so that its standard error is RMSE / √(2n).
 */
export function estimateOf(evaluation: Evaluation | null): Estimate | null {
  const ratings = evaluation?.model.ratings;
  if (ratings) {
    const half = (HALF_WIDTH * ratings.rmse) / Math.sqrt(2 * ratings.pairs);
    return { metric: 'rmse', value: ratings.rmse, low: ratings.rmse - half, high: ratings.rmse + half };
  }
  const ranking = evaluation?.model.ranking;
  if (!ranking) return null;
  const { low, high } = evaluation.intervals?.recall ?? { low: ranking.recall, high: ranking.recall };
  return { metric: 'recall', value: ranking.recall, low, high };
}

/** Place of the best estimate, or −1 where there is none. */
export function bestOf(estimates: readonly (Estimate | null)[]): number {
  let best = -1;
  estimates.forEach((estimate, i) => {
    if (!estimate) return;
    const other = best < 0 ? null : estimates[best];
    if (!other || better(estimate.value, other.value, estimate.metric)) best = i;
  });
  return best;
}

/** Which estimates are as good as the best, as far as chance allows: those within its interval. */
export function asGoodAsBest(estimates: readonly (Estimate | null)[]): boolean[] {
  const best = estimates[bestOf(estimates)];
  return estimates.map((estimate) => {
    if (!estimate || !best) return false;
    return best.metric === 'rmse' ? estimate.value <= best.high : estimate.value >= best.low;
  });
}

function better(a: number, b: number, metric: Estimate['metric']): boolean {
  return metric === 'rmse' ? a < b : a > b;
}

/** Checks which of several runs a person would keep: one within the interval of the best is right. */
export function checkPick(
  runs: readonly {
    readonly name: string;
    readonly estimate: Estimate | null;
    /** What training took; where it is not known, the number that was varied stands for it. */
    readonly seconds?: number;
  }[],
  pick: number | null,
): Verdict {
  if (runs.length < ENOUGH) {
    return {
      state: 'open',
      text: `Train at least three (done: ${runs.length}), then say which you would keep.`,
    };
  }
  const estimates = runs.map(({ estimate }) => estimate);
  const best = bestOf(estimates);
  if (best < 0) return { state: 'open', text: 'Nothing was held out, so nothing can be measured.' };
  if (pick === null) return { state: 'open', text: 'Which would you keep?' };
  const good = asGoodAsBest(estimates);
  const alike = runs.filter((_, i) => good[i] && i !== best).map(({ name }) => name);
  const others = alike.length > 0 ? `; ${alike.join(', ')} cannot be told apart from it` : ', and it stands alone';
  const numbers = `The best measured is ${runs[best].name}${others}.`;
  if (!good[pick])
    return { state: 'wrong', text: `${runs[pick].name} is worse, by more than chance explains. ${numbers}` };
  const cost = ({ name, seconds = Number(name) }: (typeof runs)[number]) => seconds;
  const cheaper = runs.find((run, i) => good[i] && cost(run) < cost(runs[pick]));
  return { state: 'right', text: cheaper ? `${numbers} ${cheaper.name} is as good and takes less.` : numbers };
}

/** Checks whether vectors predict a category better than always saying the most frequent one. */
export function checkClassification({
  accuracy,
  majorityAccuracy,
  tested,
  given = false,
}: Pick<Classification, 'accuracy' | 'majorityAccuracy' | 'tested'> & {
  /** Whether the model learned from the metadata that it is to be predicted from. */
  readonly given?: boolean;
}): Verdict {
  const half = HALF_WIDTH * Math.sqrt((accuracy * (1 - accuracy)) / tested);
  const numbers = `${percent(accuracy)} correct, against ${percent(majorityAccuracy)} for always predicting the most frequent one`;
  if (accuracy - half > majorityAccuracy) {
    return {
      state: 'right',
      text: `The vectors contain it: ${numbers}.${given ? '' : ' The model was not given it.'}`,
    };
  }
  if (accuracy > majorityAccuracy) {
    return { state: 'wrong', text: `Perhaps: ${numbers}. With ${count(tested)} tested that may be chance.` };
  }
  return { state: 'wrong', text: `The vectors do not contain it: ${numbers}.` };
}

/** Checks whether features help where there is nothing else to go by; Popular is shown beside. */
export function checkFeatures(
  withFeatures: Estimate | null,
  without: Estimate | null,
  popular: number | null,
): Verdict {
  if (!withFeatures || !without) return { state: 'open', text: 'Train both, with and without.' };
  const numbers = `${fixed(withFeatures.value, 3)} with, ${fixed(without.value, 3)} without${
    popular === null ? '' : `, ${fixed(popular, 3)} for Popular`
  }`;
  const beside =
    popular !== null && withFeatures.low <= popular
      ? ' Still, it cannot be told apart from showing everyone the same.'
      : '';
  if (withFeatures.low > without.value) return { state: 'right', text: `Metadata helps: ${numbers}.${beside}` };
  if (withFeatures.value > without.value) {
    return { state: 'wrong', text: `It helps a little, perhaps by chance: ${numbers}.${beside}` };
  }
  return { state: 'wrong', text: `It does not help here: ${numbers}.` };
}

/** Checks which of two measurements a person trusts. */
export function checkTrust(
  pick: 'tutorial' | 'right' | null,
  tutorial: Estimate | null,
  right: Estimate | null,
): Verdict {
  if (!tutorial || !right) return { state: 'open', text: 'Train both first.' };
  if (pick === null) return { state: 'open', text: 'Which of the two numbers would you expect for new pairs?' };
  if (pick === 'right') {
    return {
      state: 'right',
      text: 'Only pairs that were not trained on can show that. The other number, higher or lower, shows how well the test was learned by heart.',
    };
  }
  return {
    state: 'wrong',
    text: 'That model was trained on the very pairs it is tested on: it may remember instead of predict.',
  };
}

/** How many neighbours are among both lists. */
export function sharedNeighbours(before: readonly { id: string }[], after: readonly { id: string }[]): number {
  const ids = new Set(after.map(({ id }) => id));
  return before.filter(({ id }) => ids.has(id)).length;
}

/** Recall of Popular in an evaluation. */
export function popularRecall(baselines: readonly BaselineQuality[] | undefined): number | null {
  return baselines?.find(({ id }) => id === 'popular')?.ranking?.recall ?? null;
}

function percent(share: number): string {
  return `${fixed(100 * share, 1)} %`;
}
