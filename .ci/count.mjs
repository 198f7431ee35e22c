/**
 * Counts the tests in vitest's JSON report and leaves `N passed, N failed` beside it. A report that is not there, or
 * holds no test, is a crash and not a success; a file that could not even be loaded counts as one failure.
 */
import { readFileSync, writeFileSync } from 'node:fs';

const [path = ''] = process.argv.slice(2);

function readReport() {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    console.error(`the tests ended without a report: ${error.message}`);
    process.exit(1);
  }
}

const { numPassedTests: passed, numFailedTests, testResults } = readReport();
const unloaded = testResults.filter(
  ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
);
for (const { name } of unloaded) console.error(`could not be loaded: ${name}`);

const failed = numFailedTests + unloaded.length;
writeFileSync(`${path}.summary`, `${passed} passed, ${failed} failed\n`);
if (passed === 0) console.error('no test passed: the tests did not run');
process.exit(passed === 0 || failed > 0 ? 1 : 0);
