import type { Environment } from "../config.ts";
import { ConfigurationError, notFound, ServiceError } from "../errors.ts";
import { type PlatformResponse, platformResponse } from "../http/response.ts";
import { coldStart } from "./cold-start.ts";
import { errorAnswer } from "./error-answer.ts";
import { Invocation } from "./invocation.ts";
import { type LogFields, writeLine } from "./log.ts";

/** The result of one run. */
export interface Outcome<R> {
  /** The log line's. */
  readonly level: "info" | "warn" | "error";
  /** For the log line, in addition to what was noted in the invocation. */
  readonly log: LogFields;
  /** The answer to SCF, which writes it to the log, so it must hold nothing secret. */
  readonly result: R;
}

/** A run that failed in an expected way. The message goes to the log and to SCF, and holds nothing secret. */
export class RunError extends Error {
  override readonly name: string = "RunError";
  /** For the log. */
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** The events that start a function. */
export interface EventKind<E> {
  /** @returns undefined for any other event */
  readonly read: (event: unknown) => E | undefined;
  /** What they are, as a sentence for the sender of any other event. */
  readonly says: string;
}

/**
 * Makes a `main_handler` for events that no HTTP request is.
 *
 * `setup` runs at cold start. A ConfigurationError there is logged, and every invocation then fails. So does one
 * whose `run` throws: SCF repeats a failed invocation of a trigger. Of a {@link RunError} and a ServiceError the log and
 * SCF get code and message; of any other error the log gets its class, and SCF nothing. Each invocation writes one line
 * to the log, and never the event. Any other event, such as a request through a Function URL, is answered with 404 and
 * starts nothing.
 */
export function onEvent<E, T, R extends object>(
  name: string,
  setup: (env: Environment) => T,
  { read, says }: EventKind<E>,
  run: (event: E, ready: T, invocation: Invocation) => Promise<Outcome<R>>,
): (event: unknown, context: unknown) => Promise<R | PlatformResponse> {
  const ready = coldStart(name, setup);
  return async (given, context) => {
    const invocation = new Invocation(context);
    const { requestId } = invocation;
    const line = (fields: LogFields) =>
      writeLine({
        requestId,
        function: name,
        ...fields,
        ...invocation.log,
        totalMs: invocation.elapsedMs(),
      });
    const event = read(given);
    if (event === undefined) {
      line({ level: "info", code: "NotFound" });
      return platformResponse(errorAnswer(notFound(says), requestId));
    }
    if (ready === undefined) {
      line({ level: "error", code: "ConfigurationError" });
      throw new ConfigurationError("The function is not configured; its log says what is missing.");
    }
    try {
      const { level, log, result } = await run(event, ready, invocation);
      line({ level, code: "OK", ...log });
      return result;
    } catch (error) {
      if (error instanceof RunError) {
        line({ level: "error", code: error.code, error: error.message });
        throw error;
      }
      if (error instanceof ServiceError) {
        line({ level: "error", code: error.code, error: error.message, ...error.log });
        throw new RunError(error.code, error.message);
      }
      line({
        level: "error",
        code: "InternalError",
        error: error instanceof Error ? error.name : typeof error,
      });
      throw new Error("The function failed; its log says where.");
    }
  };
}
