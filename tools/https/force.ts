import type { BucketAccess } from "../lib/bucket-api.ts";
import { type Change, type Configuration, changeConfiguration } from "../lib/change-configuration.ts";
import type { ChangingWorld, Consent } from "../lib/consent.ts";
import { deletePolicy, getPolicy, putPolicy } from "./policy/bucket-policy.ts";
import { NO_POLICY, type PolicyDocument, policyText, readPolicyDocument } from "./policy/document.ts";
import { forceStatement, isForceStatement } from "./policy/force-statement.ts";

const POLICY: Configuration = {
  name: "policy",
  file: { start: "bucket-policy", extension: "json" },
  get: getPolicy,
  put: putPolicy,
  remove: deletePolicy,
};

const CONSEQUENCE = `
From then on COS refuses every request to the bucket over plain HTTP, signed or not: links to http://,
a CDN that fetches from the bucket by HTTP, old programs. HTTPS is not touched.`;

/**
 * Adds the statement that forces HTTPS to the bucket's policy, unless it is there.
 *
 * @throws NotDone, BucketError or PolicyFormError; nothing was changed then, or the message says what was
 */
export async function force(access: BucketAccess, consent: Consent, world: ChangingWorld): Promise<void> {
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
    success: () => `HTTPS is forced on ${bucket.bucket}. To check it: npm run https -- status`,
  });
}

/**
 * Takes exactly that statement out again. A policy of which nothing remains is deleted.
 *
 * @throws as {@link force} does
 */
export async function unforce(access: BucketAccess, consent: Consent, world: ChangingWorld): Promise<void> {
  const { bucket } = access;
  const isOther = (statement: unknown) => !isForceStatement(statement, bucket);
  await change(access, consent, world, {
    done: (document) => document.statements.every(isOther),
    alreadyDone: `No statement from this command forces HTTPS on ${bucket.bucket}; nothing to do.`,
    next: (document) => ({ ...document, statements: document.statements.filter(isOther) }),
    consequence: "",
    question: `Let ${bucket.bucket} answer plain HTTP again?`,
    success: () => `HTTPS is no longer forced on ${bucket.bucket}.`,
  });
}

interface PolicyChange extends Omit<Change, "step"> {
  readonly done: (document: PolicyDocument) => boolean;
  readonly next: (document: PolicyDocument) => PolicyDocument;
}

async function change(
  access: BucketAccess,
  consent: Consent,
  world: ChangingWorld,
  { done, next, ...spoken }: PolicyChange,
): Promise<void> {
  const step = (before: string | undefined) => {
    const document = before === undefined ? NO_POLICY : readPolicyDocument(before);
    return done(document) ? undefined : { from: shown(document), to: shown(next(document)) };
  };
  await changeConfiguration(access, POLICY, { ...spoken, step }, consent, world);
}

function shown(document: PolicyDocument): string {
  return document.statements.length === 0 ? "" : policyText(document);
}
