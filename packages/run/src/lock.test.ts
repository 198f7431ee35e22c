import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fingerprintFormat, parseDigest } from '@temper/fingerprint';
import type { LockedConfiguration, Plan } from '@temper/plan';
import { expect, onTestFinished, test } from 'vitest';
import type { StepIdentity } from './identity.ts';
import { lockDrift, lockSection } from './lock.ts';

const digestOf = (character: string): string => `sha256:${character.repeat(64)}`;
const base = 'docker.io/library/python:3.12-slim-bookworm';

/** A plan whose one step runs in an environment, with a base for its containers. */
function planOn(image: string | undefined, locked?: LockedConfiguration): Plan {
  return {
    pipeline: 'p',
    configuration: 'default',
    steps: [],
    outputs: [],
    settings: { ...(image !== undefined && { container: { base: image } }) },
    lock: locked && { keyFormat: fingerprintFormat, configurations: { default: locked } },
    reads: { files: [], environment: {} },
  };
}

/** The step's identity; its environment's package has this Containerfile. */
function identitiesWith(containerfile = 'ARG BASE\nFROM ${BASE}\n'): readonly StepIdentity[] {
  const folder = mkdtempSync(join(tmpdir(), 'temper-lock-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const lock = join(folder, 'environments', 'trl', 'lock.txt');
  mkdirSync(dirname(lock), { recursive: true });
  writeFileSync(lock, '');
  writeFileSync(join(folder, 'Containerfile'), containerfile);
  const digest = parseDigest('a'.repeat(64));
  const declared = { name: 'trl', url: '', lock: '', roots: [], python: '' };
  const environment = { declared, digest, lock, lockText: '' };
  return [{ environment, externals: [] } as unknown as StepIdentity];
}

test('the base image of a configuration is locked where it is named by digest', async () => {
  const section = await lockSection(planOn(`${base}@${digestOf('b')}`), identitiesWith());
  expect(section?.images).toEqual({ [base]: digestOf('b') });
});

test.each([undefined, base])(
  'a base image that is named as %s has no digest, and none is made up',
  async (image) => {
    expect((await lockSection(planOn(image), identitiesWith()))?.images).toEqual({});
  },
);

test('an image that a Containerfile names by digest is locked', async () => {
  const file = `FROM --platform=linux/amd64 ${base}@${digestOf('c')} AS build\nFROM build\n`;
  expect((await lockSection(planOn(undefined), identitiesWith(file)))?.images).toEqual({
    [base]: digestOf('c'),
  });
});

test('another base image than the locked one is drift, by name', async () => {
  const identities = identitiesWith();
  const locked = await lockSection(planOn(`${base}@${digestOf('b')}`), identities);
  const drift = await lockDrift(planOn(`${base}@${digestOf('d')}`, locked), identities);
  expect(drift).toMatchObject([{ what: 'image', name: base, locked: digestOf('b'), now: digestOf('d') }]);
  expect(drift[0]?.text).toContain(`the image ${base} is `);
  expect(await lockDrift(planOn(`${base}@${digestOf('b')}`, locked), identities)).toEqual([]);
});
