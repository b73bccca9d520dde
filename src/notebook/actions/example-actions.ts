import type { Cleaning } from '../../data/clean';
import { isAbort, messageOf } from '../../errors';
import { exampleById, examples, isCompatible, modelOf, suggestedCleaning } from '../examples/example';
import { MADE_UP_NAME, madeUpRatings } from '../examples/made-up-ratings';
import { DEFAULT_NOTEBOOK, type Notebook } from '../notebook';
import type { DatasetOutput } from '../store';
import type { DataSource } from './dataset-actions';
import type { ActionDependencies } from './dependencies';

/** What opening an example does with the rest of the notebook. */
interface Rest {
  readonly setModel: (model: Notebook['model']) => void;
  readonly setMap: (map: Notebook['map']) => void;
  readonly load: (source: DataSource) => Promise<unknown>;
  /** Waits for whatever is being read; gives whether the data at hand then is still what it was. */
  readonly datasetUnchanged: () => Promise<boolean>;
  /** Cleans without running anything. */
  readonly clean: (recipe: Partial<Cleaning>) => Promise<unknown>;
  readonly runFrom: (cell: string) => Promise<void>;
}

/** Example notebooks: opened, closed, and their recipes for the files that come. */
export function createExampleActions({ store }: Pick<ActionDependencies, 'store'>, rest: Rest) {
  /** Makes the open example fit the file that has just been read: its own settings, and its recipe where that leaves enough. */
  async function fitExample(): Promise<void> {
    const { notebook, outputs } = store.getState();
    const example = examples.find(({ id }) => id === notebook.example);
    if (!example || !outputs.dataset) return;
    // Settings for the built-in data go with it; what a person has set stays.
    const isPristine = JSON.stringify(notebook.model) === JSON.stringify(modelOf(example, true));
    if (isPristine && !isBuiltIn(outputs.dataset)) rest.setModel(example.model);
    const recipe = suggestedCleaning(example, outputs.dataset.summary);
    if (Object.keys(recipe).length === 0) return;
    try {
      await rest.clean(recipe);
    } catch (error) {
      if (isAbort(error)) throw error;
      store.setState({ loadError: `The example’s cleaning was left out. ${messageOf(error)}` });
    }
  }

  return {
    fitExample,

    /** Opens an example on the data at hand if it fits, else on what is built in, and runs it. @throws InputError */
    async openExample(id: string): Promise<void> {
      const example = exampleById(id);
      store.setState(({ notebook }) => ({ notebook: { ...notebook, example: id } }));
      const { dataset } = store.getState().outputs;
      const builtIn = !dataset || isBuiltIn(dataset) || !isCompatible(example, dataset.summary);
      rest.setModel(modelOf(example, builtIn));
      rest.setMap({ ...DEFAULT_NOTEBOOK.map, ...example.map });
      if (builtIn) {
        await rest.load(example.standIn.data === 'sample' ? 'sample' : madeUpRatings());
        if (!(await rest.datasetUnchanged())) return;
        await fitExample();
      }
      if (await rest.datasetUnchanged()) await rest.runFrom('model');
    },

    /** Takes the example's text away; what it has set stays. */
    closeExample(): void {
      store.setState(({ notebook }) => ({ notebook: { ...notebook, example: null } }));
    },
  };
}

/** True for data that no person has brought. */
export function isBuiltIn({ sample, files }: Pick<DatasetOutput, 'sample' | 'files'>): boolean {
  return sample || files[0]?.name === MADE_UP_NAME;
}
