import { blocked, type Finding, fail, pass } from "../../../packages/tls-check/src/index.ts";
import type { Environment } from "../../../shared/config.ts";
import { readCorsOrigins } from "../../../shared/http/cors.ts";
import { type BucketAccess, BucketError } from "../../lib/bucket-api.ts";
import { UsageError } from "../../lib/command-line.ts";
import { type ChangingWorld, type Consent, NotDone } from "../../lib/consent.ts";
import { readNamed } from "../../lib/named-files.ts";
import { allowOrigins, restoreCors } from "./cors.ts";
import { CorsFormError, readCorsDocument } from "./document.ts";

/** The change that `doctor cors` makes. */
export type CorsChange = (consent: Consent, world: ChangingWorld) => Promise<void>;

/**
 * Reads which change to make, from the settings or from a saved file.
 *
 * @param undo the saved file; undefined for the rule of CORS_ORIGINS
 * @throws ConfigurationError, UsageError, CorsFormError
 */
export async function readCorsChange(
  access: BucketAccess,
  env: Environment,
  undo: string | undefined,
): Promise<CorsChange> {
  if (undo !== undefined) {
    const saved = readCorsDocument((await readNamed(undo)).toString("utf8"));
    return (consent, world) => restoreCors(access, saved, consent, world);
  }
  const origins = readCorsOrigins(env);
  if (origins.size === 0) {
    throw new UsageError(
      "CORS_ORIGINS is not set. Set it to the origins of your pages, such as https://www.example.com; a Mini " +
        "Program needs none.",
    );
  }
  return (consent, world) => allowOrigins(access, origins, consent, world);
}

/** The change as a check, for --json. A program reads the report, so this asks no questions. */
export async function corsFinding(
  change: CorsChange,
  consent: Consent,
  world: ChangingWorld,
): Promise<Finding> {
  const claim = { id: "cors", title: "the bucket has the requested CORS configuration" };
  let written = "";
  const write = (text: string) => {
    written += text;
  };
  try {
    await change(consent, { ...world, write, ask: undefined });
    return pass(claim, written.trim());
  } catch (error) {
    const detail = (message: string) => `${written}${message}`.trim();
    if (error instanceof NotDone) {
      return fail(claim, detail(error.message), consent.yes ? "Run it again." : "Run it with -y.");
    }
    if (error instanceof BucketError || error instanceof CorsFormError)
      return blocked(claim, detail(error.message));
    throw error;
  }
}
