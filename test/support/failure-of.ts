import { ServiceError } from "../../shared/errors.ts";

/** What a caller is told of a failure, and what the log gets. */
export async function failureOf(work: Promise<unknown>) {
  const error: unknown = await work.catch((thrown: unknown) => thrown);
  if (!(error instanceof ServiceError)) throw new Error("It did not fail as it should.", { cause: error });
  const { code, message, log } = error;
  return { code, message, log };
}
