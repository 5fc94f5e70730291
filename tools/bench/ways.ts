import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { SignJWT } from "jose";
import { readBucket } from "../../shared/config.ts";
import { rules } from "../../shared/object/rules.ts";
import { sessionPolicy } from "../../shared/sts/session-policy.ts";
import { readFile } from "../../shared/upload/file.ts";
import { newObject } from "../../shared/upload/new-object.ts";
import { put } from "../../shared/upload/put.ts";
import { FUNCTION_OPTIONS } from "../build/bundle.ts";
import { patchedPackages, standIns } from "../build/packages.ts";
import type { Environment } from "../lib/worker.ts";
import type { BenchSts } from "./sts.ts";

const JWT_SECRET = randomBytes(32).toString("base64url");

/** One way to serve signatures, which can be measured. */
export interface Way {
  readonly name: string;
  /** An event function with `main_handler`, or a module that is an Express app. */
  readonly kind: "function" | "express";
  readonly file: string;
  readonly env: Environment;
  /** The event to call it with, as a Function URL sends it. */
  readonly event: object;
}

/** Everything that is compared. */
export interface Ways {
  /** The functions that we ship, which by default check the caller's token. */
  readonly putSign: Way;
  readonly postPolicy: Way;
  /** The same with UPLOAD_AUTH=none, since the plain ways check no callers either. */
  readonly putSignOpen: Way;
  readonly postPolicyOpen: Way;
  /** The whole SDK and qcloud-cos-sts in one bundle. */
  readonly wholeSdk: Way;
  /** The same from node_modules. */
  readonly unbundled: Way;
  readonly express: Way;
  /** The two packages by themselves, bundled like our functions. */
  readonly packagesAlone: Way;
  /** A bare POST to STS. */
  readonly barePost: Way;
}

/** @param directory where to write the bundles of the other ways */
export async function prepareWays(
  directory: string,
  functionsDirectory: string,
  sts: BenchSts,
): Promise<Ways> {
  const token = await new SignJWT({ sub: "openid-of-a-user" })
    .setProtectedHeader({ alg: "HS256" })
    .setExpirationTime("1h")
    .sign(new TextEncoder().encode(JWT_SECRET));
  const env = {
    COS_SECRET_ID: `AKID${randomBytes(16).toString("hex")}`,
    COS_SECRET_KEY: randomBytes(16).toString("hex"),
    COS_BUCKET: "uploads-1250000000",
    COS_REGION: "ap-guangzhou",
    STS_ENDPOINT: sts.endpoint,
    NODE_EXTRA_CA_CERTS: sts.caFile,
  };
  const plainEnv = { ...env, PUT_POLICY: policyOfPutSign(env) };
  const closed = { ...env, UPLOAD_AUTH: "jwt", JWT_SECRET };
  const open = { ...env, UPLOAD_AUTH: "none" };
  const event = {
    httpMethod: "GET",
    path: "/",
    headers: { accept: "*/*", authorization: `Bearer ${token}`, "x-scf-remote-addr": "127.0.0.1" },
    queryString: { ext: "jpg" },
    body: "",
  };
  const wholeSdkFile = join(directory, "whole-sdk.js");
  const packagesAloneFile = join(directory, "packages-alone.js");
  const root = fileURLToPath(new URL("../..", import.meta.url));
  const options = { ...FUNCTION_OPTIONS, logLevel: "error" } as const;
  await build({ ...options, entryPoints: [way("whole-sdk.cjs")], outfile: wholeSdkFile });
  await build({
    ...options,
    entryPoints: [way("packages-alone.mjs")],
    outfile: packagesAloneFile,
    alias: standIns(root),
    plugins: [patchedPackages],
  });
  const shipped = (name: string) => ({
    kind: "function" as const,
    file: join(functionsDirectory, name, "index.js"),
    event,
  });
  const putSign = shipped("put-sign");
  const postPolicy = shipped("post-policy");
  return {
    putSign: { ...putSign, name: "put-sign", env: closed },
    postPolicy: { ...postPolicy, name: "post-policy", env: closed },
    putSignOpen: { ...putSign, name: "put-sign, UPLOAD_AUTH=none", env: open },
    postPolicyOpen: { ...postPolicy, name: "post-policy, UPLOAD_AUTH=none", env: open },
    wholeSdk: { name: "whole SDK, bundled", kind: "function", file: wholeSdkFile, env: plainEnv, event },
    unbundled: {
      name: "whole SDK, node_modules",
      kind: "function",
      file: way("whole-sdk.cjs"),
      env: plainEnv,
      event,
    },
    express: { name: "Express server", kind: "express", file: way("express-app.cjs"), env: plainEnv, event },
    packagesAlone: {
      name: "the two packages alone",
      kind: "function",
      file: packagesAloneFile,
      env: plainEnv,
      event,
    },
    barePost: {
      name: "bare node:https POST",
      kind: "function",
      file: way("bare-post.cjs"),
      env: plainEnv,
      event,
    },
  };
}

/** The policy that put-sign requests from STS for a `.jpg`, as JSON, so that all other ways request the same. */
function policyOfPutSign(env: Environment): string {
  const object = newObject(readFile({ ext: "jpg" }, rules), { user: undefined }, Date.now());
  return JSON.stringify(sessionPolicy([put.grant(object)], readBucket(env)));
}

/** The path of a script in `ways`. */
export function way(file: string): string {
  return fileURLToPath(new URL(`ways/${file}`, import.meta.url));
}
