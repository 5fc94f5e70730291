import type { BucketConfig } from "../../shared/config.ts";
import type { NamedRule } from "../../shared/object/rule.ts";
import { rules } from "../../shared/object/rules.ts";
import type { CountingService } from "../../shared/quota/count-request.ts";
import type { Credential } from "../../shared/sts/credential.ts";
import type { Grant } from "../../shared/sts/session-policy.ts";
import type { Sts } from "../../shared/sts/sts.ts";
import type { NewObject } from "../../shared/upload/new-object.ts";
import type { LimitedService } from "../../shared/upload/service.ts";

/** The inputs of the functions' pure steps. */
export const BUCKET: BucketConfig = {
  bucket: "b-1250000000",
  appId: "1250000000",
  region: "ap-guangzhou",
  host: "b.example.com",
};

export const CREDENTIAL: Credential = {
  tmpSecretId: "AKIDtmp",
  tmpSecretKey: "the-temporary-key",
  securityToken: "the-token",
  startTime: 1_767_323_045,
  expiredTime: 1_767_323_945,
};

export const RULE: NamedRule = {
  name: "photo",
  types: { jpg: ["image/jpeg"] },
  maxBytes: 1000,
  prefix: "uploads",
};

export function newObjectOf(changes: Partial<NewObject> = {}): NewObject {
  return {
    key: "uploads/20260102/1_a.jpg",
    rule: RULE,
    ext: "jpg",
    defaultType: "image/jpeg",
    pinned: {},
    metadata: {},
    ...changes,
  };
}

/** A service whose STS issues {@link CREDENTIAL} and records its requests. */
export function serviceOf(changes: Partial<LimitedService & CountingService> = {}) {
  const asked: { grants: readonly Grant[]; seconds: number }[] = [];
  const sts: Sts = {
    async credentialFor(grants, seconds) {
      asked.push({ grants: [grants].flat(), seconds });
      return CREDENTIAL;
    },
    async credentialsFor(items, grant, seconds) {
      asked.push({ grants: items.map(grant), seconds });
      return items.map((item) => ({ item, credential: CREDENTIAL }));
    },
  };
  const service: LimitedService & CountingService = {
    authorize: async () => ({ user: undefined }),
    rules,
    bucket: BUCKET,
    sts,
    signatureSeconds: 900,
    quota: undefined,
    otherRequests: undefined,
    corsOrigins: new Set(),
    ...changes,
  };
  return { service, asked };
}
