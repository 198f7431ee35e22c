import { PipelineError } from '@temper/pipeline';
import { restoreResults, saveResults } from '@temper/store';
import { bytes } from '@temper/report/words';
import { exitCode, type ExitCode } from '../exit-code.ts';
import { openSession, type CommonOptions } from '../session.ts';
import { readSize } from '../read-size.ts';

export interface CacheFlags extends CommonOptions {
  readonly max?: string;
  readonly each?: string;
}

/** `temper cache save|restore FOLDER`: the small part of the store, for a CI service's cache. */
export async function cacheCommand(action: string, folder: string, flags: CacheFlags): Promise<ExitCode> {
  const { terminal, store } = openSession(flags);
  const { texts, colors } = terminal;
  if (action === 'save') {
    const saved = await saveResults(store, folder, {
      maxBytes: readSize(flags.max ?? '500MiB', '--max'),
      maxResultBytes: readSize(flags.each ?? '32MiB', '--each'),
    });
    if (flags.json === true) terminal.json({ schema: 'temper.cache/1', ...saved });
    else terminal.line(texts.cacheSaved(saved.results, bytes(saved.bytes), saved.leftOut));
    return exitCode.done;
  }
  if (action === 'restore') {
    const restored = await restoreResults(store, folder);
    if (flags.json === true) terminal.json({ schema: 'temper.cache/1', ...restored });
    else {
      for (const { path, message } of restored.refused)
        terminal.line(`${colors.yellow('!')} ${path}: ${message}`);
      terminal.line(texts.cacheRestored(restored.results, restored.refused.length));
    }
    return exitCode.done;
  }
  throw new PipelineError('unknown-action', `there is no \`temper cache ${action}\``, {
    hint: 'it is `temper cache save FOLDER` or `temper cache restore FOLDER`',
  });
}
