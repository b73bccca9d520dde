import type { CellGraph, CellId } from '../cell-graph';
import type { FileCache } from '../file-cache';
import type { KernelHost } from '../kernel-host';
import type { NotebookStore } from '../store';
import type { TextStorage } from '../text-storage';

/** Moments that the page marks, as `performance.mark('cofactor:…')`: once, or each time it comes about. */
type Moment = 'usable' | 'trained' | 'evaluated';

/** What the actions depend on, passed in. */
export interface ActionDependencies {
  readonly graph: CellGraph;
  /** Has a cell do its work. */
  readonly runCell: (cell: CellId) => Promise<unknown>;
  readonly store: NotebookStore;
  readonly host: KernelHost;
  readonly clock: () => number;
  /** What a speed depends on besides the machine: names the browser and the build. */
  readonly environmentKey: string;
  /** Keeps the files at hand over a reload. */
  readonly cache: FileCache;
  /** Keeps settings over a reload. */
  readonly storage: TextStorage;
  /** Marks that something has come about, for whoever measures the page. */
  readonly mark: (moment: Moment) => void;
  /** The built-in sample, fetched when it is first wanted. */
  readonly sample: () => Promise<File>;
  /** A number in [0, 1): for “random work”. */
  readonly random: () => number;
}
