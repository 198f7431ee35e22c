/** Bytes of a file, the next ones in order. */
export interface Piece {
  readonly chunks: readonly Uint8Array[];
  /** Called when nobody will read them any more. Without it they are given away. */
  readonly release?: (() => void) | undefined;
}

export function bytesOf(chunks: readonly Uint8Array[]): number {
  return chunks.reduce((sum, chunk) => sum + chunk.length, 0);
}
