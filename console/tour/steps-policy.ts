/** A policy that allows and denies, and a token that is revoked. */
import { at, type TourScript, textAt } from './script.ts';

const appPolicy = `path "secret/data/app/*" {
  capabilities = ["read"]
}
path "secret/data/app/root-only" {
  capabilities = ["deny"]
}
`;

export async function policySteps(script: TourScript, rootToken: string): Promise<void> {
  script.step('A policy that allows and denies');
  await script.run(['policy', 'write', 'app', '-'], {
    token: rootToken,
    stdin: appPolicy,
    note: 'app.hcl',
  });
  await script.run(['kv', 'put', 'secret/app/root-only', 'key=value'], { token: rootToken });
  const made = await script.json(['token', 'create', '--policy', 'app', '--ttl', '1h'], {
    token: rootToken,
  });
  const token = textAt(made, 'auth', 'client_token');
  const allowed = await script.json(['kv', 'get', 'secret/app/database'], { token });
  script.check(
    at(allowed, 'data', 'data', 'user') === 'app',
    'reading secret/app/database: allowed',
  );
  await script.run(['kv', 'get', 'secret/app/root-only'], { token, status: 2 });
  script.check(true, 'reading secret/app/root-only: denied, though the first rule covers it');
  await script.run(['kv', 'put', 'secret/app/database', 'user=x'], { token, status: 2 });
  script.check(true, 'writing: denied, the policy gives no such capability');

  script.step('A token that is revoked');
  await script.run(['token', 'revoke', '--accessor', textAt(made, 'auth', 'accessor')], {
    token: rootToken,
  });
  await script.run(['kv', 'get', 'secret/app/database'], { token, status: 2 });
  script.check(true, 'the revoked token reads nothing any more');
}
