export function times(n: number, factor: number): number {
  return n * factor;
}
