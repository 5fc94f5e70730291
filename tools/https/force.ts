import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { BucketAccess } from "./bucket-api.ts";
import { deletePolicy, getPolicy, putPolicy } from "./policy/bucket-policy.ts";
import { difference } from "./policy/difference.ts";
import { NO_POLICY, type PolicyDocument, policyText, readPolicyDocument } from "./policy/document.ts";
import { forceStatement, isForceStatement } from "./policy/force-statement.ts";
import { type Consent, confirm, type HttpsWorld, NotDone } from "./world.ts";

const CONSEQUENCE = `
From then on COS refuses every request to the bucket over plain HTTP, signed or not: links to http://,
a CDN that fetches from the bucket by HTTP, old programs. HTTPS is not touched.`;

/**
 * Adds the statement that forces HTTPS to the bucket's policy, unless it is there.
 *
 * @throws NotDone, BucketError or PolicyFormError; nothing was changed then, or the message says what was
 */
export async function force(access: BucketAccess, consent: Consent, world: HttpsWorld): Promise<void> {
  const { bucket } = access;
  await change(access, consent, world, {
    done: (document) => document.statements.some((statement) => isForceStatement(statement, bucket)),
    alreadyDone: `HTTPS is already forced on ${bucket.bucket}; nothing to do.`,
    next: (document) => ({
      ...document,
      statements: [...document.statements, forceStatement(bucket)],
    }),
    consequence: CONSEQUENCE,
    question: `Force HTTPS on ${bucket.bucket}?`,
    success: `HTTPS is forced on ${bucket.bucket}. To check it: npm run https -- status`,
  });
}

/**
 * Takes exactly that statement out again. A policy of which nothing remains is deleted.
 *
 * @throws as {@link force} does
 */
export async function unforce(access: BucketAccess, consent: Consent, world: HttpsWorld): Promise<void> {
  const { bucket } = access;
  const isOther = (statement: unknown) => !isForceStatement(statement, bucket);
  await change(access, consent, world, {
    done: (document) => document.statements.every(isOther),
    alreadyDone: `No statement from this command forces HTTPS on ${bucket.bucket}; nothing to do.`,
    next: (document) => ({ ...document, statements: document.statements.filter(isOther) }),
    consequence: "",
    question: `Let ${bucket.bucket} answer plain HTTP again?`,
    success: `HTTPS is no longer forced on ${bucket.bucket}.`,
  });
}

interface Change {
  readonly done: (document: PolicyDocument) => boolean;
  readonly alreadyDone: string;
  readonly next: (document: PolicyDocument) => PolicyDocument;
  readonly consequence: string;
  readonly question: string;
  readonly success: string;
}

async function change(
  access: BucketAccess,
  consent: Consent,
  world: HttpsWorld,
  wanted: Change,
): Promise<void> {
  const before = await getPolicy(access);
  const document = before === undefined ? NO_POLICY : readPolicyDocument(before);
  if (wanted.done(document)) {
    world.write(`${wanted.alreadyDone}\n`);
    return;
  }
  const next = wanted.next(document);
  const shown = (shownDocument: PolicyDocument) =>
    shownDocument.statements.length === 0 ? "" : policyText(shownDocument);
  world.write(`The policy of ${access.bucket.bucket}:\n\n${difference(shown(document), shown(next))}\n`);
  if (next.statements.length === 0) world.write("\nNothing is left of the policy, so it is deleted.\n");
  world.write(`${wanted.consequence}\n`);
  await confirm(wanted.question, consent, world);

  // COS has no way to say "only if it is still the same"; this leaves a moment, not the minutes of reading.
  if ((await getPolicy(access)) !== before) {
    throw new NotDone(
      "Nothing was changed: somebody else changed the policy in the meantime. Run this again.",
    );
  }
  if (before === undefined) world.write("There was no policy before, so there is nothing to save.\n");
  else world.write(`The previous policy is saved in ${await save(before, access, world)}\n`);

  if (next.statements.length === 0) await deletePolicy(access);
  else await putPolicy(access, policyText(next));
  const after = await getPolicy(access);
  if (!wanted.done(after === undefined ? NO_POLICY : readPolicyDocument(after))) {
    throw new NotDone(
      "COS accepted the change but now shows another policy. Look at it in the console, then run this again.",
    );
  }
  world.write(`${wanted.success}\n`);
}

/** @throws NotDone when it cannot be saved */
async function save(
  policy: string,
  { bucket, clock }: BucketAccess,
  { directory }: HttpsWorld,
): Promise<string> {
  const time = new Date(clock()).toISOString().replaceAll(/[-:.]/g, "");
  const file = join(directory, `bucket-policy-${bucket.bucket}-${time}.json`);
  try {
    await writeFile(file, policy, { flag: "wx", mode: 0o600 });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new NotDone(`Nothing was changed: the previous policy could not be saved (${why}).`);
  }
  return file;
}
