/** An error's code, such as Node's ECONNREFUSED or jose's ERR_JWKS_INVALID; undefined for what has none. */
export function errorCode(error: unknown): string | undefined {
  const { code }: { code?: unknown } = Object(error);
  return typeof code === "string" ? code : undefined;
}
