import { StateError } from '../errors';
import { loadPart } from '../load-part';

/** The built-in sample as a file; made at build time, served beside the page. */
export async function fetchSample(): Promise<File> {
  const { default: address } = await loadPart(() => import('virtual:icons-sample'));
  const response = await fetch(address).catch(() => null);
  if (!response?.ok) {
    throw new StateError(
      `Expected the built-in sample beside this page, found ${response ? `status ${response.status}` : 'no answer'}.`,
    );
  }
  return new File([await response.blob()], 'icons-sample.jsonl.gz');
}
