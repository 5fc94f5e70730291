import type { Origins } from "../../../shared/http/cors.ts";
import type { BucketAccess } from "../../lib/bucket-api.ts";
import { type Change, changeConfiguration } from "../../lib/change-configuration.ts";
import type { ChangingWorld, Consent } from "../../lib/consent.ts";
import { inShell } from "../../lib/in-shell.ts";
import { CORS } from "./bucket-cors.ts";
import { type CorsDocument, corsText, isSame, NO_CORS, readCorsDocument, withRuleFor } from "./document.ts";

/**
 * Adds a CORS rule for exactly these origins to the bucket, unless it has one. All other rules stay.
 *
 * @throws NotDone, BucketError or CorsFormError; then nothing was changed, or the message says what was
 */
export async function allowOrigins(
  access: BucketAccess,
  origins: Origins,
  consent: Consent,
  world: ChangingWorld,
): Promise<void> {
  const { bucket } = access.bucket;
  const change = {
    step: stepTo((document) => withRuleFor(origins, document)),
    alreadyDone:
      `${bucket} already has a CORS rule for exactly these origins; nothing to do. If a page is still refused, ` +
      "a CDN answers instead of the bucket.",
    consequence:
      "\nPages from these origins can then upload files to the bucket and read from it, with a signature.",
    question: `Add this CORS rule to ${bucket}?`,
    success: (savedIn = "") =>
      `${bucket} has the CORS rule. To check it: npm run doctor\nTo undo it: npm run doctor -- cors --undo ${inShell(savedIn)}`,
  };
  await changeConfiguration(access, CORS, change, consent, world);
}

/**
 * Restores a configuration that {@link allowOrigins} saved. If it has no rules, the bucket's configuration is deleted.
 *
 * @throws as {@link allowOrigins} does
 */
export async function restoreCors(
  access: BucketAccess,
  saved: CorsDocument,
  consent: Consent,
  world: ChangingWorld,
): Promise<void> {
  const { bucket } = access.bucket;
  const target = corsText(saved) === "" ? NO_CORS : saved;
  const change = {
    step: stepTo(() => target),
    alreadyDone: `The CORS configuration of ${bucket} is the saved one; nothing to do.`,
    consequence: "",
    question: `Restore the saved CORS configuration of ${bucket}?`,
    success: () => `${bucket} has the saved CORS configuration again.`,
  };
  await changeConfiguration(access, CORS, change, consent, world);
}

function stepTo(next: (document: CorsDocument) => CorsDocument): Change["step"] {
  return (before) => {
    const document = before === undefined ? NO_CORS : readCorsDocument(before);
    const wanted = next(document);
    return isSame(document, wanted) ? undefined : { from: corsText(document), to: corsText(wanted) };
  };
}
