import { expect, test } from 'vitest';
import { trainingFacts } from '../../src/cells/model/facts';
import { createKernel } from '../../src/kernel/kernel';
import { estimateCost } from '../../src/models/cost';
import { completeOptions } from '../../src/models/option';
import { presetById } from '../../src/models/registry';
import { context } from '../support/calling';

/** Books and links of which many come more than once, as in the articles of Wikipedia. */
const LINKS = Array.from({ length: 600 }, (_, i) => `book ${i % 60},link ${(i * 7 + (i % 3)) % 25}`);

test.each(['wikipedia', 'cofactor-default', 'two-tower', 'wellcome'])(
  '%s: the size told before a run is that of the run, repeats and held-out rows and all',
  async (preset) => {
    const kernel = createKernel();
    await kernel.device({ choose: 'reference' }, context());
    const file = new File([['book,link', ...LINKS].join('\n')], 'links.csv');
    const { summary } = await kernel.load({ files: [file], options: {} }, context());
    expect(summary.occurrences).toBe(600);
    expect(summary.pairs).toBeLessThan(600);
    const asked = { preset, options: { epochs: 3, dimensions: 4, holdOut: true } };
    const size = await kernel.runSize(asked, context());
    const report = await kernel.train(asked, context());
    expect(size).toEqual({ parameters: report.parameters, steps: report.steps, trained: report.trained });
    // Without splitting the pairs it is told nearly as well.
    const { options: specs, specify } = presetById(preset);
    const options = completeOptions(specs, asked.options);
    const facts = trainingFacts(options, summary);
    const { model, training } = specify(options, facts);
    expect(Math.abs(estimateCost(model, training, facts).steps - size.steps)).toBeLessThanOrEqual(training.epochs);
  },
);
