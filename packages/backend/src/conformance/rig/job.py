"""The rig's job as a Python stage: does what the test's files tell it, and answers each. See steps.ts.

Standard library only, and nothing of `temper_job`: the contract is what is tested, not the library that helps with it.
"""

import base64
import errno
import json
import os
import signal
import socket
import subprocess
import sys
import time

with open('request.json', encoding='utf-8') as file:
    HOLD = json.load(file)['params'].get('hold', False)
RIG = os.path.join(os.environ['TMPDIR'], 'rig')
if HOLD:
    # As a stage does whose libraries take long to import: nothing of it can take a signal yet.
    os.makedirs(RIG, exist_ok=True)
    open(os.path.join(RIG, 'importing'), 'w').close()
    while not os.path.exists(os.path.join(RIG, 'go')):
        time.sleep(0.005)


def main():
    folder = RIG
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, 'lives'), 'a') as lives:
        lives.write(f'{os.getpid()}\n')
    number = 0
    while True:
        path = os.path.join(folder, f'{number}.json')
        while not os.path.exists(path):
            time.sleep(0.005)
        with open(path, encoding='utf-8') as file:
            step = json.load(file)
        if step['do'] == 'exit':
            sys.exit(step['code'])
        answer = os.path.join(folder, f'{number}.answer')
        reply = STEPS[step['do']](step)
        with open(f'{answer}.partial', 'w', encoding='utf-8') as file:
            json.dump(reply, file)
        os.replace(f'{answer}.partial', answer)
        number += 1


def describe(step):
    return {
        'pid': os.getpid(),
        'folder': os.getcwd(),
        'arguments': sys.argv[1:],
        'environment': dict(os.environ),
    }


def write(step):
    os.makedirs(os.path.dirname(step['path']) or '.', exist_ok=True)
    with open(step['path'], 'w', encoding='utf-8', newline='') as file:
        file.write(step['text'])


def append(step):
    with open(step['path'], 'ab') as file:
        for _ in range(step['times']):
            file.write(base64.b64decode(step['bytes']))


def read(step):
    with open(step['path'], encoding='utf-8', newline='') as file:
        return file.read()


def put(step):
    content = base64.b64decode(step['bytes'])
    stream = sys.stdout.buffer if step['stream'] == 'out' else sys.stderr.buffer
    for _ in range(step['times']):
        stream.write(content)
    stream.flush()


def save_on_term(step):
    def save(number, frame):
        write(step)
        os._exit(75)

    signal.signal(signal.SIGTERM, save)


def die(step):
    os.kill(os.getpid(), getattr(signal, step['signal']))


def spawn(step):
    quiet = subprocess.DEVNULL
    command = [sys.executable, '-c', 'import time; time.sleep(1000000)', step['mark']]
    subprocess.Popen(command, start_new_session=True, stdin=quiet, stdout=quiet, stderr=quiet)


def compiled(step):
    modules = [module for module in list(sys.modules.values()) if getattr(module, '__cached__', None)]
    return sorted(module.__name__ for module in modules if not os.path.exists(module.__cached__))


FILL = 'held = []\nwhile True: held.append(bytes([1]) * 2**24)'


def fill_memory(step):
    if not step['inChild']:
        exec(FILL, {})
    code = subprocess.run([sys.executable, '-c', FILL]).returncode
    return signal.Signals(-code).name if code < 0 else code


def connect(step):
    try:
        socket.create_connection((step['host'], step['port']), timeout=3).close()
    except socket.gaierror:
        return 'ENOTFOUND'
    except OSError as error:
        return errno.errorcode.get(error.errno, str(error))
    return 'ok'


STEPS = {
    'describe': describe,
    'write': write,
    'append': append,
    'read': read,
    'link': lambda step: os.symlink(step['target'], step['path']),
    'fifo': lambda step: os.mkfifo(step['path']),
    'print': put,
    'ignore-term': lambda step: signal.signal(signal.SIGTERM, lambda *_: None) and None,
    'save-on-term': save_on_term,
    'die': die,
    'spawn': spawn,
    'compiled': compiled,
    'fill-memory': fill_memory,
    'connect': connect,
}

if __name__ == '__main__':
    main()
