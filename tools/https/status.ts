import { randomBytes } from "node:crypto";
import { blocked, type Claim, type Finding, fail, pass, warn } from "../../packages/tls-check/src/index.ts";
import { ask, type BucketAccess } from "../lib/bucket-api.ts";
import { type HttpAnswer, NetworkError } from "../lib/network.ts";
import { describeRefusal, refusalCode } from "../lib/refusal.ts";
import type { BucketRequest } from "../lib/signed-request.ts";
import { getPolicy } from "./policy/bucket-policy.ts";
import { NO_POLICY, readPolicyDocument } from "./policy/document.ts";
import { isForceStatement, mentionsTransport } from "./policy/force-statement.ts";

const FORCE = "npm run https -- force";
const MAY_READ = "Try a key that may read objects (name/cos:GetObject).";

/**
 * Checks whether the bucket's policy forces HTTPS, and whether plain HTTP is really refused.
 *
 * @throws BucketError or PolicyFormError when the policy cannot be read
 */
export async function forceStatus(access: BucketAccess): Promise<Finding[]> {
  const policy = await getPolicy(access);
  const { statements } = policy === undefined ? NO_POLICY : readPolicyDocument(policy);
  const isForced = statements.some((statement) => isForceStatement(statement, access.bucket));
  const others = statements.filter(
    (statement) => mentionsTransport(statement) && !isForceStatement(statement, access.bucket),
  ).length;
  const count =
    policy === undefined
      ? "There is no policy"
      : `The policy has ${statements.length} statement${statements.length === 1 ? "" : "s"}`;
  const also = others === 0 ? "" : `; ${others} not from this command also use cos:secure-transport`;
  const claim = { id: "https.policy", title: `the policy of ${access.bucket.bucket} forces HTTPS` };
  return [
    isForced
      ? pass(claim, `${count}${also}.`)
      : fail(claim, `${count}${statements.length > 0 ? ", but none of them does" : ""}${also}.`, FORCE),
    await plainHttpFinding(access, isForced),
  ];
}

/** Whether the bucket's policy contains the statement of `force`. @throws BucketError, PolicyFormError */
export async function isForced(access: BucketAccess): Promise<boolean> {
  const policy = await getPolicy(access);
  const { statements } = policy === undefined ? NO_POLICY : readPolicyDocument(policy);
  return statements.some((statement) => isForceStatement(statement, access.bucket));
}

/** Checks whether the bucket's policy allows plain HTTP. */
export async function bucketAnswersPlain(access: BucketAccess): Promise<Finding> {
  const { host, plain, secure } = twins(access.endpoint);
  const claim: Claim = { id: "https.plain", title: `${host} answers plain HTTP` };
  const request = absent();
  const answer = await outcome(ask(access, request, plain));
  if (typeof answer === "string") return blocked(claim, `Plain HTTP could not be tried: ${answer}.`);
  if (answer.status === 404) return pass(claim, "The bucket's policy allows it.");
  if (refusalCode(answer.body) !== "AccessDenied") {
    return blocked(claim, `It is answered with ${describeRefusal(answer)}, which proves nothing.`);
  }
  const bySecure = await outcome(ask(access, request, secure));
  if (typeof bySecure === "string" || bySecure.status !== 404) {
    const why = typeof bySecure === "string" ? bySecure : describeRefusal(bySecure);
    return blocked(
      claim,
      `It is refused, but so is HTTPS (${why}), so the policy need not be the reason.`,
      MAY_READ,
    );
  }
  return fail(
    claim,
    "403 AccessDenied, while HTTPS is answered.",
    "A new policy takes a moment to apply; try again. Otherwise another statement refuses it: npm run https -- status.",
  );
}

/** A request for an object that does not exist. */
function absent(): BucketRequest {
  return { method: "GET", objectKey: `https-status-${randomBytes(12).toString("hex")}` };
}

/**
 * Requests an object that does not exist, over HTTPS and over plain HTTP: 404 means that the request is answered, 403 that
 * it is refused. The signature that is sent unencrypted is useless to others: it is only for reading that one key, and for
 * minutes.
 */
async function plainHttpFinding(access: BucketAccess, isForced: boolean): Promise<Finding> {
  const { host, secure, plain } = twins(access.endpoint);
  const claim: Claim = { id: "https.plain", title: `${host} refuses plain HTTP` };
  const request = absent();
  const [bySecure, byPlain] = await Promise.all([
    outcome(ask(access, request, secure)),
    outcome(ask(access, request, plain)),
  ]);
  if (byPlain === "ECONNREFUSED") return pass(claim, "Nothing listens there.");
  if (typeof byPlain === "string") return blocked(claim, `Plain HTTP could not be tried: ${byPlain}.`);
  if (refusalCode(byPlain.body) !== "AccessDenied") {
    if (byPlain.status >= 300 && byPlain.status < 400) {
      return warn(
        claim,
        `It redirects (${byPlain.status}), so the first request is still unencrypted.`,
        FORCE,
      );
    }
    return byPlain.status === 404
      ? fail(
          claim,
          "A plain HTTP request is answered.",
          isForced
            ? "A new policy takes a moment to apply; try again. The emulator needs --strict-transport."
            : FORCE,
        )
      : blocked(claim, `Plain HTTP is answered with ${describeRefusal(byPlain)}, which proves nothing.`);
  }
  if (typeof bySecure === "string") {
    return blocked(claim, `It is refused, but HTTPS could not be tried: ${bySecure}.`);
  }
  return bySecure.status === 404
    ? pass(claim, "403 AccessDenied, while HTTPS is answered.")
    : blocked(
        claim,
        `HTTPS is refused as well (${describeRefusal(bySecure)}), so plain HTTP need not be the reason.`,
        MAY_READ,
      );
}

/** The same host over HTTPS and over plain HTTP: on their standard ports, or both on the given port. */
function twins(endpoint: URL): { host: string; secure: URL; plain: URL } {
  return {
    host: endpoint.host,
    secure: new URL(`https://${endpoint.host}`),
    plain: new URL(`http://${endpoint.host}`),
  };
}

async function outcome(answer: Promise<HttpAnswer>): Promise<HttpAnswer | string> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof NetworkError) return error.code;
    throw error;
  }
}
