import type { ApiAction } from "../../../cloud-api/listener.ts";
import { installPackage } from "../code-package.ts";
import { functionResource } from "../resource.ts";
import type { ScfService } from "../scf-service.ts";
import { readHandler, requiredZip } from "../validate.ts";

/** https://cloud.tencent.com/document/api/583/18581 */
export function updateFunctionCode(scf: ScfService): ApiAction {
  return {
    parameters: new Set(["FunctionName", "Namespace", "Code", "ZipFile", "Handler"]),
    notEmulated: new Set([
      "CodeSource",
      "CosBucketName",
      "CosBucketRegion",
      "CosObjectName",
      "EnvId",
      "InstallDependency",
      "Publish",
    ]),
    resource: functionResource(scf),
    async run({ parameters }) {
      const found = scf.named(parameters);
      const handler = readHandler(parameters);
      const zip = requiredZip(parameters);
      found.requireActive("FailedOperation.UpdateFunctionCode");
      const code = await installPackage(zip);
      try {
        // Unpacking takes a moment, in which another call may have begun a change.
        found.requireActive("FailedOperation.UpdateFunctionCode");
      } catch (error) {
        await code.remove();
        throw error;
      }
      found.replaceCode(code, handler ?? found.settings.handler);
      return {};
    },
  };
}
