import { join } from 'node:path';
import { build } from 'esbuild';

/** The driver as one file that Node can run: starting it costs no more than starting Node. */
export async function buildDriver(folder: string): Promise<string> {
  const driver = join(folder, 'driver.mjs');
  await build({
    entryPoints: [join(import.meta.dirname, 'driver.ts')],
    outfile: driver,
    bundle: true,
    platform: 'node',
    format: 'esm',
    conditions: ['@temper/source'],
    external: ['esbuild'],
    banner: { js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);" },
    logLevel: 'error',
  });
  return driver;
}
