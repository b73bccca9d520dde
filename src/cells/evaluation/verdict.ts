import type { Evaluation } from '../../kernel/protocol';
import { count } from '../../notebook/format';

/** Lists that hold more than a third of all columns say little. */
const LARGE_SHARE = 1 / 3;

/**
 * How the model stands beside the baselines, in a sentence or two; “” where nothing was ranked. A baseline whose recall
 * lies in the model's 95 % interval is neither ahead nor behind. `columns`: how many there are, and their word.
 */
export function rankingVerdict(
  { k, model, intervals, baselines }: Evaluation,
  columns: { readonly count: number; readonly many: string },
): string {
  const own = model.ranking;
  if (!own) return '';
  if (k > LARGE_SHARE * columns.count) {
    return `With only ${count(columns.count)} ${columns.many} a list of ${count(k)} shows little: almost all fit in.`;
  }
  const measured = baselines.flatMap(({ id, title, ranking }) =>
    ranking ? [{ id, title, recall: ranking.recall }] : [],
  );
  if (measured.some(({ id, recall }) => id === 'popular' && recall >= own.recall)) {
    return 'The model does not beat Popular: do not trust its suggestions yet.';
  }
  const { low, high } = intervals?.recall ?? { low: own.recall, high: own.recall };
  const beaten = measured.filter(({ recall }) => recall < low);
  const ahead = measured.filter(({ recall }) => recall > high);
  const level = measured.filter((entry) => !beaten.includes(entry) && !ahead.includes(entry));
  return sentences(beaten, level, ahead);
}

/** The same by the error of predicted ratings; “” where none was predicted. */
export function ratingVerdict({ model, baselines }: Evaluation): string {
  const own = model.ratings;
  if (!own) return '';
  const measured = baselines.flatMap(({ id, title, ratings }) => (ratings ? [{ id, title, rmse: ratings.rmse }] : []));
  if (measured.some(({ id, rmse }) => id === 'globalMean' && rmse <= own.rmse)) {
    return 'The model predicts no better than the mean of all ratings: it has not learned anything useful yet.';
  }
  return sentences(
    measured.filter(({ rmse }) => rmse > own.rmse),
    measured.filter(({ rmse }) => rmse === own.rmse),
    measured.filter(({ rmse }) => rmse < own.rmse),
  );
}

interface Named {
  readonly title: string;
}

function sentences(beaten: readonly Named[], level: readonly Named[], ahead: readonly Named[]): string {
  const sentences: string[] = [];
  if (beaten.length > 0) sentences.push(`The model beats ${listOf(beaten)}.`);
  if (level.length > 0) {
    sentences.push(
      `${listOf(level)} ${level.length === 1 ? 'is' : 'are'} as good as it, as far as this test can tell.`,
    );
  }
  if (ahead.length > 0) {
    sentences.push(
      `${listOf(ahead)} ${beaten.length > 0 ? 'still ' : ''}${ahead.length === 1 ? 'does' : 'do'} better.`,
    );
  }
  return sentences.join(' ');
}

/** “a”, “a and b”, “a, b and c”. */
function listOf(entries: readonly Named[]): string {
  const names = entries.map(({ title }) => title);
  if (names.length < 2) return names.join('');
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
