/**
 * The program behind `createNameFinder`: prints, for each TypeScript file among its arguments, the calls whose results
 * variables hold. A program of its own, because ts-morph must not stay in the runner's memory.
 */
import { Node, Project, SyntaxKind, ts, type CallExpression, type SourceFile } from 'ts-morph';
import type { NamedCall } from './names.ts';

const project = new Project({
  skipAddingFilesFromTsConfig: true,
  skipFileDependencyResolution: true,
  compilerOptions: { target: ts.ScriptTarget.ESNext },
});

const answers = process.argv.slice(2).map((path) => namedCalls(project.addSourceFileAtPath(path)));
process.stdout.write(JSON.stringify(answers));

function namedCalls(source: SourceFile): NamedCall[] {
  const calls: NamedCall[] = [];
  for (const call of source.getDescendantsOfKind(SyntaxKind.CallExpression)) {
    const callee = call.getExpression();
    const name = Node.isPropertyAccessExpression(callee) ? callee.getNameNode() : callee;
    const { line, column } = source.getLineAndColumnAtPos(name.getStart());
    calls.push({
      line,
      column,
      length: name.getWidth(),
      variables: variablesOf(call),
      params: paramPlaces(call, source),
    });
  }
  return calls;
}

/** The names of a declaration that is initialised by the call, directly or by one property: `stage(…).output`. */
function variablesOf(call: CallExpression): string[] {
  let value: Node = call;
  for (let parent = value.getParent(); parent !== undefined; parent = value.getParent()) {
    if (Node.isVariableDeclaration(parent)) {
      const target = parent.getNameNode();
      if (Node.isIdentifier(target)) return [target.getText()];
      if (Node.isObjectBindingPattern(target))
        return target.getElements().map((element) => element.getName());
      return [];
    }
    const passesOn =
      Node.isParenthesizedExpression(parent) ||
      Node.isAsExpression(parent) ||
      Node.isSatisfiesExpression(parent) ||
      Node.isPropertyAccessExpression(parent);
    if (!passesOn) return [];
    value = parent;
  }
  return [];
}

function paramPlaces(call: CallExpression, source: SourceFile): NamedCall['params'] {
  const places: Record<string, { line: number; column: number }> = {};
  // Params stand second where a stage has inputs and first where it has none; both are looked at, and only paths that
  // a step's params really have are ever asked for.
  const stack = call.getArguments().map((node) => ({ node: node, path: '' }));
  for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
    if (!Node.isObjectLiteralExpression(top.node)) continue;
    for (const property of top.node.getProperties()) {
      if (!Node.isPropertyAssignment(property) && !Node.isShorthandPropertyAssignment(property)) continue;
      const path = top.path === '' ? property.getName() : `${top.path}.${property.getName()}`;
      places[path.replace(/['"]/g, '')] = source.getLineAndColumnAtPos(property.getStart());
      if (Node.isPropertyAssignment(property)) {
        const value = property.getInitializer();
        if (value !== undefined) stack.push({ node: value, path });
      }
    }
  }
  return places;
}
