import { createHash } from "node:crypto";
import {
  blocked,
  type Claim,
  type Finding,
  fail,
  pass,
  skip,
} from "../../../packages/tls-check/src/index.ts";
import { type BucketConfig, SIGNATURE_SECONDS } from "../../../shared/config.ts";
import { type Credential, keyTime } from "../../../shared/sts/credential.ts";
import { type SessionPolicy, sessionPolicy } from "../../../shared/sts/session-policy.ts";
import type { NewObject } from "../../../shared/upload/new-object.ts";
import { post } from "../../../shared/upload/post.ts";
import { put } from "../../../shared/upload/put.ts";
import { type HttpAnswer, type Network, NetworkError } from "../../lib/network.ts";
import { describeRefusal, refusalCode } from "../../lib/refusal.ts";
import {
  anonymousPut,
  type Owner,
  postUpload,
  putUpload,
  readUploadAnswer,
  signedRequest,
} from "./bucket-client.ts";
import {
  checkDownload,
  DOWNLOAD_CLAIM,
  UNSIGNED_AT_BUCKET_CLAIM,
  UNSIGNED_CLAIM,
  unsignedAtBucket,
} from "./check-download.ts";
import { CLOCK_CLAIM, checkSts, type KeyedSts, STS_CLAIM } from "./check-sts.ts";
import { newProbe, probeContent } from "./probe.ts";
import { REMOVED_CLAIM, removeProbes, VERSIONING_CLAIM } from "./remove-probes.ts";

const CLAIMS = {
  put: { id: "storage.put", title: "a probe is uploaded by PUT" },
  post: { id: "storage.post", title: "a probe is uploaded by POST" },
  equal: { id: "storage.equal", title: "the probes are read back unchanged" },
  otherKey: { id: "storage.other-key", title: "the same signature is refused for another key" },
  scope: { id: "storage.scope", title: "the temporary credential is refused for another key" },
  anonymous: { id: "storage.private", title: "an unsigned upload is refused" },
} satisfies Record<string, Claim>;

const ALL_CLAIMS = [
  ...Object.values(CLAIMS),
  DOWNLOAD_CLAIM,
  UNSIGNED_CLAIM,
  UNSIGNED_AT_BUCKET_CLAIM,
  REMOVED_CLAIM,
  VERSIONING_CLAIM,
];

/** The findings of these checks when they cannot be made. */
export function withoutStorage(reason: string): Finding[] {
  return [CLOCK_CLAIM, STS_CLAIM, ...ALL_CLAIMS].map((claim) => skip(claim, reason));
}

/**
 * Gets a credential from STS as the functions do, uploads with what they would answer, tries what must be refused, and
 * removes everything that it has stored in the bucket.
 *
 * @param downloadHost DOWNLOAD_DOMAIN; undefined when it is not set
 */
export async function checkStorage(
  bucket: BucketConfig,
  downloadHost: string | undefined,
  sts: KeyedSts,
  clock: () => number,
  network: Network,
): Promise<Finding[]> {
  const [putProbe, postProbe] = [newProbe(clock()), newProbe(clock())];
  const policy = sessionPolicy([put.grant(putProbe), post.grant(postProbe)], bucket);
  const { findings, credential } = await checkSts(sts, policy, SIGNATURE_SECONDS.default, clock, network);
  if (credential === undefined) {
    return [...findings, ...ALL_CLAIMS.map((claim) => skip(claim, "There is no credential."))];
  }
  const owner: Owner = { bucket, permanentKey: sts.key, nowSeconds: credential.startTime };
  const uploads = new Uploads(bucket, credential, network);
  const credentialWith = async (policy: SessionPolicy) =>
    (await checkSts(sts, policy, SIGNATURE_SECONDS.default, clock, network)).credential;
  return [
    ...findings,
    ...(await Promise.all([uploads.put(putProbe), uploads.post(postProbe)])),
    await equalFinding(uploads.stored, owner, network),
    await unsignedAtBucket(uploads.stored, bucket, network),
    ...(await checkDownload(uploads.stored, { bucket, downloadHost, credentialWith, network })),
    ...(await Promise.all([
      uploads.putElsewhere(putProbe, newProbe(clock())),
      uploads.putBeyondPolicy(newProbe(clock())),
      uploads.putAnonymously(newProbe(clock())),
    ])),
    ...(await removeProbes(uploads.stored, owner, network)),
  ];
}

/** An object that the doctor has stored in the bucket. */
interface Stored {
  readonly key: string;
  readonly content: Buffer;
  readonly etag: string | undefined;
  /** The id of its version; undefined where COS names none. */
  readonly versionId: string | undefined;
}

/** Uploads what should be accepted and what should not, and remembers what was accepted. */
class Uploads {
  readonly stored: Stored[] = [];
  readonly #bucket: BucketConfig;
  readonly #credential: Credential;
  readonly #network: Network;

  constructor(bucket: BucketConfig, credential: Credential, network: Network) {
    this.#bucket = bucket;
    this.#credential = credential;
    this.#network = network;
  }

