import { bytes } from '../words.ts';
import type { SectionProps } from './app.tsx';

export function Logs({ report, texts }: SectionProps) {
  const failed = new Set(report.failures.map(({ label }) => label));
  return (
    <>
      {report.logs.map(({ label, path, bytes: size, tail }) => (
        <details key={label} class="log" open={failed.has(label)}>
          <summary>
            <span class="name">{label}</span> <span class="aside">{path}</span>{' '}
            {size > tail.length && <span class="aside">{texts.tail(bytes(size))}</span>}
          </summary>
          <pre tabIndex={0}>{tail}</pre>
        </details>
      ))}
    </>
  );
}
