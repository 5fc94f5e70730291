/**
 * Why a key set, or a key of it, was refused, for the log: an error's code; of jose's complaints about a key, such as
 * an RSA key that is too short, which have none, the sentence.
 */
export function reasonOf(error: unknown): string {
  const { code, name = "" }: { code?: unknown; name?: unknown } = Object(error);
  if (typeof code === "string") return code;
  return error instanceof TypeError ? error.message : String(name);
}
