// The program of the carried folder: the bench, or one of its tasks in a process of its own.
import { APART, answerTask } from './apart';
import { benchOnGpu } from './bench';

const words = process.argv.slice(2);
if (words[0] === APART) answerTask();
else {
  benchOnGpu(words).catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  });
}
