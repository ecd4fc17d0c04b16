import { Fault } from "../../../aws/faults.ts";
import { ownerOf } from "./bucket-document.ts";

/** The canned ACLs by which nobody but the owner gets anything. */
const ownersAlone: readonly string[] = ["private", "bucket-owner-full-control"];

/** @throws Fault AccessControlListNotSupported for a canned ACL that lets others in, because ACLs are turned off */
export function checkCannedAcl(acl: string | undefined): void {
  if (acl !== undefined && !ownersAlone.includes(acl)) throw notSupported();
}

const notSupported = (): Fault => new Fault("AccessControlListNotSupported", "The bucket does not allow ACLs");

export interface AclMembers {
  readonly ACL?: string | undefined;
  readonly AccessControlPolicy?:
    | {
        readonly Grants?:
          | readonly {
              readonly Grantee?: { readonly ID?: string | undefined };
              readonly Permission?: string | undefined;
            }[]
          | undefined;
      }
    | undefined;
  readonly GrantFullControl?: string | undefined;
  readonly GrantRead?: string | undefined;
  readonly GrantReadACP?: string | undefined;
  readonly GrantWrite?: string | undefined;
  readonly GrantWriteACP?: string | undefined;
}

/**
 * Takes the lists that say what holds anyway: the owner has everything, and nobody else has anything.
 *
 * @throws Fault for any other list, and for a request without one
 */
export function checkAcl(input: AclMembers, account: string): void {
  const { ACL, AccessControlPolicy, GrantFullControl, GrantRead, GrantReadACP, GrantWrite, GrantWriteACP } = input;
  if ([GrantFullControl, GrantRead, GrantReadACP, GrantWrite, GrantWriteACP].some(Boolean)) throw notSupported();
  checkCannedAcl(ACL);
  const { ID } = ownerOf(account);
  const grants = AccessControlPolicy?.Grants;
  if (grants?.some(({ Grantee, Permission }) => Grantee?.ID !== ID || Permission !== "FULL_CONTROL"))
    throw notSupported();
  if (ACL === undefined && grants === undefined)
    throw new Fault("MissingSecurityHeader", "Your request was missing a required header", {
      members: { MissingHeaderName: "x-amz-acl" },
    });
}
