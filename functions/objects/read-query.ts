import { type Fields, readFields } from "../../shared/http/json-body.ts";
import type { HttpRequest } from "../../shared/http/request.ts";

/**
 * The named parameters of a query; one that was given more than once is a list.
 *
 * @throws ServiceError 400 `InvalidParameter` for any other parameter
 */
export function readQuery<F extends string>({ query }: HttpRequest, names: readonly F[]): Fields<F> {
  const given = [...query].map(([name, values]) => [name, values.length === 1 ? values[0] : values]);
  return readFields(Object.fromEntries(given), names, "The query");
}
