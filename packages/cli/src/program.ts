/**
 * The commands of `temper`: what each is called, takes and says of itself in help, and which module does it. A module is
 * loaded when its command was asked for.
 */
import { Command, Option } from 'commander';
import { exitCode, type ExitCode } from './exit-code.ts';
import type { CommonOptions } from './session.ts';
import type { Texts } from './texts/catalogue.ts';

/** The commands as commander knows them. */
export interface Program {
  readonly commander: Command;
  /**
   * Does what the arguments ask for.
   *
   * @throws CommanderError when they ask for nothing that there is; its message has been printed.
   */
  run(argv: readonly string[]): Promise<ExitCode>;
}

const collect = (value: string, earlier: readonly string[] = []): readonly string[] => [...earlier, value];

const language = (): Option => new Option('--lang <language>', 'language of the texts').choices(['en', 'zh']);

/** @param texts The language in which help and mistakes in the arguments are told. */
export function createProgram(texts: Texts): Program {
  const program = new Command('temper')
    .version('0.1.0')
    .addOption(language())
    .exitOverride()
    .showSuggestionAfterError()
    // Before the command's name it means the same as after it.
    .hook('preSubcommand', (root, asked) => {
      const { lang } = root.opts<CommonOptions>();
      if (lang !== undefined) asked.setOptionValue('lang', lang);
    });
  let ended: Promise<ExitCode> = Promise.resolve(exitCode.done);

  program.configureOutput({
    outputError: (text, write) => {
      const [, suggestion] = /\n\(Did you mean (.+)\?\)/.exec(text) ?? [];
      const message = text.replace(/\n\(Did you mean .+\?\)/, '').replace(/^error: /, '');
      const hint =
        suggestion === undefined ? '' : `  ${texts.hint}: ${texts.say(`did you mean \`${suggestion}\`?`)}\n`;
      write(`✗ ${texts.say(message.trimEnd())}\n${hint}`);
    },
  });

  function command(name: string, description: string): Command {
    return program
      .command(name)
      .description(description)
      .addOption(language())
      .option('--store <dir>', 'where results are kept (or TEMPER_STORE)')
      .option('--json', 'one object on stdout, everything else on stderr')
      .option('--plain', 'plain lines without colour');
  }

  function planning(name: string, description: string): Command {
    return command(`${name} <pipeline>`, description)
      .option('-c, --config <name>', 'configuration: pipelines/<pipeline>.<name>.yaml')
      .option('--set <STEP.path=VALUE>', 'set a param (repeatable)', collect);
  }

  function selecting(made: Command): Command {
    return made
      .option('--from <step>', 'this step and everything after it (repeatable)', collect)
      .option('--until <step>', 'this step and everything before it (repeatable)', collect)
      .option('--only <step>', 'exactly this step (repeatable)', collect)
      .option('--force <step>', 'run exactly this step although it is up to date (repeatable)', collect)
      .option('--force-from <step>', 'run this step and everything after it (repeatable)', collect)
      .option('--stale-ok', 'take the newest result of a step outside the selection that is not up to date')
      .option('--offline', 'look nothing up outside')
      .option(
        '--frozen',
        'refuse what the lock does not hold (the default where CI is set and there is a lock)',
      )
      .option('--no-frozen', 'look up what the lock does not hold, also where CI is set')
      .option('--backend <name>', 'where Python steps run: `local`, or `container`');
  }

  selecting(planning('plan', 'the steps in order, what becomes of each, and why'))
    .option('--check', 'exit 10 when work is due')
    .action((pipeline: string, flags: object) => {
      ended = import('./commands/plan.ts').then(({ planCommand }) => planCommand(pipeline, flags));
    });

  selecting(planning('run', 'bring the outputs up to date'))
    .option('--keep-going', 'after a failure go on with what does not depend on it')
    .option('--jobs <n>', 'steps at once; as many as there are processors by default')
    .option('--result-file <file>', 'write the result object to a file')
    .action((pipeline: string, flags: object) => {
      ended = import('./commands/run.ts').then(({ runCommand }) => runCommand(pipeline, flags));
    });

  planning('config', 'every effective param and where its value came from').action(
    (pipeline: string, flags: object) => {
      ended = import('./commands/config.ts').then(({ configCommand }) => configCommand(pipeline, flags));
    },
  );

  planning('lock', 'pin by digest what lies outside: hub repositories, data files, Python lock')
    .option('--check', 'write nothing; exit 3 when something is not what the lock says')
    .option('--update <repository>', 'look a locked repository up again (repeatable)', collect)
    .option('--offline', 'look nothing up outside')
    .action((pipeline: string, flags: object) => {
      ended = import('./commands/lock.ts').then(({ lockCommand }) => lockCommand(pipeline, flags));
    });

  planning('chat', 'talk to what the pipeline trained')
    .option('--prompt <text>', 'ask this and end (repeatable: one conversation)', collect)
    .option('--compare <model>', '`base`: the model before the training answers, too')
    .option('--step <step>', 'a checkpoint by its step number, or a step of the pipeline by its address')
    .option('--backend <name>', 'where the model runs: `local` or `container`')
    .option('--system <text>', 'system message')
    .option('--max-new-tokens <n>', 'tokens that an answer may have (512)')
    .option('--temperature <t>', '0, the default, takes the likeliest token each time')
    .option('--seed <n>', 'seed of answers that are drawn')
    .action((pipeline: string, flags: object) => {
      ended = import('./commands/chat.ts').then(({ chatCommand }) => chatCommand(pipeline, flags));
    });

  command('check', 'every pipeline and configuration plans, without running').action((flags: object) => {
    ended = import('./commands/check.ts').then(({ checkCommand }) => checkCommand(flags));
  });

  planning('why', 'what differs between a step and its newest result')
    .option('--against <run>', 'compare with what this run had instead')
    .argument('<step>')
    .action((pipeline: string, step: string, flags: object) => {
      ended = import('./commands/why.ts').then(({ whyCommand }) => whyCommand(pipeline, step, flags));
    });

  command(
    'init [pipeline]',
    'a new workspace in this folder, or a new pipeline in the one that is here',
  ).action((pipeline: string | undefined, flags: object) => {
    ended = import('./commands/init.ts').then(({ initCommand }) => initCommand(pipeline, flags));
  });

  command('doctor [pipeline]', 'what this machine offers and lacks')
    .option('-c, --config <name>', 'configuration')
    .action((pipeline: string | undefined, flags: object) => {
      ended = import('./commands/doctor.ts').then(({ doctorCommand }) => doctorCommand(pipeline, flags));
    });

  command('runs', 'the past').action((flags: object) => {
    ended = import('./commands/runs.ts').then(({ runsCommand }) => runsCommand(flags));
  });

  command(
    'show <run> [step]',
    'what happened in a run, or in the newest one of a pipeline, and where its files are',
  )
    .option('-c, --config <name>', 'of the newest run with this configuration, where a pipeline is named')
    .option('--samples', 'of tokenize: every sample, whole')
    .action((run: string, step: string | undefined, flags: object) => {
      ended = import('./commands/show.ts').then(({ showCommand }) => showCommand(run, step, flags));
    });

  command('report <run>', 'one HTML page of a run, or Markdown')
    .addOption(new Option('--format <format>', 'what to write').choices(['html', 'markdown']))
    .option('-o, --output <file>', 'where to write it; `-` is stdout')
    .action((run: string, flags: object) => {
      ended = import('./commands/report.ts').then(({ reportCommand }) => reportCommand(run, flags));
    });

  command('logs <run> <step>', 'what a step printed in a run, or in the newest one of a pipeline')
    .option('-c, --config <name>', 'of the newest run with this configuration, where a pipeline is named')
    .option('-f, --follow', 'go on until the run has ended')
    .action((run: string, step: string, flags: object) => {
      ended = import('./commands/logs.ts').then(({ logsCommand }) => logsCommand(run, step, flags));
    });

  command('verify [pipeline]', 're-read the store against its digests, or execute a step again and compare')
    .option('--rerun <step>', 'execute this step again, away from the store (repeatable)', collect)
    .option('-c, --config <name>', 'configuration of the pipeline')
    .option('--set <STEP.path=VALUE>', 'set a param (repeatable)', collect)
    .action((pipeline: string | undefined, flags: CommonOptions & { readonly rerun?: readonly string[] }) => {
      const { rerun } = flags;
      ended =
        rerun === undefined
          ? import('./commands/store.ts').then(({ verifyCommand }) => verifyCommand(flags))
          : import('./commands/verify-rerun.ts').then(({ rerunCommand }) =>
              rerunCommand(pipeline, { ...flags, rerun }),
            );
    });

  command('diff <run> <other>', 'what differs between two runs').action(
    (run: string, other: string, flags: object) => {
      ended = import('./commands/diff.ts').then(({ diffCommand }) => diffCommand(run, other, flags));
    },
  );

  command('affected', 'which steps differ between the merge base and the working tree')
    .requiredOption('--base <ref>', 'a branch, tag or commit')
    .action((flags: { readonly base: string }) => {
      ended = import('./commands/affected.ts').then(({ affectedCommand }) => affectedCommand(flags));
    });

  command('baseline <action> <run>', '`accept` makes a run the one that others are held against')
    .option(
      '--tolerance <metric=number>',
      'how much worse is still well, in units of the metric (repeatable)',
      collect,
    )
    .action((action: string, run: string, flags: object) => {
      ended = import('./commands/baseline.ts').then(({ baselineCommand }) =>
        baselineCommand(action, run, flags),
      );
    });

  command(
    'cache <action> <folder>',
    '`save` copies the small results of the store, `restore` takes them back',
  )
    .option('--max <size>', 'how much to save in all (500MiB)')
    .option('--each <size>', 'the largest result that is saved (32MiB)')
    .action((action: string, folder: string, flags: object) => {
      ended = import('./commands/cache.ts').then(({ cacheCommand }) => cacheCommand(action, folder, flags));
    });

  command('jobs [action] [job]', 'jobs that run, were adopted or left behind; `cancel JOB` stops one')
    .option('--clean', 'stop and remove what nobody waits for any more')
    .action((action: string | undefined, job: string | undefined, flags: object) => {
      ended = import('./commands/jobs.ts').then(({ jobsCommand }) => jobsCommand(action, job, flags));
    });

  command('gc', 'what could go from the store')
    .option('--apply', 'remove it')
    .option('--keep-runs <n>', 'keep what the last n runs of this workspace need')
    .option('--max <size>', 'keep the store below this size, oldest results first')
    .action((flags: object) => {
      ended = import('./commands/gc.ts').then(({ gcCommand }) => gcCommand(flags));
    });

  command('export <pipeline> <output> <folder>', 'copy an output out of the store')
    .option('-c, --config <name>', 'configuration')
    .action((pipeline: string, output: string, folder: string, flags: object) => {
      ended = import('./commands/store.ts').then(({ exportCommand }) =>
        exportCommand(pipeline, output, folder, flags),
      );
    });

  command('login <service>', 'log in to SwanLab, so that training can be watched')
    .option('--key <key>', 'the API key, `-` for standard input; without it SWANLAB_API_KEY, or a question')
    .option('--host <host>', 'a server of your own')
    .action((service: string, flags: object) => {
      ended = import('./commands/login.ts').then(({ loginCommand }) => loginCommand(service, flags));
    });

  command('sync [run]', 'upload what SwanLab does not have yet of a run, or of all').action(
    (run: string | undefined, flags: object) => {
      ended = import('./commands/sync.ts').then(({ syncCommand }) => syncCommand(run, flags));
    },
  );

  program.helpCommand('help [command]', texts.say('display help for command'));
  for (const each of [program, ...program.commands]) translateHelp(each, texts);
  return {
    commander: program,
    async run(argv) {
      await program.parseAsync(argv);
      return await ended;
    },
  };
}

/** The help of a command in the language of the texts: its description, its options and the titles. */
function translateHelp(each: Command, { say }: Texts): void {
  each.description(say(each.description())).helpOption('-h, --help', say('display help for command'));
  for (const option of each.options) option.description = say(option.description);
  each.configureHelp({ styleTitle: say });
}
