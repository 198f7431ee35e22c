/** Why two steps are not the same. The code and path are for programs, the text for people. */
export interface Difference {
  readonly code: 'version' | 'code' | 'environment' | 'params' | 'input' | 'external' | 'format';
  /** Which one of its sort: a param's path, an input's name, a file with `#` and a symbol of it. */
  readonly path?: string;
  readonly from?: string;
  readonly to?: string;
  readonly text: string;
  /** For code, the lines of the normalised source that went (`-`) and came (`+`), among those that stayed. */
  readonly lines?: readonly string[];
}
