import type { SectionProps } from './app.tsx';

export function Params({ report: { changedParams, previous }, texts }: SectionProps) {
  if (previous === null || changedParams === null) return <p class="aside">{texts.noPrevious}</p>;
  if (changedParams.length === 0) return <p class="aside">{texts.noChange(previous)}</p>;
  return (
    <div class="scroll" tabIndex={0} role="group" aria-label={texts.changedSince(previous)}>
      <table>
        <caption>{texts.changedSince(previous)}</caption>
        <thead>
          <tr>
            <th scope="col">{texts.param}</th>
            <th scope="col">{texts.before}</th>
            <th scope="col">{texts.after}</th>
          </tr>
        </thead>
        <tbody>
          {changedParams.map(({ label, path, before, after }) => (
            <tr key={`${label} ${path}`}>
              <th scope="row">
                <span class="aside">{label}</span> <code>{path}</code>
              </th>
              {path === '' ? (
                <td colSpan={2}>{before === null ? texts.newStep : texts.goneStep}</td>
              ) : (
                <>
                  <td>
                    <del>{before ?? texts.absent}</del>
                  </td>
                  <td>
                    <ins>{after ?? texts.absent}</ins>
                  </td>
                </>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
