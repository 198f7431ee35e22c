import { SwanLabError } from './errors.ts';
import { createRunId } from './naming.ts';
import type { EnvironmentRun, Mode } from './settings.ts';

export type Resume = 'never' | 'allow' | 'must';

export type Metadata = Readonly<Record<string, unknown>>;

/** What a run is called and where it belongs. Names and limits are SwanLab's. */
export interface InitOptions {
  /** 1 to 100 of 0-9 A-Z a-z _ - + . @default the name of the working directory */
  readonly project?: string;
  /** 1 to 25 of 0-9 A-Z a-z _ - @default the user's own */
  readonly workspace?: string;
  /** Who may see a project that is created. @default false */
  readonly public?: boolean;
  /** Up to 512 characters. @default an adjective, an animal and a number */
  readonly name?: string;
  /** Up to 1024 characters. */
  readonly description?: string;
  /** Up to 512 characters. */
  readonly jobType?: string;
  /** Up to 512 characters. */
  readonly group?: string;
  /** Up to 30, each of up to 512 characters. */
  readonly tags?: readonly string[];
  /** `#RRGGBB` */
  readonly color?: string;
  /** Up to 512 characters without < > : " / \ | ? * # % and control characters; only together with `resume`. */
  readonly id?: string;
  /** `true` stands for `allow`, `false` for `never`. @default never */
  readonly resume?: Resume | boolean;
  readonly config?: Readonly<Record<string, unknown>>;
  readonly logDir?: string;
  /** The folder of an earlier part of this run: steps and console lines go on after those in it. */
  readonly continues?: string;
  /** Whether console lines begin anew as they did in the earlier part; what it has of them is then left out. @default false */
  readonly repeats?: boolean;
  readonly mode?: Mode | 'cloud' | 'local';
  /** What is shown of the machine: collected here, given, made of what was collected, or nothing. @default collect */
  readonly metadata?: 'collect' | 'none' | Metadata | ((collected: Metadata) => Metadata);
  /** Whether trouble with the server ends in an error or in an offline run. @default throw */
  readonly onInitFailure?: 'throw' | 'offline';
  /** Milliseconds between samples of this machine's load; 0 takes none. @default 0 */
  readonly monitorInterval?: number;
}

/** The names of a run, checked; an empty text stands for none. */
export interface RunIdentity {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly jobType: string;
  readonly group: string;
  readonly tags: readonly string[];
  readonly color: string;
}

export interface RunPlan extends RunIdentity {
  readonly project: string;
  readonly workspace: string;
  readonly public: boolean;
  readonly resume: Resume;
}

const idPattern = /^[^<>:"/\\|?*#%\u0000-\u001f\u007f]{1,512}$/;

/** Call, then environment, then defaults; throws for what the server would refuse. */
export function planRun(given: InitOptions, environment: EnvironmentRun, directoryName: string): RunPlan {
  const options = { ...environment, ...dropUndefined(given) };
  const resume = readResume(options.resume);
  if (options.id !== undefined && resume === 'never') {
    throw new SwanLabError(
      'id-without-resume',
      `the id "${options.id}" was given for a run that must be new`,
      {
        hint: 'use resume: "allow"',
      },
    );
  }
  if (options.id === undefined && resume === 'must') {
    throw new SwanLabError('resume-without-id', 'resume: "must" needs the id of the run');
  }
  const plan: RunPlan = {
    project: options.project ?? projectNameFrom(directoryName),
    workspace: options.workspace ?? '',
    public: options.public ?? false,
    name: options.name ?? '',
    description: options.description ?? '',
    jobType: options.jobType ?? '',
    group: options.group ?? '',
    tags: options.tags ?? [],
    color: options.color ?? '',
    id: options.id ?? createRunId(),
    resume,
  };
  check(plan);
  return plan;
}

function readResume(value: string | boolean | undefined): Resume {
  if (value === true || value === 'allow') return 'allow';
  if (value === undefined || value === false || value === 'never') return 'never';
  if (value === 'must') return 'must';
  throw new SwanLabError('invalid-resume', `resume must be never, allow or must, not "${value}"`);
}

function check(plan: RunPlan): void {
  const refuse = (what: string, rule: string) => {
    throw new SwanLabError('invalid-option', `${what} ${rule}`);
  };
  if (!/^[0-9a-zA-Z_\-+.]{1,100}$/.test(plan.project))
    refuse(`project "${plan.project}"`, 'must be 1 to 100 of 0-9 A-Z a-z _ - + .');
  if (!/^[0-9a-zA-Z_-]{0,25}$/.test(plan.workspace))
    refuse(`workspace "${plan.workspace}"`, 'must be 1 to 25 of 0-9 A-Z a-z _ -');
  for (const name of ['name', 'jobType', 'group'] as const) {
    if (plan[name].length > 512) refuse(name, `has ${plan[name].length} characters; 512 is the most`);
  }
  if (plan.description.length > 1024)
    refuse('description', `has ${plan.description.length} characters; 1024 is the most`);
  if (plan.tags.length > 30) refuse('tags', `are ${plan.tags.length}; 30 is the most`);
  const long = plan.tags.find((tag) => tag.length > 512);
  if (long !== undefined) refuse('a tag', `has ${long.length} characters; 512 is the most`);
  if (plan.color !== '' && !/^#[0-9a-fA-F]{6}$/.test(plan.color))
    refuse(`color "${plan.color}"`, 'must be #RRGGBB');
  if (!idPattern.test(plan.id))
    refuse(`id "${plan.id}"`, 'must be 1 to 512 characters without < > : " / \\ | ? * # %');
}

/** A folder may have any name; a project may not. */
function projectNameFrom(directoryName: string): string {
  return directoryName.replaceAll(/[^0-9a-zA-Z_\-+.]/g, '-').slice(0, 100) || 'swanlab';
}

function dropUndefined<Value extends object>(value: Value): Value {
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined)) as Value;
}
