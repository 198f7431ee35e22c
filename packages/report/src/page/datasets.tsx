import type { Lengths } from '../report.ts';
import type { SectionProps } from './app.tsx';
import type { Texts } from './texts.ts';

/** How long rows are in tokens, and what the limit cuts. */
export function Datasets({ report, texts }: SectionProps) {
  return (
    <div class="datasets">
      {report.lengths.map((lengths) => (
        <Histogram key={`${lengths.label} ${lengths.half}`} lengths={lengths} texts={texts} />
      ))}
    </div>
  );
}

function Histogram({ lengths, texts }: { readonly lengths: Lengths; readonly texts: Texts }) {
  const { histogram, width, maxLength, half, longest } = lengths;
  // The last column holds whatever is longer, so that one long row does not press all others together.
  const reach = Math.max(histogram.length * width, maxLength) * 1.02;
  const top = Math.max(1, ...histogram);
  const endOf = (column: number): number =>
    Math.max((column + 1) * width, column === histogram.length - 1 ? longest : 0);
  const at = (tokens: number): number => (tokens / reach) * 400;
  return (
    <figure>
      <figcaption>
        <strong>{half}</strong>{' '}
        <span class="aside">
          {lengths.kept} {texts.rows} · {lengths.tokens} {texts.tokens} · {lengths.learnedTokens}{' '}
          {texts.learned}
        </span>
      </figcaption>
      <svg viewBox="0 0 400 110" role="img" aria-label={texts.histogram(half, maxLength)}>
        {histogram.map((rows, index) => (
          <rect
            key={index}
            class="column"
            x={at(index * width) + 0.5}
            width={Math.max(1, at(width) - 1)}
            y={96 - (rows / top) * 84}
            height={(rows / top) * 84}
          >
            <title>{`${String(index * width)}–${String(endOf(index))}: ${String(rows)}`}</title>
          </rect>
        ))}
        <line class="floor" x1="0" x2="400" y1="96" y2="96" />
        <line class="limit" x1={at(maxLength)} x2={at(maxLength)} y1="6" y2="96" />
        <text class="limit-name" x={at(maxLength) - 4} y="14" text-anchor="end">
          {texts.limit(maxLength)}
        </text>
        <text class="tick" x="0" y="108">
          0
        </text>
        <text class="tick" x="400" y="108" text-anchor="end">
          {Math.round(Math.max(reach, endOf(histogram.length - 1)))}
        </text>
      </svg>
      <p class="aside">
        {texts.median} {lengths.p50} · p95 {lengths.p95} · {texts.longest} {longest} · {texts.truncated}{' '}
        {lengths.truncated} · {texts.dropped} {lengths.dropped}
      </p>
    </figure>
  );
}
