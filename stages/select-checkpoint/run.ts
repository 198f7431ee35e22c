import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { implement, JobError } from '@temper/pipeline/job';
import { choose, type CheckpointList } from './choose.ts';
import type { selectCheckpoint } from './stage.ts';

export default implement<typeof selectCheckpoint>(async (job) => {
  const list = await job.inputs.checkpoints.json<CheckpointList>('checkpoints.json');
  const chosen = choose(list, job.params);
  if (typeof chosen === 'string')
    throw new JobError('bad-input', chosen, {
      hint: `there are checkpoints at ${list.checkpoints.map(({ step }) => step).join(', ')}`,
    });
  for (const file of ['adapter_model.safetensors', 'adapter_config.json']) {
    await copyFile(
      join(job.inputs.checkpoints.path, chosen.folder, file),
      join(job.outputs.adapter.path, file),
    );
  }
  return { adapter: job.outputs.adapter.written() };
});
