/** Talking to what the tiny configuration trained; for `tiny.test.ts`, which has trained it. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { repository, type Workspace } from '../rig/workspace/index.ts';

const run = promisify(execFile);

interface Said {
  readonly schema: string;
  readonly step: string;
  readonly stale: boolean;
  readonly turns: readonly {
    readonly prompt: string;
    readonly answers: readonly { readonly voice: string; readonly text: string; readonly ended: string }[];
  }[];
}

/**
 * @param env Where home and store of the trained pipeline are.
 * @param answer What the merged model says to prompts asked one by one, by an independent program.
 */
export function chatTests(
  shared: () => Workspace,
  env: () => Readonly<Record<string, string>>,
  answer: (model: string, conversation: readonly string[], tokens: number) => Promise<readonly string[]>,
): void {
  const chat = (...words: string[]) =>
    shared().temper(['chat', 'alpaca-glm4', '-c', 'tiny', ...words], { env: env() });

  it('answers as the merged model does, with the earlier turns in mind, and prints nothing else', async () => {
    const prompts = ['你好', '再说一句。'];
    const expected = await answer(join(shared().root, 'output/alpaca-glm4/tiny/model'), prompts, 12);
    const said = await chat(...prompts.flatMap((prompt) => ['--prompt', prompt]), '--max-new-tokens', '12');
    expect(said).toMatchObject({ code: 0, stdout: expected.map((text) => `${text}\n`).join('') });
    expect(said.stderr.split('\n')[0]).toBe('alpaca-glm4 (tiny): what merge made in run 1');
  });

  it('lets a checkpoint and the base answer side by side', async () => {
    const said = await chat(
      '--prompt',
      '你好',
      '--compare',
      'base',
      '--step',
      '60',
      '--max-new-tokens',
      '8',
      '--json',
    );
    expect(said.code).toBe(0);
    const { schema, step, stale, turns } = JSON.parse(said.stdout) as Said;
    expect({ schema, step, stale }).toEqual({ schema: 'temper.chat/1', step: 'merge', stale: false });
    expect(turns.map(({ prompt, answers }) => [prompt, answers.map(({ voice }) => voice)])).toEqual([
      ['你好', ['step 60', 'base']],
    ]);
    const [tuned, base] = turns[0]?.answers ?? [];
    expect(tuned?.text).not.toBe(base?.text);
  });

  it('says what there is to talk to, and what to run first', async () => {
    expect(await chat('--prompt', 'x', '--step', '61')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('✗ there is no checkpoint of step 61; there are 12, 24, 36,') as string,
    });
    expect(await chat('--prompt', 'x', '--step', 'split')).toMatchObject({
      code: 2,
      stderr: `✗ split makes nothing that could answer\n  hint: steps that do: load-weights, lora-sft, merge\n`,
    });
    const untrained = await shared().temper(['chat', 'alpaca-glm4', '--prompt', 'x'], { env: env() });
    expect(untrained).toMatchObject({
      code: 3,
      stdout: '',
      stderr:
        '✗ alpaca-glm4 was not trained yet: the store has no result of merge\n' +
        '  hint: train it first: `temper run alpaca-glm4`\n',
    });
  });

  it('holds a conversation in a terminal', async () => {
    const socket = `temper-chat-${String(process.pid)}`;
    const tmux = async (...words: string[]) => (await run('tmux', ['-u', '-L', socket, ...words])).stdout;
    const screen = async () => (await tmux('capture-pane', '-p')).split('\n').map((line) => line.trimEnd());
    /** Waits until the screen's last line is so; a chat that hangs fails the test by its time limit. */
    const until = async (ready: (last: string) => boolean): Promise<void> => {
      while (!ready((await screen()).findLast((line) => line !== '') ?? '')) {
        await run('true', []);
      }
    };
    const type = async (text: string): Promise<void> => {
      await until((last) => last === '>');
      await tmux('send-keys', '-l', text);
      await until((last) => last === `> ${text}`);
      await tmux('send-keys', 'Enter');
    };
    const variables = { ...env(), PATH: process.env['PATH'] ?? '', LC_ALL: 'C.UTF-8' };
    const set = Object.entries(variables).map(([name, value]) => `${name}='${value}'`);
    const command = `'${process.execPath}' '${join(repository, 'packages/cli/bin/temper.js')}' chat alpaca-glm4 -c tiny --max-new-tokens 8`;
    const line = `cd '${shared().root}' && env -i TERM=screen ${set.join(' ')} ${command}; echo "left with $?"; cat`;
    await tmux('new-session', '-d', '-x', '90', '-y', '60', line);
    try {
      await type('/system 你是一位诗人');
      await type('请写一首关于秋天的短诗。');
      await type('/retry');
      await type('/compare');
      await type('春天');
      await type('/checkpont');
      await type('/save 对话.jsonl');
      await until((last) => last === '>');
      // Ctrl-C takes back what was begun, and the chat goes on.
      await tmux('send-keys', '-l', '不发送');
      await until((last) => last === '> 不发送');
      await tmux('send-keys', 'C-c');
      await until((last) => last === '>');
      await tmux('send-keys', 'C-d');
      await until((last) => last.startsWith('left with'));
      const lines = await screen();
      expect(lines).toContain('system message: 你是一位诗人');
      expect(lines).toContain('✗ there is no command /checkpont');
      expect(lines).toContain('appended to 对话.jsonl');
      expect(lines.filter((text) => text.startsWith('── '))).toEqual(['── tuned', '── base']);
      expect(lines.filter((text) => text.includes(' tok/s'))).toHaveLength(4);
      expect(lines).toContain('left with 0');
      const saved = JSON.parse(await readFile(join(shared().root, '对话.jsonl'), 'utf8')) as {
        messages: readonly { role: string; content: string }[];
      };
      expect(saved.messages.map(({ role }) => role)).toEqual([
        'system',
        'user',
        'assistant',
        'user',
        'assistant',
      ]);
      expect(saved.messages[1]?.content).toBe('请写一首关于秋天的短诗。');
      // What was saved is what was read on the screen, character by character.
      expect(lines.join('')).toContain(saved.messages[4]?.content.replaceAll('\n', '').trim().slice(0, 4));
    } finally {
      await tmux('kill-server').catch(() => {});
    }
  }, 900_000);
}
