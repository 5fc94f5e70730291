import type { BucketConfig } from "../../shared/config.ts";
import type { BucketAccess } from "../lib/bucket-api.ts";
import {
  type Change,
  type Configuration,
  changeConfiguration,
  prepareChange,
} from "../lib/change-configuration.ts";
import type { ChangingWorld, Consent } from "../lib/consent.ts";
import type { Step } from "./plan.ts";
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

const CONSEQUENCE =
  "\nAfter that, COS refuses every request to the bucket over plain HTTP, signed or not: from links to http://, from a CDN " +
  "that fetches from the bucket over HTTP, from old programs. HTTPS is not affected.";

/**
 * Adds the statement that forces HTTPS to the bucket's policy, unless it is already there.
 *
 * @throws NotDone, BucketError or PolicyFormError; then nothing was changed, or the message says what was
 */
export async function force(access: BucketAccess, consent: Consent, world: ChangingWorld): Promise<void> {
  await changeConfiguration(access, POLICY, forcing(access.bucket), consent, world);
}

/**
 * Removes exactly that statement again. If nothing else remains of the policy, it is deleted.
 *
 * @throws as {@link force} does
 */
export async function unforce(access: BucketAccess, consent: Consent, world: ChangingWorld): Promise<void> {
  await changeConfiguration(access, POLICY, unforcing(access.bucket), consent, world);
}

/** {@link force} as a step of a plan; undefined when it is already done. @throws BucketError, PolicyFormError */
export async function forceStep(access: BucketAccess, world: ChangingWorld): Promise<Step | undefined> {
  const what = `Have ${access.bucket.bucket} refuse plain HTTP (force).`;
  return await stepOf(what, forcing(access.bucket), access, world);
}

/** {@link unforce} as a step of a plan; undefined when it is already done. @throws BucketError, PolicyFormError */
export async function unforceStep(access: BucketAccess, world: ChangingWorld): Promise<Step | undefined> {
  const what = `Let ${access.bucket.bucket} answer plain HTTP, under all its names (unforce).`;
  return await stepOf(what, unforcing(access.bucket), access, world);
}

async function stepOf(
  what: string,
  change: Change,
  access: BucketAccess,
  world: ChangingWorld,
): Promise<Step | undefined> {
  const prepared = await prepareChange(access, POLICY, change);
  return prepared && { what, detail: prepared.preview, run: () => prepared.apply(world) };
}

function forcing(bucket: BucketConfig): Change {
  return policyChange({
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

function unforcing(bucket: BucketConfig): Change {
  const isOther = (statement: unknown) => !isForceStatement(statement, bucket);
  return policyChange({
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

function policyChange({ done, next, ...spoken }: PolicyChange): Change {
  return {
    ...spoken,
    step: (before) => {
      const document = before === undefined ? NO_POLICY : readPolicyDocument(before);
      return done(document) ? undefined : { from: shown(document), to: shown(next(document)) };
    },
  };
}

function shown(document: PolicyDocument): string {
  return document.statements.length === 0 ? "" : policyText(document);
}
