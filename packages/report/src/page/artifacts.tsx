import { bytes } from '../words.ts';
import type { ReportOutput } from '../report.ts';
import type { SectionProps } from './app.tsx';
import type { Texts } from './texts.ts';

/** Every output with its digest; what the pipeline exports stands first. */
export function Artifacts({ report, texts }: SectionProps) {
  const exported = new Map(report.outputs.map(({ name, digest, path }) => [digest, { name, path }]));
  const all = report.steps.flatMap(({ label, outputs }) => outputs.map((output) => ({ label, output })));
  const ordered = [
    ...all.filter(({ output }) => exported.has(output.digest)),
    ...all.filter(({ output }) => !exported.has(output.digest)),
  ];
  return (
    <>
      <p>{texts.verifying}</p>
      <pre tabIndex={0}>
        {`npx temper verify\n(cd ${report.outputs[0]?.path ?? 'FOLDER'} && find -L . -type f -exec sha256sum {} +)`}
      </pre>
      <div class="artifacts">
        {ordered.map(({ label, output }) => (
          <Artifact
            key={`${label} ${output.name}`}
            label={label}
            output={output}
            exported={exported.get(output.digest)?.name}
            texts={texts}
          />
        ))}
      </div>
    </>
  );
}

function Artifact(props: {
  readonly label: string;
  readonly output: ReportOutput;
  readonly exported: string | undefined;
  readonly texts: Texts;
}) {
  const { label, output, exported, texts } = props;
  return (
    <details class="artifact">
      <summary>
        <span class="name">
          {label} · {output.name}
          {exported !== undefined && <span class="chip exported">{exported}</span>}
        </span>
        <span class="kind">{output.kind}</span>
        <span class="time">
          {bytes(output.bytes)} · {texts.files(output.count)}
        </span>
        <code class="digest">{output.digest}</code>
      </summary>
      <div class="inside">
        <p>
          <code>{output.path}</code>
        </p>
        {output.files.length > 0 && (
          <pre tabIndex={0}>
            {output.files.map(({ path, sha256 }) => `${sha256}  ./${path}`).join('\n')}
            {output.count > output.files.length
              ? `\n… ${texts.notListed(output.count - output.files.length)}`
              : ''}
          </pre>
        )}
      </div>
    </details>
  );
}
