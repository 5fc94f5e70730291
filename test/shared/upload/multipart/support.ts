import type { CosAnswer, CosRequest } from "../../../../shared/cos/client.ts";
import { Invocation } from "../../../../shared/entry/invocation.ts";
import { rules } from "../../../../shared/object/rules.ts";
import type { Grant } from "../../../../shared/sts/session-policy.ts";
import type { MultipartService } from "../../../../shared/upload/multipart/service.ts";
import { type Begun, createTickets } from "../../../../shared/upload/multipart/ticket.ts";

export const PART = 4 * 1024 ** 2;

export const begun: Begun = {
  key: "uploads/20261127/1_a.mp4",
  ruleName: "video",
  uploadId: "16",
  size: 2 * PART + 1,
  partSize: PART,
  end: 1_900_000_000,
};

export const credential = {
  tmpSecretId: "AKIDtmp",
  tmpSecretKey: "the-temporary-key",
  securityToken: "the-token",
  startTime: 1_700_000_000,
  expiredTime: 1_700_001_800,
};

/** A service whose COS answers as `answer` says, with the requests to COS, and what is asked of STS and for how long. */
export function serviceWith(
  answer: (
    request: CosRequest,
    index: number,
  ) => { status?: number; body?: string; headers?: CosAnswer["headers"] },
) {
  const asked: CosRequest[] = [];
  const grants: Grant[] = [];
  const lives: number[] = [];
  const service: MultipartService = {
    quota: undefined,
    otherRequests: undefined,
    corsOrigins: new Set(),
    authorize: async () => ({ user: undefined }),
    rules,
    bucket: {
      bucket: "uploads-1250000000",
      appId: "1250000000",
      region: "ap-guangzhou",
      host: "uploads-1250000000.cos.ap-guangzhou.myqcloud.com",
    },
    signatureSeconds: 900,
    tickets: createTickets("a secret", "b-1250000000", 86_400),
    sts: {
      async credentialFor(grant, seconds) {
        grants.push(...[grant].flat());
        lives.push(seconds);
        return credential;
      },
      credentialsFor: async () => [],
    },
    cos: {
      async call(request) {
        asked.push(request);
        const { status = 200, body = "", headers = {} } = answer(request, asked.length - 1);
        return { status, headers, body: Buffer.from(body) };
      },
    },
  };
  return { service, asked, grants, lives, invocation: new Invocation({}) };
}

/** As https://cloud.tencent.com/document/product/436/7747 shows it. */
export function listing(parts: readonly { number: number; size: number }[], next?: number): string {
  const list = parts.map(
    ({ number, size }) =>
      `<Part>\n\t\t<PartNumber>${number}</PartNumber>\n\t\t<LastModified>2015-11-10T07:41:28.000Z</LastModified>\n` +
      `\t\t<ETag>&quot;fa1f22ae-${number}&quot;</ETag>\n\t\t<Size>${size}</Size>\n\t</Part>`,
  );
  const truncated = next === undefined ? "false" : "true";
  return (
    `<?xml version="1.0" encoding="UTF-8" ?>\n<ListPartsResult>\n\t<Bucket>uploads-1250000000</Bucket>\n\t<Key>a</Key>\n` +
    `\t<UploadId>16</UploadId>\n\t<Owner>\n\t\t<ID>1250000000</ID>\n\t</Owner>\n\t<PartNumberMarker>0</PartNumberMarker>\n` +
    (next === undefined ? "" : `\t<NextPartNumberMarker>${next}</NextPartNumberMarker>\n`) +
    `\t<MaxParts>1000</MaxParts>\n\t<IsTruncated>${truncated}</IsTruncated>\n\t${list.join("\n\t")}\n</ListPartsResult>`
  );
}

export const refusal = (code: string) =>
  `<?xml version='1.0' encoding='utf-8' ?>\n<Error>\n\t<Code>${code}</Code>\n\t<Message>secret words</Message>\n</Error>`;

/** The grant of one action on the key, for a credential that stays here. */
export const only = (key: string, ...actions: string[]): Grant => ({
  key,
  permissions: [{ actions }],
  credentialStaysHere: true,
});
