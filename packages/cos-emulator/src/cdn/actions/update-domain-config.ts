import { ApiError } from "../../cloud-api/api-error.ts";
import type { ApiAction } from "../../cloud-api/listener.ts";
import type { CdnService } from "../cdn-service.ts";
import { CONFIG_PARAMETERS, changedConfig, NOT_EMULATED } from "../domain-config.ts";

/** UpdateDomainConfig: https://cloud.tencent.com/document/api/228/41116 */
export function updateDomainConfig(cdn: CdnService): ApiAction {
  return {
    parameters: new Set(["Domain", ...CONFIG_PARAMETERS]),
    notEmulated: NOT_EMULATED,
    resource: ({ parameters }) =>
      `qcs::cdn::uin/${cdn.options.ownerUin}:domain/${parameters.requiredText("Domain")}`,
    async run({ parameters }) {
      const domain = cdn.named(parameters.requiredText("Domain"));
      await cdn.options.certificates.settle();
      const config = changedConfig(domain.config, parameters, (id) => cdn.options.certificates.find(id));
      if (domain.isDeploying) {
        throw new ApiError("ResourceInUse.CdnOpInProgress", "CDN resources are being operated.");
      }
      domain.change(config);
      return {};
    },
  };
}
