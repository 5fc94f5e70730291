import type { Origins } from "../../../shared/http/cors.ts";
import type { BucketAccess } from "../../lib/bucket-api.ts";
import { type Change, changeConfiguration } from "../../lib/change-configuration.ts";
import type { ChangingWorld, Consent } from "../../lib/consent.ts";
import { CORS } from "./bucket-cors.ts";
import { type CorsDocument, corsText, isSame, NO_CORS, readCorsDocument, withRuleFor } from "./document.ts";

/**
 * Gives the bucket a CORS rule for exactly these origins, unless it has one. Every other rule stays.
 *
 * @throws NotDone, BucketError or CorsFormError; nothing was changed then, or the message says what was
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
      "a CDN answers in the bucket's place.",
    consequence:
      "\nPages of these origins can then send files to the bucket and read from it, with a signature.",
    question: `Put this CORS rule on ${bucket}?`,
    success: (savedIn = "") =>
      `${bucket} has the CORS rule. To check it: npm run doctor\nTo undo it: npm run doctor -- cors --undo ${savedIn}`,
  };
  await changeConfiguration(access, CORS, change, consent, world);
}

/**
 * Puts back a configuration that {@link allowOrigins} saved; one without rules is none.
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
    question: `Put the saved CORS configuration back on ${bucket}?`,
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
