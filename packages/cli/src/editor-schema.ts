import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Writes `.temper/schemas/<pipeline>.schema.json`, which configurations name for editors. Unchanged, it is left alone. */
export async function writeSchema(workspace: string, pipeline: string, schema: unknown): Promise<void> {
  const path = join(workspace, '.temper', 'schemas', `${pipeline}.schema.json`);
  const text = `${JSON.stringify(schema, null, 2)}\n`;
  if ((await readFile(path, 'utf8').catch(() => undefined)) === text) return;
  await mkdir(dirname(path), { recursive: true });
  const temporary = `${path}.${String(process.pid)}`;
  await writeFile(temporary, text);
  await rename(temporary, path);
}
