import { ApiError } from "../../cloud-api/api-error.ts";
import { list, members, onlyMembers } from "../../cloud-api/json.ts";
import type { ApiAction } from "../../cloud-api/listener.ts";
import type { CdnDomain } from "../cdn-domain.ts";
import type { CdnService } from "../cdn-service.ts";
import { domainAnswer } from "../domain-answer.ts";

const DEFAULT_LIMIT = 100;

/** DescribeDomainsConfig. Of its filters, the emulator has only `domain`. */
export function describeDomainsConfig(cdn: CdnService): ApiAction {
  return {
    parameters: new Set(["Offset", "Limit", "Filters"]),
    notEmulated: new Set(["Sort"]),
    resource: () => "*",
    run({ parameters }) {
      const wanted = list(parameters.raw("Filters") ?? [], "Filters").map(readFilter);
      const found = cdn.all().filter((domain) => wanted.every((filter) => filter(domain)));
      const offset = parameters.integer("Offset") ?? 0;
      const limit = parameters.integer("Limit") ?? DEFAULT_LIMIT;
      return {
        Domains: found
          .slice(offset, offset + limit)
          .map((domain) => domainAnswer(domain, cdn.options.origin)),
        TotalNumber: found.length,
      };
    },
  };
}

function readFilter(item: unknown): (domain: CdnDomain) => boolean {
  const filter = members(item, "Filters[]");
  onlyMembers(filter, ["Name", "Value", "Fuzzy"], "Filters[]");
  const values = list(filter.get("Value"), "Filters[].Value");
  if (filter.get("Name") !== "domain" || values.length > 5) {
    throw new ApiError(
      "InvalidParameter.CdnParamError",
      "Parameter error: the emulator filters only by domain, with at most 5 values.",
    );
  }
  const isFuzzy = filter.get("Fuzzy") === true;
  return ({ name }) => values.some((value) => (isFuzzy ? name.includes(String(value)) : name === value));
}
