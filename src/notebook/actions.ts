import type { Cleaning } from '../data/clean';
import type { LoadOptions } from '../data/load';
import type { Mapping } from '../data/mapping';
import { isAbort, messageOf } from '../errors';
import type { CallOptions } from '../kernel/client';
import type { LoadResult, TrainReport } from '../kernel/protocol';
import type { TrainingProgress } from '../training/trainer';
import { CellRunner } from './actions/cell-runner';
import { createDatasetActions, type DataSource } from './actions/dataset-actions';
import type { ActionDependencies } from './actions/dependencies';
import { createDeviceActions } from './actions/device-actions';
import { createExampleActions } from './actions/example-actions';
import { createExerciseActions } from './actions/exercise-actions';
import { createMapActions } from './actions/map-actions';
import { Plan } from './actions/plan';
import { createRunActions } from './actions/run-actions';
import { createSelectionActions } from './actions/selection-actions';
import { createTrainingActions } from './actions/training-actions';
import type { CellId } from './cell-graph';
import type { Notebook } from './notebook';
import type { Notice } from './notice';
import { Notices } from './notices';
import { type SavedDocument, savedDocuments } from './saved-notebook';
import { isAllowed } from './text-storage';

/** What a browser keeps of the page over a reload. */
export interface BrowserStorage {
  /** Settings, the current ones first, then those that were set aside. */
  readonly documents: readonly SavedDocument[];
  /** The files at hand. */
  readonly cache: readonly { readonly name: string; readonly bytes: number }[];
  /** Whether the page may keep anything at all. */
  readonly allowed: boolean;
}

/** Everything that a person, the console or a test can do with the notebook. */
export type Actions = ReturnType<typeof createActions>;

