import type { ApiAction } from "../../../cloud-api/listener.ts";
import { functionResource, passRole } from "../resource.ts";
import type { ScfService } from "../scf-service.ts";
import { CONFIGURATION_PARAMETERS, NOT_EMULATED, readConfiguration } from "../validate.ts";

/** Replaces what is given, including the whole environment (https://cloud.tencent.com/document/api/583/18580). */
export function updateFunctionConfiguration(scf: ScfService): ApiAction {
  return {
    parameters: new Set(["FunctionName", "Namespace", ...CONFIGURATION_PARAMETERS]),
    notEmulated: new Set([...NOT_EMULATED, "Runtime"]),
    resource: functionResource(scf),
    alsoNeeds: passRole(scf),
    run({ parameters }) {
      const found = scf.named(parameters);
      const { memorySize, timeout, description, role, environment } = readConfiguration(parameters);
      scf.checkRole(role);
      found.requireActive("FailedOperation.UpdateFunctionConfiguration");
      found.configure({
        ...(memorySize !== undefined && { memorySize }),
        ...(timeout !== undefined && { timeout }),
        ...(description !== undefined && { description }),
        ...(role !== undefined && { role }),
        ...(environment !== undefined && { environment }),
      });
      return {};
    },
  };
}
