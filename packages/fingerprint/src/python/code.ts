import { realpathSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { PipelineError } from '@temper/pipeline';
import {
  declaredSources,
  identifyDeclared,
  jobFolderPath,
  readDeclaredFiles,
  readableText,
  slashed,
} from '../declared-files.ts';
import { recordDigest, sha256 } from '../digest.ts';
import type { CodeIdentity } from '../ingredients.ts';
import type { Module } from './closure.ts';

/** Raised when a syntax tree is reduced to another text; every stage in Python is another one after that. */
const codeFormat = 1;

/** A Python implementation to identify. Paths are absolute or relative to the workspace. */
export interface PythonEntry {
  readonly entry: string;
  /** Folders on the import path after the entry's own. */
  readonly roots: readonly string[];
  /** The files that the stage declares. */
  readonly files?: readonly string[];
}

/**
 * What a Python stage executes: its entry and every module of the repository that it imports. Modules count by the name
 * under which they are imported and by their syntax trees; the job gets them as they are.
 *
 * @throws PipelineError when the entry cannot be read.
 */
export async function pythonCode(
  options: PythonEntry & { readonly workspace: string },
): Promise<CodeIdentity> {
  const root = realpathSync(options.workspace);
  const entry = existing(root, options.entry);
  const roots = options.roots.map((folder) => existing(root, folder));
  // Loaded here and not at the top: what needs digests alone never builds the parser's tables.
  const { importClosure } = await import('./closure.ts');
  const modules = importClosure(entry, roots);
  const declared = readDeclaredFiles(options.files ?? [], entry, root);
  const jobPath = (path: string): string => jobFolderPath(path, root);
  const content = new Map<string, CodeIdentity['content'][number]>();
  for (const { file, bytes } of modules) {
    content.set(jobPath(file), { path: jobPath(file), bytes, executable: false });
  }
  for (const { path, bytes, executable } of declared) {
    content.set(jobPath(path), { path: jobPath(path), bytes, executable });
  }
  return {
    language: 'python',
    digest: recordDigest('temper.code.python', codeFormat, {
      modules: modules.map(identify),
      files: identifyDeclared(declared),
    }),
    raw: recordDigest('temper.origin', 1, {
      files: modules.map(({ name, isPackage, raw }) => [name, isPackage, raw]),
      declared: identifyDeclared(declared),
    }),
    reader: `temper.code.python/${String(codeFormat)}`,
    files: [
      ...uniqueFiles(modules).map(({ file, raw, bytes, reduced }) => ({
        path: slashed(relative(root, file)),
        raw,
        normalised: reduced ?? readableText(bytes),
      })),
      ...declaredSources(declared, root),
    ],
    packages: [],
    content: [...content.values()],
    entry: jobPath(entry),
    roots: roots.map(jobPath),
  };
}

function identify({ name, isPackage, reduced, raw }: Module): readonly unknown[] {
  return [
    name,
    isPackage,
    reduced === undefined ? 'bytes' : 'tree',
    reduced === undefined ? raw : sha256(reduced),
  ];
}

/** The entry is a module of its own name too when another module imports it. */
function uniqueFiles(modules: readonly Module[]): Module[] {
  return [...new Map(modules.map((module) => [module.file, module])).values()];
}

function existing(root: string, path: string): string {
  try {
    return realpathSync(resolve(root, path));
  } catch (cause) {
    const name = slashed(relative(root, resolve(root, path)));
    throw new PipelineError('code-missing', `${name} is part of a stage but cannot be read`, {
      hint: 'check the path; an entry is relative to stage.ts, a root to the module that declares the environment',
      cause,
    });
  }
}
