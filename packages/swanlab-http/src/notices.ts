/** Where the client says what a person should know; it never throws and never prints anything else. */
export interface Logger {
  info(message: string): void;
  warn(message: string): void;
}

/** Standard error, which programs that print results leave alone. */
export const standardLogger: Logger = {
  info: (message) => void process.stderr.write(`swanlab: ${message}\n`),
  warn: (message) => void process.stderr.write(`swanlab: ${message}\n`),
};

export const silentLogger: Logger = { info: () => undefined, warn: () => undefined };

/** Keeps secrets out of everything that is said or thrown; fed with each secret as it becomes known. */
export class Mask {
  readonly #secrets = new Set<string>();

  hide(secret: string): void {
    // A secret this short would turn ordinary words into stars.
    if (secret.length >= 4) this.#secrets.add(secret);
  }

  readonly apply = (text: string): string => {
    let masked = text;
    for (const secret of this.#secrets) masked = masked.replaceAll(secret, '***');
    return masked;
  };

  wrap(logger: Logger): Logger {
    return {
      info: (message) => logger.info(this.apply(message)),
      warn: (message) => logger.warn(this.apply(message)),
    };
  }
}
