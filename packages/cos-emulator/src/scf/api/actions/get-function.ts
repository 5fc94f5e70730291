import type { ApiAction } from "../../../cloud-api/listener.ts";
import { beijingTime } from "../../../cloud-api/time.ts";
import { NAMESPACE } from "../options.ts";
import { functionResource } from "../resource.ts";
import type { ScfService } from "../scf-service.ts";
import { triggersAnswer } from "./list-triggers.ts";

/** https://cloud.tencent.com/document/api/583/18584 */
export function getFunction(scf: ScfService): ApiAction {
  return {
    parameters: new Set(["FunctionName", "Namespace", "Qualifier", "ShowCode"]),
    resource: functionResource(scf),
    run({ parameters }) {
      const found = scf.named(parameters);
      const { status, settings, code } = found;
      const created = status !== "Creating" && status !== "CreateFailed";
      return {
        FunctionName: found.name,
        FunctionId: found.functionId,
        Namespace: NAMESPACE,
        Qualifier: "$LATEST",
        FunctionVersion: "$LATEST",
        Type: "Event",
        Status: status,
        StatusDesc: "",
        StatusReasons: status === "CreateFailed" ? found.statusReasons : [],
        AvailableStatus: "Available",
        Runtime: found.runtime,
        Handler: settings.handler,
        Description: settings.description,
        MemorySize: settings.memorySize,
        Timeout: settings.timeout,
        Environment: {
          Variables: Object.entries(settings.environment).map(([Key, Value]) => ({ Key, Value })),
        },
        CodeSize: created ? code.zip.length : 0,
        Triggers: triggersAnswer(found, scf.options),
        AddTime: beijingTime(found.addedMs),
        ModTime: beijingTime(found.modifiedMs),
        PublicNetConfig: { PublicNetStatus: "ENABLE", EipConfig: { EipStatus: "DISABLE", EipAddress: [] } },
        Role: settings.role,
        ClsLogsetId: "",
        ClsTopicId: "",
      };
    },
  };
}
