/** One message of a chat, as chat templates and `openai` rows know it. */
export interface Message {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

/** What was said so far. */
export class Conversation {
  #system: string | undefined;
  #turns: Message[] = [];

  constructor(system?: string) {
    this.#system = system;
  }

  get system(): string | undefined {
    return this.#system;
  }

  /** All messages, as they go to the model. */
  get messages(): readonly Message[] {
    return this.#system === undefined
      ? this.#turns
      : [{ role: 'system', content: this.#system }, ...this.#turns];
  }

  /** Whether anything was answered yet. */
  get isEmpty(): boolean {
    return this.#turns.length === 0;
  }

  /** Begins anew; a system message stays. */
  clear(): void {
    this.#turns = [];
  }

  /** Another system message is another conversation: earlier answers were given under the old one. */
  changeSystem(system: string | undefined): void {
    this.#system = system;
    this.clear();
  }

  ask(content: string): void {
    this.#turns.push({ role: 'user', content });
  }

  answer(content: string): void {
    this.#turns.push({ role: 'assistant', content });
  }

  /** Takes the last answer back, so that its question waits again. False when nothing was answered yet. */
  takeBackAnswer(): boolean {
    if (this.#turns.at(-1)?.role !== 'assistant') return false;
    this.#turns.pop();
    return true;
  }

  /** Takes back a question that could not be answered. */
  takeBackQuestion(): void {
    if (this.#turns.at(-1)?.role === 'user') this.#turns.pop();
  }
}
