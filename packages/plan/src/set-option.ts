import { PipelineError } from '@temper/pipeline';

/** One `--set STEP.path=VALUE`. */
export interface SetOption {
  readonly text: string;
  readonly address: string;
  readonly path: readonly string[];
  readonly value: unknown;
}

/**
 * Reads `--set` options; the value is one YAML value, so `5e-4`, `[q_proj, v_proj]` and `"0.1"` are what they look like.
 *
 * @throws PipelineError for an option without a step, a path or a value.
 */
export async function readSetOptions(texts: readonly string[]): Promise<readonly SetOption[]> {
  if (texts.length === 0) return [];
  const { parseDocument } = await import('yaml');
  return texts.map((text) => {
    const equals = text.indexOf('=');
    const target = equals < 0 ? '' : text.slice(0, equals);
    const [address, ...path] = target.split('.');
    if (address === undefined || address === '' || path.length === 0 || path.includes('')) {
      throw new PipelineError('broken-set', `\`--set ${text}\` is not STEP.path=VALUE`, {
        hint: 'for example `--set lora-sft.training.learningRate=1e-4`',
      });
    }
    const document = parseDocument(text.slice(equals + 1), {
      version: '1.2',
      schema: 'core',
      prettyErrors: false,
    });
    const problem = document.errors[0];
    if (problem !== undefined) {
      throw new PipelineError(
        'broken-set',
        `the value of \`--set ${text}\` is not YAML: ${problem.message}`,
        {
          hint: 'put texts with special characters into quotes',
        },
      );
    }
    return { text, address, path, value: document.toJS() as unknown };
  });
}

/** The option's value in its nest of objects, as an overlay. */
export function setOverlay(option: SetOption): unknown {
  return option.path.reduceRight<unknown>((inner, key) => ({ [key]: inner }), option.value);
}
