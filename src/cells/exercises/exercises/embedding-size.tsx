import { typingProblem } from '../../../models/option';
import { type Exercise, type ExerciseFacts, hasOption } from '../exercise';
import { Sweep } from '../Sweep';

export const exercise: Exercise = {
  id: 'embedding-size',
  order: 0,
  title: () => 'Vary the embedding size',
  from: 'Wellcome, exercise 2; all tutorials choose one',
  question: () =>
    'How does the size of the vectors affect the loss, and the quality of the predictions? A larger model always fits what it has seen better. Which size would you keep?',
  missing: ({ preset }) => (hasOption(preset, 'dimensions') ? null : 'a model with embeddings of one size'),
  View: EmbeddingSize,
};

function EmbeddingSize({ facts: { preset, summary } }: { facts: ExerciseFacts }) {
  const option = preset.options.find(({ id }) => id === 'dimensions');
  return (
    <Sweep
      id={exercise.id}
      summary={summary}
      what="Sizes"
      divider=","
      begin="8, 16, 32, 64"
      // Where the sides have sizes of their own, both are varied.
      plan={(value) => ({
        dimensions: Number(value),
        ...(hasOption(preset, 'columnDimensions') && { columnDimensions: Number(value) }),
      })}
      problem={(value) => (option?.kind === 'number' ? typingProblem(option, value) : null)}
    />
  );
}
