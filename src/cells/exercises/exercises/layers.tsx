import { typingProblem } from '../../../models/option';
import { type Exercise, type ExerciseFacts, hasOption } from '../exercise';
import { Sweep } from '../Sweep';

export const exercise: Exercise = {
  id: 'layers',
  order: 2,
  title: () => 'Other layers',
  from: 'Embedding net, “any number of hidden layers”; goodbooks, “experimenting with layers”',
  question: () =>
    'How much do the dense layers add? Give lists of units with semicolons between them; 0 stands for no hidden layer. More layers can learn more, and overfit sooner.',
  missing: ({ preset }) =>
    hasOption(preset, 'hidden') ? null : 'a model with dense layers, such as the embedding net',
  View: Layers,
};

function Layers({ facts: { preset, summary } }: { facts: ExerciseFacts }) {
  const option = preset.options.find(({ id }) => id === 'hidden');
  const units = (value: string) => (value === '0' ? '' : value);
  return (
    <Sweep
      id={exercise.id}
      summary={summary}
      what="Units of the layers"
      divider=";"
      begin="0; 32; 100, 50; 100, 200, 300"
      plan={(value) => ({ hidden: units(value) })}
      problem={(value) => (option?.kind === 'list' ? typingProblem(option, units(value)) : null)}
    />
  );
}