export function createActions(dependencies: ActionDependencies) {
  const { graph, store, cache } = dependencies;
  const notices = new Notices(store);
  const runner = new CellRunner(dependencies, notices);
  const plan: Plan = new Plan(graph, store, runner, notices, dependencies.runCell);
  const maps = createMapActions(dependencies, runner);
  const selection = createSelectionActions(dependencies, runner);
  const device = createDeviceActions(dependencies, notices);
  const training = createTrainingActions(dependencies, runner, device, () => {
    maps.forgetMaps();
    // A first prediction at once, while the measuring still runs.
    if (!store.getState().selection) selection.selectRandom('row').catch((error: unknown) => notices.failed(error));
  });
  const runs = createRunActions(dependencies, runner);
  const dataset = createDatasetActions(dependencies, runner, notices, () => {
    runner.clear(graph.downstream('dataset'));
    maps.forgetPoints();
    runs.forgetRuns();
  });

  /** True once someone has asked for data: the page's own beginning must not come in between. */
  let asked = false;

  /** Reads files in place of what there is, and ends the run of what there was. */
  function load(
    source: DataSource,
    options: LoadOptions = {},
    call: CallOptions<{ share: number }> = {},
  ): Promise<LoadResult> {
    asked = true;
    return dataset.read(source, options, call, () => plan.end());
  }

  /** A person's files: asks for the roles where they are not clear, then runs the whole notebook. */
  async function open(source: DataSource, options: LoadOptions = {}): Promise<void> {
    asked = true;
    if (!(await dataset.ensureRoles(source, options))) return;
    await load(source, options);
    // A reading that was replaced as it ended must not go on: its cleaning would cut the later one short.
    if (!(await datasetUnchanged())) return;
    await examples.fitExample();
    if (await datasetUnchanged()) await plan.runFrom('model');
  }

  /** Waits for whatever is being read; gives whether the data at hand then is still what it was. */
  async function datasetUnchanged(): Promise<boolean> {
    const before = store.getState().outputs.dataset;
    await plan.settled('dataset');
    return store.getState().outputs.dataset === before;
  }

  const examples = createExampleActions(dependencies, {
    ...training,
    ...maps,
    load: (source) => load(source),
    datasetUnchanged,
    clean: (recipe) => dataset.clean(recipe, () => plan.end()),
    runFrom: (cell) => plan.runFrom(cell),
  });

  /** Trains; the list of runs then has one more. */
  const train: typeof training.train = async (choice, call) => {
    const report = await training.train(choice, call);
    await runs.keepRun(report.run);
    return report;
  };

  /** Goes on with the run shown, by so many epochs more or to those that were planned, and with what hangs on it. */
  async function continueTraining(moreEpochs: number | null): Promise<void> {
    await resumeRun(moreEpochs);
    await plan.runList(graph.downstream('training'));
  }

  /** The same without what hangs on it. */
  async function resumeRun(moreEpochs: number | null, call?: CallOptions<TrainingProgress>): Promise<TrainReport> {
    plan.end();
    const report = await training.continueTraining(moreEpochs, call);
    await runs.keepRun(report.run);
    return report;
  }

  const exercises = createExerciseActions(dependencies, runner, { ...training, ...runs, ...selection, train });

  /** Shows a kept run again, and with it what hangs on a run. */
  async function showRun(run: number): Promise<void> {
    await runs.selectRun(run);
    const { runtimes } = store.getState();
    await plan.runList(graph.downstream('training').filter((cell) => runtimes[cell].status !== 'done'));
  }

  /** Opens a saved model: from then on it is a kept run like any other. */
  async function openModel(file: File): Promise<void> {
    const { run } = await training.importModel(file);
    await showRun(run);
  }

  /** Cleans what was read by another recipe, then runs the whole notebook. */
  async function clean(recipe: Partial<Cleaning>): Promise<void> {
    await dataset.clean(recipe, () => plan.end());
    await plan.runFrom('model');
  }

  /** Goes back to the recipe before this one. */
  async function undoCleaning(): Promise<void> {
    const { cleanedBefore } = store.getState();
    const before = cleanedBefore.at(-1);
    if (!before) return;
    await dataset.clean(before, () => plan.end(), cleanedBefore.slice(0, -1));
    await plan.runFrom('model');
  }

  const actions = {
    ...dataset,
    ...device,
    ...training,
    ...selection,
    ...maps,
    ...runs,
    ...examples,
    ...exercises,
    train,
    continueTraining,
    resumeRun,
    showRun,
    openModel,
    load,
    open,
    clean,
    undoCleaning,
    chooseRoles: (files: readonly File[], mapping: Mapping) => open(files, { mapping }),
    run: (cell: CellId) => plan.run(cell),
    runFrom: (cell: CellId) => plan.runFrom(cell),
    runAll: () => plan.runList(graph.ids),
    runStale: () => plan.runStale(),
    /** Ends what runs cells one after another, so that a call by hand is not cut short by it. */
    endPlan: () => plan.end(),
    cancel: (cell: CellId) => runner.cancel(cell),
    activate: (cell: CellId) => store.setState({ activeCell: cell }),
    /** True while nobody has asked for data: the page can still be loaded again without a loss. */
    isPristine: () => !asked,
    setTheme: (theme: Notebook['theme']) => store.setState(({ notebook }) => ({ notebook: { ...notebook, theme } })),

    /** The page can be used. */
    usable: () => dependencies.mark('usable'),

    /** What is kept in this browser. */
    async storage(): Promise<BrowserStorage> {
      const [cached, database] = await Promise.all([cache.read(), cache.allowed()]);
      return {
        documents: savedDocuments(dependencies.storage),
        cache: (cached?.files ?? []).map(({ name, size }) => ({ name, bytes: size })),
        allowed: database && isAllowed(dependencies.storage),
      };
    },

    perform: (work: () => unknown) => notices.perform(work),
    notify: (notice: Notice) => notices.say(notice),
    dismissNotice: (id: string) => notices.dismiss(id),

    /** The first run of a page: what was open before a reload, else the sample. */
    async begin(): Promise<void> {
      const before = await cache.read();
      // Someone was quicker: a file has been dropped meanwhile.
      if (asked) return;
      if (before) {
        const { files, mapping } = before;
        if (mapping === null) return open(files, dataset.recipeFor(files));
        try {
          await load(files, { mapping, ...dataset.recipeFor(files) });
          await plan.runFrom('model');
          return;
        } catch (error) {
          if (isAbort(error)) return;
          notices.say({
            id: 'not-read-again',
            kind: 'note',
            text: `${files[0].name}, open before the reload, cannot be read again. ${messageOf(error).replace(/\.?$/, '.')} Here is the sample instead.`,
          });
        }
      }
      await plan.runList(graph.ids);
    },

    /** A worker failed, and with it goes all that it had in hand: what is shown no longer has anything behind it. */
    workerFailed(message: string): void {
      store.setState({ failure: message });
      plan.end();
      runs.forgetRuns();
      maps.forgetMaps();
      runner.invalidate(graph.ids);
    },

    /** After a failed worker: a new one, with the dataset read again and everything run. */
    async recover(): Promise<void> {
      store.setState({ failure: null });
      await device.refreshDevice('auto');
      if (await plan.run('dataset')) await plan.runFrom('model');
    },
  };
  return actions;
}
