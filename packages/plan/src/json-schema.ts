import type { z } from 'zod';
import type { PlannedStep } from './plan.ts';
import { isPlainObject } from './schema.ts';

/**
 * The JSON Schema of a pipeline's configuration files, for editors: what `yaml-language-server` needs to complete keys
 * and to underline mistakes. Made from the zod params of the stages.
 */
export async function configurationSchema(steps: readonly PlannedStep[]): Promise<unknown> {
  const { toJSONSchema } = await import('zod');
  const properties: Record<string, unknown> = {};
  const add = (address: string, schema: z.ZodType): void => {
    properties[address] ??= deepPartial(toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }));
  };
  for (const step of steps) {
    add(step.stage, step.definition.params);
    add(step.label, step.definition.params);
  }
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    type: 'object',
    additionalProperties: false,
    properties: {
      description: { type: 'string', description: 'What this configuration is for, in a sentence' },
      extends: { type: 'string', description: 'Another configuration of the same pipeline to start from' },
      steps: {
        type: 'object',
        additionalProperties: false,
        properties,
        description: 'Params by step: `stage`, or `stage:variable`',
      },
      backend: { type: 'string', description: 'Where Python steps run', examples: ['local', 'container'] },
      container: {
        type: ['object', 'null'],
        additionalProperties: false,
        description: 'How Python steps run with the backend `container`',
        properties: {
          engine: { type: ['string', 'null'], description: '`docker`, `podman`, or the path of either' },
          base: {
            type: ['string', 'null'],
            description: 'The image that the Python environment is installed into',
          },
          environment: {
            enum: ['image', 'mounted', null],
            description: 'Part of the image, or this machine’s own, mounted read-only',
          },
          repository: {
            type: ['string', 'null'],
            description: 'Where images are pulled from before they are built',
          },
          memory: { type: ['string', 'null'], description: 'The most memory of a job', examples: ['24 GiB'] },
        },
      },
      tracking: {
        type: ['object', 'null'],
        additionalProperties: false,
        properties: {
          mode: { enum: ['online', 'offline', 'disabled', null] },
          project: { type: ['string', 'null'] },
          workspace: { type: ['string', 'null'] },
        },
      },
    },
  };
}

/** A configuration names only what it changes, so nothing is required, and `null` goes back to the default. */
function deepPartial(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(deepPartial);
  if (typeof schema !== 'object' || schema === null) return schema;
  const copy: Record<string, unknown> = {};
  for (const [key, value] of Object.entries<unknown>(schema as Record<string, unknown>)) {
    if (key === 'required' || key === '$schema') continue;
    if (key === 'properties' && isPlainObject(value)) {
      copy[key] = Object.fromEntries(
        Object.entries(value).map(([name, inner]) => [
          name,
          { anyOf: [deepPartial(inner), { type: 'null' }] },
        ]),
      );
    } else copy[key] = deepPartial(value);
  }
  return copy;
}
