import { PipelineError } from '@temper/pipeline';

/** Bytes as people write them: `20GiB`, `500M`. */
export function readSize(text: string, option: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*([KMGT]?)(i?B)?$/i.exec(text);
  const power = ['', 'K', 'M', 'G', 'T'].indexOf((match?.[2] ?? '').toUpperCase());
  if (match === null)
    throw new PipelineError('wrong-option', `\`${option} ${text}\` is not a size`, {
      hint: `for example \`${option} 20GiB\``,
    });
  return Number(match[1]) * 1024 ** power;
}
