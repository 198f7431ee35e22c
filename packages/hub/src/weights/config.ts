import { HubError } from '../error.ts';
import { findJsonFault, positionOf } from '../json/syntax.ts';

/**
 * Keys that make transformers or peft import code that a repository brought along or names.
 *
 * - `auto_map`, `custom_pipelines`, `trust_remote_code`: https://huggingface.co/docs/transformers/custom_models
 * - `auto_mapping`: peft imports the module that it names,
 *   https://github.com/huggingface/peft/blob/main/src/peft/auto.py
 */
const codeKeys = new Set(['auto_map', 'custom_pipelines', 'trust_remote_code', 'auto_mapping']);

/** Whether a file of a repository is one that libraries read their settings from. */
export function isConfig(path: string): boolean {
  return /(^|[/_.-])config\.json$/i.test(path);
}

/**
 * Refuses a configuration that would load code.
 *
 * @param path Used in the message only.
 * @throws {HubError} `code-in-config` with the key, `bad-config` for text that is not a JSON object.
 */
export function assertNoCode(path: string, text: string): void {
  const fault = findJsonFault(text);
  if (fault !== undefined) {
    const { line, column } = positionOf(text, fault.offset);
    const what = fault.kind === 'duplicate-key' ? `"${fault.what}" stands twice` : fault.what;
    throw new HubError({
      reason: 'bad-config',
      message: `${path}:${line}:${column} is not a usable configuration: ${what}`,
      hint: 'take another revision of the repository, or tell its owner',
    });
  }
  const key = findCodeKey(JSON.parse(text), []);
  if (key === undefined) return;
  throw new HubError({
    reason: 'code-in-config',
    message: `${path} has the key "${key}", by which a library would run code that the repository names`,
    hint: "use a variant of the model that its library knows by itself (for GLM-4 the repositories ending in '-hf')",
  });
}

function findCodeKey(value: unknown, trail: readonly string[]): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [name, inner] of Object.entries(value)) {
    const here = [...trail, name];
    if (codeKeys.has(name) && !isNothing(inner)) return here.join('.');
    const found = findCodeKey(inner, here);
    if (found !== undefined) return found;
  }
  return undefined;
}

function isNothing(value: unknown): boolean {
  if (value === null || value === false) return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}
