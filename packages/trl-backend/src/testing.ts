/**
 * Runs the unittest files of a folder in a built environment, for the vitest file beside them. Python code is tested in
 * Python, by the interpreter that TEMPER_TEST_PYTHON names; where there is none, such tests say so and are skipped.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The interpreter of the trl environment that tests run in; undefined where nobody built one. */
export const testPython = process.env['TEMPER_TEST_PYTHON'];

/** Goes behind the title of a test that needs it. */
export const withPython = testPython === undefined ? ' (skipped: TEMPER_TEST_PYTHON is not set)' : '';

/**
 * Runs every `*_test.py` of a folder.
 *
 * @param folder A `file:` URL.
 * @param python Another interpreter, where they need libraries that the trl environment lacks.
 * @returns What unittest printed when a test failed, and an empty text when all passed.
 */
export function runPythonTests(folder: URL, python = testPython): string {
  if (python === undefined) throw new Error('TEMPER_TEST_PYTHON is not set');
  const roots = fileURLToPath(new URL('../python', import.meta.url));
  const { status, stdout, stderr, error } = spawnSync(
    python,
    ['-m', 'unittest', 'discover', '-s', fileURLToPath(folder), '-p', '*_test.py'],
    {
      encoding: 'utf8',
      env: {
        ...process.env,
        PYTHONPATH: roots,
        PYTHONDONTWRITEBYTECODE: '1',
        OMP_NUM_THREADS: '1',
        HF_HUB_OFFLINE: '1',
        TOKENIZERS_PARALLELISM: 'false',
      },
    },
  );
  if (error !== undefined) throw error;
  return status === 0 ? '' : stdout + stderr;
}
