import { type Claim, type Finding, fail, warn } from "../../../packages/tls-check/src/index.ts";
import { WRONG_HOST } from "../../../shared/wrong-setting.ts";

/** A host in the settings. */
interface SetHost {
  readonly host: string;
  /** What it was read from. */
  readonly variable: string;
  /** Whether a DNS that only the functions ask may know its name, such as that of their VPC. */
  readonly mayBePrivate: boolean;
}

/**
 * What is wrong with a host because of which the functions say that its setting is wrong.
 *
 * @param code why the connection failed
 * @returns undefined for any other failure
 */
export function wrongHostFinding(
  claim: Claim,
  code: string,
  { host, variable, mayBePrivate }: SetHost,
): Finding | undefined {
  if (!WRONG_HOST.test(code)) return undefined;
  if (code !== "ENOTFOUND") {
    return fail(claim, `The certificate of ${host} is for other names (${code}).`, `Correct ${variable}.`);
  }
  return mayBePrivate
    ? warn(
        claim,
        `DNS does not know ${host}, at least not from here.`,
        `Correct ${variable}, unless the name is one that only the functions' VPC knows.`,
      )
    : fail(claim, `DNS does not know ${host}.`, `Correct ${variable}.`);
}
