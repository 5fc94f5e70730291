import { ApiError } from "../../cloud-api/api-error.ts";
import type { Parameters } from "../../cloud-api/parameters.ts";

/** The times that OrderBy can name, each with how an item has it; the first is the default. */
export type Times<T> = Readonly<Record<string, (item: T) => number>>;

/**
 * A list in the order that a call's OrderBy and Order ask for: the newest first, unless they say otherwise. Of the same
 * time, the one that was added last counts as the newest.
 *
 * @param items in the order in which they were added
 * @throws {ApiError} InvalidParameterValue.OrderBy, InvalidParameterValue.Order
 */
export function inOrder<T>(items: readonly T[], parameters: Parameters, times: Times<T>): T[] {
  const [first = ""] = Object.keys(times);
  const timeOf = times[parameters.text("OrderBy") ?? first];
  if (timeOf === undefined) {
    const names = Object.keys(times).join(" or ");
    throw new ApiError("InvalidParameterValue.OrderBy", `OrderBy must be ${names}.`);
  }
  const order = parameters.text("Order") ?? "DESC";
  if (order !== "ASC" && order !== "DESC") {
    throw new ApiError("InvalidParameterValue.Order", "Order must be ASC or DESC.");
  }
  const oldestFirst = items.toSorted((a, b) => timeOf(a) - timeOf(b));
  return order === "ASC" ? oldestFirst : oldestFirst.toReversed();
}
