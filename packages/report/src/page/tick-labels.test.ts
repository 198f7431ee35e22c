import { expect, it } from 'vitest';
import { tickLabels } from './tick-labels.ts';

it.each([
  { ticks: [0, 0.5, 1, 1.5, 2], labels: ['0.0', '0.5', '1.0', '1.5', '2.0'] },
  { ticks: [0, 25, 50], labels: ['0', '25', '50'] },
  { ticks: [1.2, 1.25, 1.3], labels: ['1.20', '1.25', '1.30'] },
  { ticks: [0, 2.5e-4, 5e-4, 7.5e-4, 1e-3], labels: ['0', '2.5e-4', '5e-4', '7.5e-4', '1e-3'] },
  // As sums of steps give them.
  { ticks: [0.1, 0.2, 0.30000000000000004], labels: ['0.1', '0.2', '0.3'] },
  { ticks: [7], labels: ['7'] },
])('ticks $ticks are labelled $labels', ({ ticks, labels }) => {
  expect(tickLabels(ticks)).toEqual(labels);
});
