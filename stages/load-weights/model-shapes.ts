/** What an estimate needs to know of a model before a byte of it is here. */
export interface ModelShape {
  readonly parameters: number;
  readonly layers: number;
  readonly hidden: number;
  readonly vocabulary: number;
  /** Rows and columns of each linear layer of one block, by module name. */
  readonly linear: Readonly<Record<string, readonly [input: number, output: number]>>;
}

/** Shapes by hub repository, from each model's `config.json`: https://huggingface.co/THUDM/glm-4-9b-hf */
export const modelShapes: Readonly<Record<string, ModelShape>> = {
  'THUDM/glm-4-9b-hf': glm4(),
  'THUDM/glm-4-9b-chat-hf': glm4(),
};

function glm4(): ModelShape {
  return {
    parameters: 9_399_951_360,
    layers: 40,
    hidden: 4096,
    vocabulary: 151_552,
    linear: {
      q_proj: [4096, 4096],
      k_proj: [4096, 256],
      v_proj: [4096, 256],
      o_proj: [4096, 4096],
      gate_up_proj: [4096, 27_392],
      down_proj: [13_696, 4096],
    },
  };
}
