import { authorization } from "../cos/authorization.ts";
import { objectUrl, signedUrl } from "../cos/url.ts";
import type { Invocation } from "../entry/invocation.ts";
import { joined } from "../entry/log.ts";
import { type Credential, keyTime } from "../sts/credential.ts";
import { processedType } from "./processing.ts";
import type { Question, ReadableObject } from "./question.ts";
import type { DownloadService } from "./service.ts";

/** What signing a download needs of the service. */
type Reading = Pick<DownloadService, "downloadHost" | "signatureSeconds"> & {
  readonly sts: Pick<DownloadService["sts"], "credentialsFor">;
};

/**
 * Answers for every object, in order, with one call to STS; with none for plain URLs.
 *
 * @throws ServiceError when STS fails
 */
export async function signRead(
  question: Question,
  { sts, downloadHost, signatureSeconds }: Reading,
  invocation: Invocation,
): Promise<object[]> {
  const { objects, method, query, seconds = signatureSeconds } = question;
  const keys = objects.map(({ key }) => key);
  invocation.note(keys.length === 1 ? { key: keys.join() } : { keys: joined(keys) });
  if (!question.sign) return keys.map((key) => ({ key, url: objectUrl(downloadHost, key, query) }));
  const action = method === "GET" ? "GetObject" : "HeadObject";
  const granted = await sts.credentialsFor(
    objects,
    (object) => ({
      key: object.key,
      permissions: [{ actions: [action], condition: onlyThis(answerType(object, query)) }],
      credentialStaysHere: true,
    }),
    seconds,
    invocation,
  );
  return granted.map(({ item, credential }) => readAnswer(item, question, credential, seconds, downloadHost));
}

/**
 * The type of the answer: what the caller asked for, or what follows from the processing or the key's
 * extension. Never what the object was stored with, which is the uploader's claim: a page stored as a picture.
 * (We could not find out what Cloud Infinite does with `response-content-type`; this is right if it does what
 * COS does, and harmless if not.)
 */
function answerType({ type }: ReadableObject, query: Question["query"]): string {
  return query[ANSWER_TYPE] ?? processedType(query) ?? type;
}

const ANSWER_TYPE = "response-content-type";

/**
 * Anyone with a signed URL can append an unsigned parameter and have a file served as a page, or, in a bucket with
 * versioning, read one that was rejected or deleted. So the type of the answer is the signed one or none, and no version
 * may be named: none has this name (https://cloud.tencent.com/document/product/436/71306).
 */
function onlyThis(type: string) {
  return { string_equal_if_exist: { [`cos:${ANSWER_TYPE}`]: type, "cos:versionid": "none" } };
}

/** Both ways to use a credential: a signed URL, and the headers to send to the plain one. Pure. */
function readAnswer(
  object: ReadableObject,
  { method, query: asked }: Question,
  credential: Credential,
  seconds: number,
  host: string,
) {
  const { key } = object;
  const time = keyTime(credential, seconds);
  // HEAD shows nothing, and is the way to learn what an object was stored as.
  const query = method === "GET" ? { ...asked, [ANSWER_TYPE]: answerType(object, asked) } : asked;
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
