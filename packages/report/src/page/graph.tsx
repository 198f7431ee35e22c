import { duration } from '../words.ts';
import type { SectionProps } from './app.tsx';
import { anchorOf, marks } from './step-words.ts';

/** The graph, laid out when the page was made; each step leads to what is told of it. */
export function GraphView({ report, texts }: SectionProps) {
  const { width, height, nodes, edges } = report.graph;
  const timed = report.steps.filter(({ began, outcome }) => began !== null && outcome !== 'reused');
  const whole = Math.max(0.001, ...timed.map(({ began, seconds }) => (began ?? 0) + seconds));
  return (
    <>
      <div class="scroll" tabIndex={0} role="group" aria-label={texts.sections.graph}>
        <svg class="graph" viewBox={`0 0 ${width} ${height}`} width={width} role="group">
          <defs>
            <marker
              id="tip"
              viewBox="0 0 8 8"
              refX="7"
              refY="4"
              markerWidth="7"
              markerHeight="7"
              orient="auto"
            >
              <path d="M0 0L8 4L0 8Z" class="tip" />
            </marker>
          </defs>
          {edges.map(({ from, to, path, inputs }) => (
            <path key={`${from} ${to}`} class="edge" d={path} marker-end="url(#tip)">
              <title>{`${from} → ${to}: ${inputs.join(', ')}`}</title>
            </path>
          ))}
          {nodes.map((node) => (
            <a key={node.label} href={`#${anchorOf(node.label)}`}>
              <rect
                class={`node ${node.outcome}`}
                x={node.x}
                y={node.y}
                width={node.width}
                height={node.height}
                rx="9"
              />
              <text class="node-name" x={node.x + 14} y={node.y + 20}>
                {node.label}
              </text>
              <text class="node-state" x={node.x + 14} y={node.y + 36}>
                {marks[node.outcome]} {texts.outcomes[node.outcome]}
                {timeOf(report.steps.find(({ label }) => label === node.label))}
              </text>
            </a>
          ))}
        </svg>
      </div>
      {timed.length > 1 && (
        <figure class="timeline">
          <figcaption>{texts.timeline}</figcaption>
          <ol>
            {timed.map(({ label, began, seconds, outcome }) => (
              <li key={label}>
                <span class="name">{label}</span>
                <span class="lane">
                  <span
                    class={`span ${outcome}`}
                    style={{
                      left: `${String(((began ?? 0) / whole) * 100)}%`,
                      width: `${String(Math.max(0.4, (seconds / whole) * 100))}%`,
                    }}
                  />
                </span>
                <span class="time">{duration(seconds)}</span>
              </li>
            ))}
          </ol>
        </figure>
      )}
    </>
  );
}

function timeOf(step: { readonly outcome: string; readonly seconds: number } | undefined): string {
  return step?.outcome !== 'ran' ? '' : ` · ${duration(step.seconds)}`;
}