  async put(probe: NewObject): Promise<Finding> {
    const answer = readUploadAnswer(this.#sign(probe, put), "headers");
    return await this.#expectTaken(CLAIMS.put, probe.key, (content) =>
      putUpload(answer, content, this.#network),
    );
  }

  async post(probe: NewObject): Promise<Finding> {
    const answer = readUploadAnswer(this.#sign(probe, post), "fields");
    return await this.#expectTaken(CLAIMS.post, probe.key, (content) =>
      postUpload(answer, content, this.#network),
    );
  }

  /** Uploads to one key with the signature for another. */
  async putElsewhere(signed: NewObject, other: NewObject): Promise<Finding> {
    const { url, parts } = readUploadAnswer(this.#sign(signed, put), "headers");
    const elsewhere = { url: new URL(`/${other.key}`, url), parts };
    return await this.#expectRefused(
      CLAIMS.otherKey,
      other.key,
      (content) => putUpload(elsewhere, content, this.#network),
      "The server does not check signatures: it is not COS, or something in front of COS signs requests itself.",
    );
  }

  /** Uploads with a valid signature by a credential that is not for this key. */
  async putBeyondPolicy(other: NewObject): Promise<Finding> {
    const answer = readUploadAnswer(this.#sign(other, put), "headers");
    return await this.#expectRefused(
      CLAIMS.scope,
      other.key,
      (content) => putUpload(answer, content, this.#network),
      "The server does not apply the credential's policy. Look in the bucket's policy for a statement that allows everyone.",
    );
  }

  async putAnonymously(probe: NewObject): Promise<Finding> {
    return await this.#expectRefused(
      CLAIMS.anonymous,
      probe.key,
      (content) => anonymousPut(probe.key, content, this.#bucket, this.#network),
      "Anyone can fill the bucket: set its access to private write, and remove the statements that allow everyone from its policy.",
    );
  }

  #sign(object: NewObject, method: typeof put): object {
    const time = keyTime(this.#credential, SIGNATURE_SECONDS.default);
    return method.answer(object, this.#credential, time, this.#bucket);
  }

  async #expectTaken(
    claim: Claim,
    key: string,
    upload: (content: Buffer) => Promise<HttpAnswer>,
  ): Promise<Finding> {
    const answer = await this.#attempt(claim, key, upload);
    if (!("body" in answer)) return answer;
    if (answer.status === 200) return pass(claim, key);
    const code = refusalCode(answer.body) ?? "";
    return fail(claim, `${describeRefusal(answer)}.`, UPLOAD_FIXES.get(code) ?? EXPLAIN);
  }

  async #expectRefused(
    claim: Claim,
    key: string,
    upload: (content: Buffer) => Promise<HttpAnswer>,
    fix: string,
  ): Promise<Finding> {
    const answer = await this.#attempt(claim, key, upload);
    if (!("body" in answer)) return answer;
    if (answer.status === 200) return fail(claim, "It was accepted.", fix);
    if (answer.status === 403) return pass(claim, `${describeRefusal(answer)}.`);
    return blocked(claim, `The answer was ${describeRefusal(answer)}, which proves nothing.`);
  }

  async #attempt(
    claim: Claim,
    key: string,
    upload: (content: Buffer) => Promise<HttpAnswer>,
  ): Promise<HttpAnswer | Finding> {
    const content = probeContent();
    try {
      const answer = await upload(content);
      if (answer.status === 200) {
        const { headers } = answer;
        const versionId = headers.get("x-cos-version-id");
        this.stored.push({ key, content, etag: headers.get("etag"), versionId });
      }
      return answer;
    } catch (error) {
      if (!(error instanceof NetworkError)) throw error;
      return blocked(claim, `${this.#bucket.host}: ${error.message}.`, "See the HTTPS checks of the host.");
    }
  }
}

const EXPLAIN = "Give COS's whole answer to npm run explain.";

/** COS's codes (https://cloud.tencent.com/document/product/436/7730) and how to fix each. */
const UPLOAD_FIXES: ReadonlyMap<string, string> = new Map([
  [
    "AccessDenied",
    "Allow the sub-account name/cos:PutObject and name/cos:PostObject on the bucket: a temporary credential can do no " +
      "more than the key behind it. Also look for a deny statement in the bucket's policy.",
  ],
  ["NoSuchBucket", "Correct COS_BUCKET and COS_REGION, or create the bucket."],
  ["SignatureDoesNotMatch", `The host that COS sees may not be the signed one: check COS_DOMAIN. ${EXPLAIN}`],
  ["RequestTimeTooSkewed", "Synchronize this machine's clock (NTP)."],
]);

/** Compares what was stored. If the key may not read it, the ETag, which is the content's MD5, is compared instead. */
async function equalFinding(stored: readonly Stored[], owner: Owner, network: Network): Promise<Finding> {
  const claim = CLAIMS.equal;
  if (stored.length === 0) return skip(claim, "No probe was uploaded.");
  try {
    for (const { key, content, etag } of stored) {
      const answer = await signedRequest("GET", key, owner, network);
      const isEqual =
        answer.status === 200
          ? answer.body.equals(content)
          : etag === `"${createHash("md5").update(content).digest("hex")}"`;
      if (answer.status === 200 && !isEqual) {
        return fail(
          claim,
          `${key} has different bytes.`,
          "Something between this machine and COS changes uploads.",
        );
      }
      if (!isEqual) {
        return blocked(
          claim,
          `Reading ${key}: ${describeRefusal(answer)}.`,
          "Allow the key name/cos:GetObject for a full check.",
        );
      }
    }
    return pass(claim);
  } catch (error) {
    if (error instanceof NetworkError) return blocked(claim, `${error.message}.`);
    throw error;
  }
}
