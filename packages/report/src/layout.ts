import * as dagre from '@dagrejs/dagre';
import type { StepOutcome } from '@temper/run';

/** A graph that only has to be drawn. */
export interface Graph {
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly {
    readonly label: string;
    readonly outcome: StepOutcome;
    /** Of the upper left corner. */
    readonly x: number;
    readonly y: number;
    readonly width: number;
    readonly height: number;
  }[];
  readonly edges: readonly {
    readonly from: string;
    readonly to: string;
    readonly inputs: readonly string[];
    /** A path of SVG. */
    readonly path: string;
  }[];
}

/** The part of dagre that is used here; its own types name files without endings, which Node's rules do not find. */
interface Dagre {
  readonly Graph: new () => {
    setGraph(options: Readonly<Record<string, string | number>>): void;
    setDefaultEdgeLabel(make: () => object): void;
    setNode(name: string, size: { readonly width: number; readonly height: number }): void;
    setEdge(from: string, to: string): void;
    graph(): { readonly width?: number; readonly height?: number };
    node(name: string): {
      readonly x: number;
      readonly y: number;
      readonly width: number;
      readonly height: number;
    };
    edge(
      from: string,
      to: string,
    ): { readonly points: readonly { readonly x: number; readonly y: number }[] };
  };
  readonly layout: (graph: object) => void;
}

const { Graph: Layout, layout } = dagre as unknown as Dagre;

const height = 46;

/** Places steps from left to right, inputs before users. Done here, so that a page need not know how. */
export function layOut(
  steps: readonly { readonly label: string; readonly outcome: StepOutcome }[],
  wires: readonly { readonly from: string; readonly to: string; readonly input: string }[],
): Graph {
  const graph = new Layout();
  graph.setGraph({ rankdir: 'LR', nodesep: 16, ranksep: 32, marginx: 8, marginy: 8 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { label } of steps)
    graph.setNode(label, { width: Math.max(108, 30 + label.length * 8.4), height });
  const joined = new Map<string, { from: string; to: string; inputs: string[] }>();
  for (const { from, to, input } of wires) {
    const key = `${from} ${to}`;
    const edge = joined.get(key) ?? { from, to, inputs: [] };
    if (!edge.inputs.includes(input)) edge.inputs.push(input);
    joined.set(key, edge);
  }
  for (const { from, to } of joined.values()) graph.setEdge(from, to);
  layout(graph);
  const { width = 0, height: whole = 0 } = graph.graph();
  return {
    width: round(width),
    height: round(whole),
    nodes: steps.map(({ label, outcome }) => {
      const node = graph.node(label);
      return {
        label,
        outcome,
        x: round(node.x - node.width / 2),
        y: round(node.y - node.height / 2),
        width: round(node.width),
        height: round(node.height),
      };
    }),
    edges: [...joined.values()].map((edge) => {
      const { points } = graph.edge(edge.from, edge.to);
      return { ...edge, path: curve(points) };
    }),
  };
}

/** A line through the middles of the points, bent at the points themselves. */
function curve(points: readonly { readonly x: number; readonly y: number }[]): string {
  const at = ({ x, y }: { x: number; y: number }): string => `${String(round(x))} ${String(round(y))}`;
  const [first, ...rest] = points;
  const last = rest.at(-1);
  if (first === undefined || last === undefined) return '';
  let path = `M${at(first)}`;
  for (const [index, point] of rest.slice(0, -1).entries()) {
    const next = rest[index + 1] ?? last;
    const end = index === rest.length - 2 ? last : { x: (point.x + next.x) / 2, y: (point.y + next.y) / 2 };
    path += `Q${at(point)} ${at(end)}`;
  }
  return rest.length === 1 ? `${path}L${at(last)}` : path;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
