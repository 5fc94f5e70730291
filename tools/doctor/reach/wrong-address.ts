import { type Claim, type Finding, fail, warn } from "../../../packages/tls-check/src/index.ts";
import { WRONG_ADDRESS } from "../../../shared/wrong-setting.ts";

/** An address in the settings. */
interface SetAddress {
  readonly host: string;
  /** What it was read from. */
  readonly variable: string;
  /** Whether a DNS that only the functions ask may know its name, such as that of their VPC. */
  readonly mayBePrivate: boolean;
}

/**
 * What is wrong with an address because of which the functions say that its setting is wrong.
 *
 * @param code why the connection failed
 * @returns undefined for any other failure
 */
export function wrongAddressFinding(
  claim: Claim,
  code: string,
  { host, variable, mayBePrivate }: SetAddress,
): Finding | undefined {
  if (!WRONG_ADDRESS.test(code)) return undefined;
  if (code !== "ENOTFOUND") return fail(claim, answered(host, code), `Correct ${variable}.`);
  return mayBePrivate
    ? warn(
        claim,
        `DNS does not know ${host}, at least not from here.`,
        `Correct ${variable}, unless the name is one that only the functions' VPC knows.`,
      )
    : fail(claim, `DNS does not know ${host}.`, `Correct ${variable}.`);
}

function answered(host: string, code: string): string {
  if (code.startsWith("ERR_TLS_CERT")) return `The certificate of ${host} is for other names (${code}).`;
  const language = code.startsWith("HPE_") ? "HTTP" : code === "NOT_REDIS" ? "Redis's protocol" : "TLS";
  return `What answers at ${host} does not speak ${language} (${code}): another port, or another server.`;
}
