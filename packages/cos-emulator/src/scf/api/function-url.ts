import { randomBytes } from "node:crypto";
import { createServer, type RequestListener } from "node:http";
import { LOOPBACK, listen, stop } from "../../cloud/listen.ts";
import { ApiError } from "../../cloud-api/api-error.ts";
import { members, onlyMembers } from "../../cloud-api/json.ts";
import { readTriggerDesc } from "./trigger-desc.ts";

/** A Function URL's settings: its trigger's TriggerDesc (https://cloud.tencent.com/document/product/583/100227). */
export interface FunctionUrlSettings {
  readonly authType: "NONE";
  readonly corsConfig: ReadonlyMap<string, unknown> | undefined;
}

/**
 * @throws {ApiError} InvalidParameterValue.TriggerDesc; UnsupportedOperation.Trigger for what is not emulated
 */
export function readFunctionUrlSettings(triggerDesc: string): FunctionUrlSettings {
  const settings = readTriggerDesc(triggerDesc);
  onlyMembers(
    settings,
    ["AuthType", "NetConfig", "CorsConfig", "ApiGwCompatible", "EnableSimpleMode"],
    "TriggerDesc",
  );
  const authType = settings.get("AuthType");
  if (authType !== "NONE" && authType !== "CAM") {
    throw new ApiError("InvalidParameterValue.TriggerDesc", "AuthType must be NONE or CAM.");
  }
  if (authType === "CAM") {
    throw new ApiError(
      "UnsupportedOperation.Trigger",
      "The emulator does not support a Function URL with AuthType CAM.",
    );
  }
  const net = members(settings.get("NetConfig"), "TriggerDesc.NetConfig");
  onlyMembers(net, ["EnableExtranet", "EnableIntranet"], "TriggerDesc.NetConfig");
  if (net.get("EnableExtranet") !== true) {
    throw new ApiError("UnsupportedOperation.Trigger", "The emulator has only public Function URLs.");
  }
  const cors = settings.get("CorsConfig");
  return {
    authType,
    corsConfig: cors === undefined ? undefined : members(cors, "TriggerDesc.CorsConfig"),
  };
}

/** An open Function URL. */
export interface FunctionUrl {
  /** `http://127.0.0.1:<port>`. */
  readonly url: string;
  /** The part of the real URL after the account's number. */
  readonly urlId: string;
  close(): Promise<void>;
}

/**
 * Opens a Function URL. The real one is `https://<appid>-<url-id>.<region>.tencentscf.com`, a name that nobody can
 * resolve offline; here it is a port of its own on the loopback address, which any client can call as it is.
 */
export async function openFunctionUrl(listener: RequestListener): Promise<FunctionUrl> {
  const server = createServer(listener);
  const port = await listen(server, 0);
  return {
    url: `http://${LOOPBACK}:${port}`,
    urlId: randomBytes(5).toString("hex"),
    close: () => stop(server),
  };
}
