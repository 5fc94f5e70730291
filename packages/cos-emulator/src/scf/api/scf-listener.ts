import { createHmac, randomBytes } from "node:crypto";
import type { IncomingMessage, RequestListener } from "node:http";
import { equalInConstantTime } from "../../cloud/constant-time.ts";
import { ApiError, missingParameter } from "../../cloud-api/api-error.ts";
import { type ApiAction, createApiHandler, guardApi } from "../../cloud-api/listener.ts";
import type { Handler } from "../../guard/guard.ts";
import { createFunction } from "./actions/create-function.ts";
import { createTrigger } from "./actions/create-trigger.ts";
import {
  createCustomDomain,
  deleteCustomDomain,
  getCustomDomain,
  listCustomDomains,
  updateCustomDomain,
} from "./actions/custom-domains.ts";
import { deleteFunction } from "./actions/delete-function.ts";
import { deleteTrigger } from "./actions/delete-trigger.ts";
import {
  getFunctionEventInvokeConfig,
  updateFunctionEventInvokeConfig,
} from "./actions/event-invoke-config.ts";
import { getFunction } from "./actions/get-function.ts";
import { getFunctionAddress } from "./actions/get-function-address.ts";
import { getFunctionLogs } from "./actions/get-function-logs.ts";
import { invoke } from "./actions/invoke.ts";
import { listTriggers } from "./actions/list-triggers.ts";
import { updateFunctionCode } from "./actions/update-function-code.ts";
import { updateFunctionConfiguration } from "./actions/update-function-configuration.ts";
import { updateTrigger } from "./actions/update-trigger.ts";
import type { ScfService } from "./scf-service.ts";

const CODE_PATH = "/code/";

/**
 * SCF 2018-04-16 as an HTTP listener: the management API at `/`, and the deployed packages at the URLs of
 * GetFunctionAddress. The real service uses HTTPS; on the loopback address, nobody can read plain HTTP either.
 *
 * @param origin where it listens, such as `http://127.0.0.1:9900`
 */
export function createScfListener(scf: ScfService, origin: () => string): RequestListener {
  const key = randomBytes(32);
  // A key that may get the URL of one function's code must not be able to guess another's.
  const sign: Sign = (name) => createHmac("sha256", key).update(name).digest("hex");
  const codeUrl = (name: string) => `${origin()}${CODE_PATH}${name}_LATEST.zip?sign=${sign(name)}`;
  const actions: [string, ApiAction][] = [
    ["CreateFunction", createFunction(scf)],
    ["GetFunction", getFunction(scf)],
    ["UpdateFunctionCode", updateFunctionCode(scf)],
    ["UpdateFunctionConfiguration", updateFunctionConfiguration(scf)],
    ["DeleteFunction", deleteFunction(scf)],
    ["GetFunctionAddress", getFunctionAddress(scf, codeUrl)],
    ["CreateTrigger", createTrigger(scf)],
    ["UpdateTrigger", updateTrigger(scf)],
    ["ListTriggers", listTriggers(scf)],
    ["DeleteTrigger", deleteTrigger(scf)],
    ["Invoke", invoke(scf)],
    ["GetFunctionLogs", getFunctionLogs(scf)],
    ["UpdateFunctionEventInvokeConfig", updateFunctionEventInvokeConfig(scf)],
    ["GetFunctionEventInvokeConfig", getFunctionEventInvokeConfig(scf)],
    ["CreateCustomDomain", createCustomDomain(scf)],
    ["UpdateCustomDomain", updateCustomDomain(scf)],
    ["GetCustomDomain", getCustomDomain(scf)],
    ["ListCustomDomains", listCustomDomains(scf)],
    ["DeleteCustomDomain", deleteCustomDomain(scf)],
  ];
  const { findKey, clock, log, region } = scf.options;
  const service = "scf";
  const api = createApiHandler({
    service,
    unauthorizedCode: "UnauthorizedOperation.CAM",
    version: "2018-04-16",
    actions: new Map(actions.map(([name, action]) => [name, inRegion(action, region)])),
    findKey,
    clock,
    log,
  });
  const handler: Handler = (request, response) => {
    if (!request.url?.startsWith(CODE_PATH)) return api(request, response);
    const zip = findCode(request, scf, sign);
    response.writeHead(zip === undefined ? 403 : 200, { "content-type": "application/zip" });
    response.end(zip);
  };
  return guardApi(handler, { service, log });
}

/** SCF's actions require the region. */
function inRegion(action: ApiAction, expected: string): ApiAction {
  return {
    ...action,
    run: (call) => {
      if (call.region === undefined) throw missingParameter("Region");
      if (call.region !== expected) {
        throw new ApiError("UnsupportedRegion", `The emulator has only the region ${expected}.`);
      }
      return action.run(call);
    },
  };
}

/** Signs the URL of a function's code. */
type Sign = (functionName: string) => string;

function findCode(request: IncomingMessage, scf: ScfService, sign: Sign): Buffer | undefined {
  const [, name, given] = /^\/code\/([\w-]+)_LATEST\.zip\?sign=([0-9a-f]+)$/.exec(request.url ?? "") ?? [];
  if (name === undefined || given === undefined || !equalInConstantTime(sign(name), given)) return undefined;
  return scf.find(name)?.code.zip;
}
