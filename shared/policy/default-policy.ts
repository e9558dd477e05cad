/**
 * The text of the policy `default`, which every token has unless it was made without: what a token
 * may do with itself, its own cubbyhole and wrapped answers. An operator may change the stored
 * copy; this is what it begins as (the same paths as Vault's).
 */
export const defaultPolicyText = `# Tokens may look at, renew and end themselves.
path "auth/token/lookup-self" {
  capabilities = ["read"]
}

path "auth/token/renew-self" {
  capabilities = ["update"]
}

path "auth/token/revoke-self" {
  capabilities = ["update"]
}

# Tokens may ask what they are allowed to do, and why.
path "sys/capabilities-self" {
  capabilities = ["update"]
}

path "sys/policies/explain" {
  capabilities = ["update"]
}

path "sys/internal/ui/resultant-acl" {
  capabilities = ["read"]
}

# Clients look up the mount that a path belongs to; only mounts that the token can use are shown.
path "sys/internal/ui/mounts" {
  capabilities = ["read"]
}

path "sys/internal/ui/mounts/*" {
  capabilities = ["read"]
}

# The identity of the token is its own to read.
path "identity/entity/id/{{identity.entity.id}}" {
  capabilities = ["read"]
}

path "identity/entity/name/{{identity.entity.name}}" {
  capabilities = ["read"]
}

# Leases are renewed and looked up by their ids, which nobody can guess.
path "sys/renew" {
  capabilities = ["update"]
}

path "sys/leases/renew" {
  capabilities = ["update"]
}

path "sys/leases/lookup" {
  capabilities = ["update"]
}

# Every token has a cubbyhole of its own.
path "cubbyhole/*" {
  capabilities = ["create", "read", "update", "patch", "delete", "list", "scan"]
}

# Answers can be wrapped, and wrapped answers opened.
path "sys/wrapping/wrap" {
  capabilities = ["update"]
}

path "sys/wrapping/lookup" {
  capabilities = ["update"]
}

path "sys/wrapping/unwrap" {
  capabilities = ["update"]
}

# Tools that touch nothing stored.
path "sys/tools/hash" {
  capabilities = ["update"]
}

path "sys/tools/hash/*" {
  capabilities = ["update"]
}

# Single sign-on for other systems decides by itself whom it lets in.
path "identity/oidc/provider/+/authorize" {
  capabilities = ["read", "update"]
}
`;
