import type { BucketConfig } from "../../shared/config.ts";
import { authorization } from "../../shared/cos/authorization.ts";
import { joined } from "../../shared/http/log.ts";
import type { Invocation } from "../../shared/invocation.ts";
import { type Credential, keyTime } from "../../shared/sts/credential.ts";
import type { UploadService } from "../../shared/upload/service.ts";
import type { Question } from "./question.ts";
import { objectUrl, signedUrl } from "./url.ts";

/**
 * Answers for every key, in order, from one call of STS; from none for plain URLs.
 *
 * @throws ServiceError when STS fails
 */
export async function signRead(
  question: Question,
  { sts, bucket, signatureSeconds }: UploadService,
  invocation: Invocation,
): Promise<object[]> {
  const { keys, method, query, seconds = signatureSeconds } = question;
  invocation.note(keys.length === 1 ? { key: keys.join() } : { keys: joined(keys) });
  if (!question.sign) return keys.map((key) => ({ key, url: objectUrl(bucket.host, key, query) }));
  const permissions = [
    { actions: [method === "GET" ? "GetObject" : "HeadObject"], condition: onlyType(query) },
  ];
  const granted = await sts.credentialsFor(
    keys,
    (key) => ({ key, permissions, keyStaysHere: true }),
    seconds,
    invocation,
  );
  return granted.map(({ item: key, credential }) => readAnswer(key, question, credential, seconds, bucket));
}

/**
 * Who holds a signed URL can append a parameter that is not signed, and have a file served as a page. So the
 * type of the answer is what was asked for here, or nothing that a browser would run.
 */
function onlyType(query: Question["query"]) {
  const type = query["response-content-type"] ?? "application/octet-stream";
  return { string_equal_if_exist: { "cos:response-content-type": type } };
}

/** Both ways to use a credential: a signed URL, and the headers to send to the plain one. Pure. */
function readAnswer(
  key: string,
  { method, query }: Question,
  credential: Credential,
  seconds: number,
  { host }: BucketConfig,
) {
  const time = keyTime(credential, seconds);
  const signature = authorization({ method, key, query, headers: { host } }, credential, time);
  const plain = objectUrl(host, key, query);
  return {
    key,
    method,
    url: signedUrl(plain, signature, credential.securityToken),
    expiresAt: time.end,
    serverTime: credential.startTime,
    /** For the same URL without its signature, with these headers instead. */
    plainUrl: plain,
    authorization: signature,
    securityToken: credential.securityToken,
    headers: { Authorization: signature, "x-cos-security-token": credential.securityToken },
  };
}
