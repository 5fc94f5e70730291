import { membersOf } from "../json/read-json.ts";
import { ApiError, missingParameter } from "./api-error.ts";

/*
 * Written by hand, not with a schema: the emulator must answer each wrong member with the service's own code, and check
 * them in the same order.
 */

/**
 * The members of a JSON object among an action's parameters.
 *
 * @throws {ApiError} InvalidParameter when it is not an object
 */
export function members(value: unknown, name: string): ReadonlyMap<string, unknown> {
  const found = membersOf(value);
  if (found !== undefined) return found;
  throw new ApiError("InvalidParameter", `The value of the parameter \`${name}\` is not an object.`);
}

/** @throws {ApiError} MissingParameter, or InvalidParameter when it is not an array */
export function list(value: unknown, name: string): readonly unknown[] {
  if (value === undefined || value === null) throw missingParameter(name);
  if (!Array.isArray(value)) {
    throw new ApiError("InvalidParameter", `The value of the parameter \`${name}\` is not an array.`);
  }
  return value;
}

/** @throws {ApiError} MissingParameter, or InvalidParameter when it is not an array of strings */
export function texts(value: unknown, name: string): readonly string[] {
  return list(value, name).map((item, i) => {
    if (typeof item === "string") return item;
    throw new ApiError("InvalidParameter", `The value of the parameter \`${name}.${i}\` is not a string.`);
  });
}

/** @throws {ApiError} MissingParameter, or InvalidParameter when it is not an array of whole numbers */
export function integers(value: unknown, name: string): readonly number[] {
  return list(value, name).map((item, i) => {
    if (typeof item === "number" && Number.isSafeInteger(item)) return item;
    throw new ApiError("InvalidParameter", `The value of the parameter \`${name}.${i}\` is not an integer.`);
  });
}

/** @throws {ApiError} UnknownParameter for a member that is not one of `known` */
export function onlyMembers(
  value: ReadonlyMap<string, unknown>,
  known: readonly string[],
  name: string,
): void {
  for (const member of value.keys()) {
    if (!known.includes(member)) {
      throw new ApiError("UnknownParameter", `The parameter \`${name}.${member}\` is not recognized.`);
    }
  }
}

/** A text member, or undefined. @throws {ApiError} InvalidParameter */
export function textMember(
  value: ReadonlyMap<string, unknown>,
  member: string,
  name: string,
): string | undefined {
  const text = value.get(member) ?? undefined;
  if (text === undefined || typeof text === "string") return text;
  throw new ApiError("InvalidParameter", `The value of the parameter \`${name}.${member}\` is not a string.`);
}
