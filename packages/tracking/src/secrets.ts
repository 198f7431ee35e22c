const secretName = /(?:KEY|TOKEN|SECRET|PASSWORD|PASSPHRASE)$/;
/** Anything shorter is a switch or a test's word, and masking it would garble ordinary text. */
const shortest = 8;

/** Takes the values of the environment's secret variables out of a text. */
export function createMask(
  environment: Readonly<Record<string, string | undefined>>,
): (text: string) => string {
  const secrets = Object.entries(environment)
    .filter(([name]) => secretName.test(name.toUpperCase()))
    .flatMap(([, value]) => (value !== undefined && value.length >= shortest ? [value] : []))
    // A secret that contains another goes first, or its rest would stay.
    .sort((one, other) => other.length - one.length);
  return (text) => secrets.reduce((masked, secret) => masked.replaceAll(secret, '***'), text);
}
