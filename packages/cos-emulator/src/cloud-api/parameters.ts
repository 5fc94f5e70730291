import { ApiError, missingParameter } from "./api-error.ts";

/**
 * An action's own parameters. In a form or query string they are text, and a number is decimal digits; in a JSON body
 * they have JSON's types.
 */
export class Parameters {
  readonly #values: ReadonlyMap<string, unknown>;
  readonly #form: "text" | "json";

  constructor(values: ReadonlyMap<string, unknown>, form: "text" | "json") {
    this.#values = values;
    this.#form = form;
  }

  names(): Iterable<string> {
    return this.#values.keys();
  }

  /** The value as it was sent, for an action that reads nested JSON itself. */
  raw(name: string): unknown {
    return this.#values.get(name);
  }

  /** @throws {ApiError} InvalidParameter when it is not a string */
  text(name: string): string | undefined {
    const value = this.#values.get(name) ?? undefined;
    if (value === undefined || typeof value === "string") return value;
    throw wrongType(name, "a string");
  }

  /** @throws {ApiError} MissingParameter, or InvalidParameter when it is not a string */
  requiredText(name: string): string {
    const value = this.text(name);
    if (value === undefined || value === "") throw missingParameter(name);
    return value;
  }

  /** @throws {ApiError} InvalidParameter when it is not a whole number */
  integer(name: string): number | undefined {
    const value = this.#values.get(name) ?? undefined;
    if (value === undefined) return undefined;
    if (typeof value === "number" && Number.isSafeInteger(value)) return value;
    if (this.#form === "text" && typeof value === "string" && /^-?\d{1,15}$/.test(value))
      return Number(value);
    throw wrongType(name, "an integer");
  }

  /** @throws {ApiError} InvalidParameter when it is neither true nor false */
  boolean(name: string): boolean | undefined {
    const value = this.#values.get(name) ?? undefined;
    if (value === undefined || typeof value === "boolean") return value;
    if (this.#form === "text" && (value === "true" || value === "false")) return value === "true";
    throw wrongType(name, "a boolean");
  }
}

function wrongType(name: string, wanted: string): ApiError {
  return new ApiError("InvalidParameter", `The value of the parameter \`${name}\` is not ${wanted}.`);
}

/**
 * The parameters of a form body or a query string, by name.
 *
 * @throws {ApiError} InvalidParameter when a name occurs twice
 */
export function parseTextParameters(text: string): Map<string, string> {
  const parameters = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(text)) {
    if (parameters.has(name)) {
      throw new ApiError("InvalidParameter", `The parameter \`${name}\` is given more than once.`);
    }
    parameters.set(name, value);
  }
  return parameters;
}
