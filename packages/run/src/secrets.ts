const tokens = ['HF_TOKEN', 'HUGGING_FACE_HUB_TOKEN', 'MODELSCOPE_API_TOKEN'];

/** What a job with a network is told of the environment. */
export interface NetworkEnvironment {
  /** Stands in the job's request. */
  readonly written: Readonly<Record<string, string>>;
  /** Variables whose values reach the job by its environment alone, and are written nowhere. */
  readonly secretNames: readonly string[];
}

/**
 * Parts what may be written down from what may not: tokens, and addresses with a login in them, as those of proxies and
 * mirrors have.
 *
 * @param environment Of this process, from which the backend takes the values of secrets.
 * @param network What jobs with a network need of it, with what was derived from it.
 */
export function partSecrets(
  environment: NodeJS.ProcessEnv,
  network: Readonly<Record<string, string>>,
): NetworkEnvironment {
  const withLogin = Object.keys(network).filter(
    (name) => environment[name]?.includes('@') === true && environment[name] === network[name],
  );
  return {
    written: Object.fromEntries(Object.entries(network).filter(([name]) => !withLogin.includes(name))),
    secretNames: [...tokens.filter((name) => environment[name] !== undefined), ...withLogin],
  };
}
