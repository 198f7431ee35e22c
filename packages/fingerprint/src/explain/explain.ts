import type { EnvironmentPackage } from '../environment.ts';
import { parseExternalKey } from '../external.ts';
import type { Ingredients } from '../ingredients.ts';
import { explainCode, isReadAnew, type ExplainedCode } from './code.ts';
import { explainParams } from './params.ts';
import type { Difference } from './reason.ts';

/** A step's ingredients with what they were made from, as far as it is known. */
export interface ExplainedStep {
  readonly ingredients: Ingredients;
  readonly source: ExplainedCode;
  /** By output name; where it is absent, a kind that differs is named without its code. */
  readonly kinds?: Readonly<Record<string, ExplainedCode>> | undefined;
  /** Where it is absent, an environment that differs is named without its packages. */
  readonly environment?: readonly EnvironmentPackage[] | undefined;
}

/**
 * Every reason why two steps have different fingerprints, in the order in which people look for them. None when the
 * fingerprints are the same.
 */
export function explain(before: ExplainedStep, after: ExplainedStep): Difference[] {
  const [was, is] = [before.ingredients, after.ingredients];
  return [
    ...explainVersion(was, is),
    ...explainParams(was.params, is.params),
    ...explainInputs(was, is),
    ...explainExternals(was, is),
    ...explainCodeDigest(before, after),
    ...explainKinds(before, after),
    ...explainEnvironment(before, after),
  ];
}

/**
 * Whether only our own format stands between a result and a step: everything read is the same to the byte, and merely
 * normalised or encoded differently. Such a result is kept under the new fingerprint.
 */
export function differsInFormatOnly(before: ExplainedStep, after: ExplainedStep): boolean {
  const others = [explainVersion, explainInputs, explainExternals].flatMap((part) =>
    part(before.ingredients, after.ingredients),
  );
  if (others.length > 0 || explainParams(before.ingredients.params, after.ingredients.params).length > 0)
    return false;
  if (before.ingredients.environment !== after.ingredients.environment) return false;
  const isSameCode = before.ingredients.code === after.ingredients.code;
  if (!isSameCode && !isReadAnew(before.source, after.source)) return false;
  const outputs = [
    ...new Set([...Object.keys(before.ingredients.kinds), ...Object.keys(after.ingredients.kinds)]),
  ];
  return outputs.every((output) => {
    const [was, is] = [before.ingredients.kinds[output], after.ingredients.kinds[output]];
    if (was?.kind !== is?.kind) return false;
    if (was?.check === is?.check) return true;
    const [wasCode, isCode] = [before.kinds?.[output], after.kinds?.[output]];
    return wasCode !== undefined && isCode !== undefined && isReadAnew(wasCode, isCode);
  });
}

function explainVersion(before: Ingredients, after: Ingredients): Difference[] {
  const [from, to] = [String(before.stage.version), String(after.stage.version)];
  return from === to ? [] : [{ code: 'version', from, to, text: `version of the stage ${from} → ${to}` }];
}

function explainInputs(before: Ingredients, after: Ingredients): Difference[] {
  return names(before.inputs, after.inputs).flatMap((path): Difference[] => {
    const [was, is] = [before.inputs[path], after.inputs[path]];
    if (String(was) === String(is)) return [];
    if (was === undefined) return [{ code: 'input', path, text: `input ${path} is new` }];
    if (is === undefined) return [{ code: 'input', path, text: `input ${path} is gone` }];
    if ([...was].sort().join() === [...is].sort().join()) {
      return [{ code: 'input', path, text: `input ${path}: another order` }];
    }
    const [from, to] = [was.join(' '), is.join(' ')];
    const counts = was.length === is.length ? 'changed' : `${was.length} → ${is.length} artifacts`;
    return [{ code: 'input', path, from, to, text: `input ${path}: ${counts}` }];
  });
}

function explainExternals(before: Ingredients, after: Ingredients): Difference[] {
  return names(before.externals, after.externals).flatMap((key): Difference[] => {
    const [from, to] = [before.externals[key], after.externals[key]];
    if (from === to) return [];
    const name = describePin(key);
    const ends = { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
    const how = from === undefined ? 'is new' : to === undefined ? 'is no longer read' : 'changed';
    return [{ code: 'external', path: name, ...ends, text: `external ${name} ${how}` }];
  });
}

function explainCodeDigest(before: ExplainedStep, after: ExplainedStep): Difference[] {
  if (before.ingredients.code === after.ingredients.code) return [];
  if (isReadAnew(before.source, after.source))
    return [{ code: 'format', text: 'only the way code is normalised has changed' }];
  const differences = explainCode(before.source, after.source);
  if (differences.length > 0) return differences;
  return [{ code: 'code', text: 'code: how its modules are found, or the mode of a file' }];
}

function explainKinds(before: ExplainedStep, after: ExplainedStep): Difference[] {
  const [was, is] = [before.ingredients.kinds, after.ingredients.kinds];
  return names(was, is).flatMap((output): Difference[] => {
    const [old, current] = [was[output], is[output]];
    if (old === undefined) return [{ code: 'code', path: output, text: `output ${output} is new` }];
    if (current === undefined) return [{ code: 'code', path: output, text: `output ${output} is gone` }];
    if (old.kind !== current.kind) {
      const text = `output ${output}: ${old.kind} → ${current.kind}`;
      return [{ code: 'code', path: output, from: old.kind, to: current.kind, text }];
    }
    if (old.check === current.check) return [];
    const [wasCode, isCode] = [before.kinds?.[output], after.kinds?.[output]];
    const parts = wasCode === undefined || isCode === undefined ? [] : explainCode(wasCode, isCode);
    if (parts.length === 0)
      return [{ code: 'code', path: output, text: `code: the check of ${current.kind}` }];
    return parts.map((part) => ({ ...part, text: `${part.text}, the check of ${current.kind}` }));
  });
}

function explainEnvironment(before: ExplainedStep, after: ExplainedStep): Difference[] {
  if (before.ingredients.environment === after.ingredients.environment) return [];
  const [was, is] = [before.environment, after.environment];
  if (was === undefined || is === undefined) {
    return [{ code: 'environment', text: 'environment: its lock changed' }];
  }
  const versions = (packages: readonly EnvironmentPackage[], name: string): string =>
    [...new Set(packages.filter((entry) => entry.name === name).map(({ version }) => version))].join(', ');
  const detail = (packages: readonly EnvironmentPackage[], name: string): string =>
    JSON.stringify(packages.filter((entry) => entry.name === name));
  return [...new Set([...was, ...is].map(({ name }) => name))]
    .filter((name) => detail(was, name) !== detail(is, name))
    .map((name) => {
      const from = versions(was, name) || 'absent';
      const to = versions(is, name) || 'absent';
      const text = from === to ? `${name} ${to}: other files or markers` : `${name} ${from} → ${to}`;
      return { code: 'environment', path: name, from, to, text: `environment: ${text}` };
    });
}

function describePin(key: string): string {
  const pin = parseExternalKey(key);
  switch (pin.type) {
    case 'file':
    case 'folder':
      return pin.path;
    case 'hub':
      return `${pin.hub}:${pin.repository}@${pin.revision}`;
    case 'wheel':
      return `${pin.package} ${pin.version}`;
  }
}

function names(before: object, after: object): string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])];
}
