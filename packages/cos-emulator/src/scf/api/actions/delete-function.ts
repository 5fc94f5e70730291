import { ApiError } from "../../../cloud-api/api-error.ts";
import type { ApiAction } from "../../../cloud-api/listener.ts";
import { functionResource } from "../resource.ts";
import type { ScfService } from "../scf-service.ts";

/** https://cloud.tencent.com/document/api/583/18585 */
export function deleteFunction(scf: ScfService): ApiAction {
  return {
    parameters: new Set(["FunctionName", "Namespace", "Qualifier"]),
    resource: functionResource(scf),
    run({ parameters }) {
      const found = scf.named(parameters);
      if (found.status !== "Active" && found.status !== "CreateFailed") {
        throw new ApiError("FailedOperation.DeleteFunction", `The function is ${found.status}.`);
      }
      found.delete();
      return {};
    },
  };
}
