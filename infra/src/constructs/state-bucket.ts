/** The bucket of every state file of an account; made by `make bootstrap`, not by Terraform itself. */
export const stateBucket = ({ account }: { readonly account: string }): string =>
  `foretell-terraform-state-${account}`;
