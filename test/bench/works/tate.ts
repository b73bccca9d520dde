import type { Csr } from '../../../src/data/csr';
import { load } from '../../../src/data/load';
import { unattended } from '../../../src/task';
import type { TrainingData } from '../../../src/training/training-data';
import type { Place } from '../row';
import { generatedData, trainingOnly } from './generated';

const FILE = 'tate/tate-noturner-core35.jsonl.gz';

/** Works and subjects of a museum, read as the page reads them; pairs like these where the file is absent. */
export async function museumData(place: Place): Promise<TrainingData> {
  const matrix = await museumMatrix(place);
  return matrix ? trainingOnly(matrix) : generatedData(20_000, 2700, 140_000);
}

async function museumMatrix(place: Place): Promise<Csr | null> {
  const file = await place.file(FILE);
  if (!file) return null;
  const { dataset } = await load(
    [file],
    {},
    unattended(() => performance.now()),
  );
  return dataset.interactions.matrix;
}
