import { defineReconciler } from "../../../frame/define-reconciler.ts";
import { type CreateDomain, type DomainState, domain, domainName } from "./domain.ts";

/** Makes the volume of a domain, and removes that of a deleted one unless its files are to stay. */
export const domainReconciler = defineReconciler<CreateDomain, DomainState>({
  kind: domain,
  unfinished: ["Pending", "Deleting"],
  killPoints: {
    "domain:before-in-service": "The volume is made; the domain still says Pending.",
    "domain:before-removed": "The volume of the deleted domain is gone; its document is still there.",
  },
  async reconcile({ key, version, status, wanted, actual }, context) {
    const { volumes, settings } = context;
    if (status === "Pending") {
      await volumes.make(actual.volume);
      settings.reached("domain:before-in-service");
      return { update: { status: "InService" } };
    }
    if (!actual.retains) await volumes.remove(actual.volume);
    settings.reached("domain:before-removed");
    const name = await domainName.find(context, domainName.key(context, { DomainName: wanted.DomainName! }));
    const freed = name ? [{ delete: name.key, expected: name.version }] : [];
    return { changes: [...freed, { delete: key, expected: version }] };
  },
});
