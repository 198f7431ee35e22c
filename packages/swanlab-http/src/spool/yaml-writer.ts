/**
 * `config.yaml` as PyYAML's safe loader reads it. The text is JSON in the few ways in which YAML 1.1 does not take JSON for
 * what it is: a float needs a dot and a signed exponent, and some characters must be escaped.
 */
export function toYaml(value: unknown): string {
  return `${write(value, '')}\n`;
}

function write(value: unknown, indent: string): string {
  if (value === null || value === undefined) return 'null';
  if (typeof value === 'number') return writeNumber(value);
  if (typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return quote(value);
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    if (value.length === 0) return '[]';
    return `[\n${value.map((item) => inner + write(item, inner)).join(',\n')}\n${indent}]`;
  }
  const entries = Object.entries(value);
  if (entries.length === 0) return '{}';
  return `{\n${entries.map(([key, item]) => `${inner}${writeKey(key)}: ${write(item, inner)}`).join(',\n')}\n${indent}}`;
}

function writeNumber(value: number): string {
  if (Number.isNaN(value)) return '.nan';
  if (!Number.isFinite(value)) return value > 0 ? '.inf' : '-.inf';
  const text = Object.is(value, -0) ? '-0.0' : String(value);
  const [mantissa, exponent] = text.split('e') as [string, string | undefined];
  if (exponent === undefined) return text;
  return `${mantissa.includes('.') ? mantissa : `${mantissa}.0`}e${exponent}`;
}

/** A key of more than 1,024 characters is only seen as one behind a question mark. */
function writeKey(key: string): string {
  const text = quote(key);
  return text.length > 1000 ? `? ${text}\n` : text;
}

// Line breaks to YAML that JSON leaves as they are, a byte order mark, and what is not printable to it.
const unsafe = /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g;

/** The round trip through UTF-8 replaces half a surrogate pair, which YAML cannot hold. */
function quote(text: string): string {
  return JSON.stringify(Buffer.from(text).toString()).replaceAll(
    unsafe,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
