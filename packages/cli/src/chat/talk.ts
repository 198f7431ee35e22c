import { appendFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Texts } from '../texts/catalogue.ts';
import { AnswerError, type Answerer, type AnswerEnd } from './answerer.ts';
import type { Cast, Voice } from './cast.ts';
import { Conversation } from './conversation.ts';
import { chatCommands, type ChatCommand } from './input.ts';

/** What an answer is written to. */
export interface Page {
  /** Before an answer, when several voices answer: whose it is. */
  heading(name: string): void;
  /** A piece of an answer. */
  text(piece: string): void;
  /** After an answer. */
  end(answer: Answer): void;
  /** A line of ours; where it has to be broken, the rest stands so many cells to the right. */
  note(line: string, hanging?: number): void;
  /** What went wrong, and what to do. */
  problem(message: string, hint: string | undefined): void;
}

/** An answer as it was given. */
export interface Answer extends AnswerEnd {
  readonly voice: string;
  readonly text: string;
}

export interface TalkSettings {
  readonly system: string | undefined;
  readonly compare: boolean;
  readonly checkpoint: number | undefined;
  readonly maxNewTokens: number;
  readonly temperature: number;
  readonly seed: number;
  /** Where `/save` writes when no file is named. */
  readonly saveFile: string;
}

/** Where the words of the help begin, behind the commands. */
const helpWords = 16;

/** Another answer to the same question must be drawn: the likeliest one was given already. */
const retryTemperature = 0.7;

/** A conversation with the models of a pipeline. Whoever types and whoever reads are not its business. */
export class Talk {
  readonly #cast: Cast;
  readonly #answerer: Answerer;
  readonly #page: Page;
  readonly #texts: Texts;
  readonly #settings: TalkSettings;
  readonly #conversation: Conversation;
  #voice: Voice;
  #compares = false;
  #asked = 0;
  /** Set when nobody can answer any more. */
  over = false;
  /** How many questions got no answer. */
  failures = 0;

  constructor(cast: Cast, answerer: Answerer, page: Page, texts: Texts, settings: TalkSettings) {
    this.#cast = cast;
    this.#answerer = answerer;
    this.#page = page;
    this.#texts = texts;
    this.#settings = settings;
    this.#conversation = new Conversation(settings.system);
    this.#voice = cast.main;
  }

  /** Asks, and writes the answer, or the answers of both models. */
  async ask(question: string): Promise<readonly Answer[]> {
    this.#conversation.ask(question);
    return this.#answer(this.#settings.temperature);
  }

  /** Carries out a command; false when it ends the chat. */
  async command(command: ChatCommand, argument: string): Promise<boolean> {
    switch (command) {
      case 'exit':
        return false;
      case 'help':
        for (const name of chatCommands) this.#page.note(this.#texts.chatHelp(name), helpWords);
        break;
      case 'new':
        this.#conversation.clear();
        this.#page.note(this.#texts.chatNew);
        break;
      case 'system':
        this.#changeSystem(argument);
        break;
      case 'retry':
        if (this.#conversation.takeBackAnswer())
          await this.#answer(Math.max(this.#settings.temperature, retryTemperature));
        else this.#page.note(this.#texts.chatNothingToRetry);
        break;
      case 'save':
        this.#save(argument);
        break;
      case 'compare':
        this.compare(argument === '' ? !this.#compares : argument !== 'off');
        break;
      case 'checkpoint':
        this.checkpoint(argument);
    }
    return !this.over;
  }

  /** Lets the base answer beside the tuned model, or no longer. False when there is no base to be had. */
  compare(on: boolean): boolean {
    if (on && this.#cast.base === undefined) {
      this.#page.problem(this.#texts.chatNoBase, undefined);
      return false;
    }
    this.#compares = on;
    this.#page.note(on ? this.#texts.chatCompareOn : this.#texts.chatCompareOff);
    return true;
  }

  /** Lists the checkpoints, or talks to one of them, or to the pipeline's model again. False when there is none such. */
  checkpoint(wanted: string): boolean {
    const { checkpoints, main } = this.#cast;
    const { chatCheckpoint, chatCheckpointOff, chatNoCheckpoint } = this.#texts;
    if (wanted === 'off') {
      this.#voice = main;
      this.#page.note(chatCheckpointOff);
      return true;
    }
    if (wanted === '' && checkpoints.length > 0) {
      for (const { step, evalLoss } of checkpoints)
        this.#page.note(
          `${this.#voice.name === `step ${step}` ? '>' : ' '} ${chatCheckpoint(step, evalLoss?.toFixed(4))}`,
        );
      return true;
    }
    const found = checkpoints.find(({ step }) => String(step) === wanted);
    if (found === undefined) {
      const steps = checkpoints.map(({ step }) => step).join(', ');
      this.#page.problem(chatNoCheckpoint(wanted, steps), undefined);
      return false;
    }
    this.#voice = found;
    this.#page.note(chatCheckpoint(found.step, found.evalLoss?.toFixed(4)));
    return true;
  }

  async #answer(temperature: number): Promise<readonly Answer[]> {
    const answers: Answer[] = [];
    const { messages } = this.#conversation;
    const seed = this.#settings.seed + (this.#asked += 1);
    for (const voice of this.#voices()) {
      if (this.#compares) this.#page.heading(voice.name);
      let text = '';
      try {
        const { maxNewTokens } = this.#settings;
        const end = await this.#answerer.answer(
          { voice, messages, maxNewTokens, temperature, seed },
          (piece) => {
            text += piece;
            this.#page.text(piece);
          },
        );
        const { ended, tokens, promptTokens, seconds } = end;
        const answer = { voice: voice.name, text, ended, tokens, promptTokens, seconds };
        answers.push(answer);
        this.#page.end(answer);
        // Who stops the first of two has seen enough of the question.
        if (ended === 'interrupted') break;
      } catch (error) {
        if (!(error instanceof AnswerError)) throw error;
        this.failures += 1;
        this.over ||= error.fatal;
        this.#page.problem(error.message, error.hint);
      }
    }
    // The tuned model's answer is the one that the conversation goes on from.
    const [first] = answers;
    if (first === undefined) this.#conversation.takeBackQuestion();
    else this.#conversation.answer(first.text);
    return answers;
  }

  #voices(): readonly Voice[] {
    if (!this.#compares || this.#cast.base === undefined) return [this.#voice];
    // Adapter and base share their weights, so that two models need the memory of one.
    const tuned = this.#voice === this.#cast.main ? (this.#cast.tuned ?? this.#voice) : this.#voice;
    return [tuned, this.#cast.base];
  }

  #changeSystem(system: string): void {
    const { chatSystem, chatNoSystem, chatSystemOff } = this.#texts;
    if (system === '') {
      const current = this.#conversation.system;
      this.#page.note(current === undefined ? chatNoSystem : chatSystem(current));
      return;
    }
    this.#conversation.changeSystem(system === 'off' ? undefined : system);
    this.#page.note(system === 'off' ? chatSystemOff : chatSystem(system));
  }

  /** As a row of the `openai` format, so that `load-rows` can read what was saved. */
  #save(name: string): void {
    if (this.#conversation.isEmpty) {
      this.#page.note(this.#texts.chatNothingToSave);
      return;
    }
    const file = name === '' ? this.#settings.saveFile : name;
    try {
      appendFileSync(resolve(file), `${JSON.stringify({ messages: this.#conversation.messages })}\n`);
      this.#page.note(this.#texts.chatSaved(file));
    } catch (error) {
      this.#page.problem(this.#texts.chatNotSaved(file, (error as Error).message), undefined);
    }
  }
}
