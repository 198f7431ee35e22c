import { describe, expect, it } from 'vitest';
import { readInput } from './input.ts';

describe('a line that is typed', () => {
  it('is a message, without the space around it', () => {
    expect(readInput(' 你好，世界 ')).toEqual({ type: 'message', text: '你好，世界' });
  });

  it('is nothing when it is empty', () => {
    expect(readInput(' \u3000')).toEqual({ type: 'nothing' });
  });

  it('is a command when it begins with a slash, and the rest is its argument as it stands', () => {
    expect(readInput('/system  你是 一位诗人')).toEqual({
      type: 'command',
      command: 'system',
      argument: '你是 一位诗人',
    });
    expect(readInput('/quit')).toEqual({ type: 'command', command: 'exit', argument: '' });
  });

  it('is a message that begins with a slash when it begins with two', () => {
    expect(readInput('//etc/hosts')).toEqual({ type: 'message', text: '/etc/hosts' });
  });

  it.each([
    ['/sytem x', 'sytem', 'system'],
    ['/', '', undefined],
    ['/constructor', 'constructor', undefined],
  ])('names the nearest command for %s', (line, command, nearest) => {
    expect(readInput(line)).toEqual({ type: 'unknown', command, nearest });
  });
});
