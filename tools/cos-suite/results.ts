import type { SuiteMessage } from "./suite.ts";

/** Why a case did not pass: the emulator answered 501, a host is not emulated, or something else. */
export type Ending = "501" | "network" | "fail";

export interface GroupResult {
  readonly title: string;
  readonly passed: number;
  readonly failed: readonly FailedCase[];
}

export interface FailedCase {
  readonly title: string;
  readonly error: string;
  /** The lines of the emulator's log about requests that it refused while the case ran. */
  readonly refusals: readonly string[];
  /** The hosts that it called and that are not emulated. */
  readonly elsewhere: readonly string[];
}

/** The emulator's own 501 takes precedence: after one, a case may do anything. */
export function endingOf({ refusals, elsewhere }: FailedCase): Ending {
  if (refusals.some((line) => line.includes(" 501 NotImplemented"))) return "501";
  return elsewhere.length > 0 ? "network" : "fail";
}

/**
 * Turns a suite's messages into the results of its groups.
 *
 * @param takeRefusals returns what the emulator has refused since the last call
 */
export async function* groupsOf(
  messages: AsyncIterable<SuiteMessage>,
  takeRefusals: () => readonly string[],
): AsyncGenerator<GroupResult> {
  let group: Group | undefined;
  let elsewhere: string[] = [];
  for await (const message of messages) {
    if (message.type === "elsewhere") {
      elsewhere.push(message.host);
      continue;
    }
    if (message.type === "group") {
      if (group !== undefined) yield group.result();
      group = new Group(message.title, message.count);
    } else if (message.type === "pass") group?.pass(message.title);
    else group?.fail({ ...message, refusals: takeRefusals(), elsewhere });
    elsewhere = [];
    takeRefusals();
  }
  if (group !== undefined) yield group.result();
}

class Group {
  readonly #title: string;
  readonly #count: number;
  readonly #passed = new Set<string>();
  readonly #failed = new Map<string, FailedCase>();
  #index = 0;

  constructor(title: string, count: number) {
    this.#title = title;
    this.#count = count;
  }

  pass(title: string): void {
    this.#index += 1;
    this.#passed.add(`${this.#index} ${title}`);
  }

  /**
   * A case that fails after it has passed is reported as failed right after that, and the last report counts. Titles are
   * not unique.
   */
  fail({ title, error, refusals, elsewhere }: FailedCase): void {
    if (!this.#passed.delete(`${this.#index} ${title}`)) this.#index += 1;
    this.#failed.set(`${this.#index} ${title}`, { title, error, refusals, elsewhere });
  }

  result(): GroupResult {
    const failed = [...this.#failed.values()];
    const missing = this.#count - this.#passed.size - failed.length;
    const error = `${missing} cases were not run`;
    const lost = { title: "its process ended early", error, refusals: [], elsewhere: [] };
    return {
      title: this.#title,
      passed: this.#passed.size,
      failed: missing > 0 ? [...failed, lost] : failed,
    };
  }
}
