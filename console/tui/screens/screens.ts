/** All screens. Adding one is a folder and a line here, and a line in screen-components.ts. */
import { assertTable } from '../keys/catalogue.ts';
import { alarmsScreen } from './alarms/alarms-view.ts';
import { auditScreen } from './audit/audit-view.ts';
import { ceremonyScreen } from './ceremony/ceremony-view.ts';
import { clusterScreen } from './cluster/cluster-view.ts';
import { connectScreen } from './connect/connect-view.ts';
import { globalVerbs, openingVerbs } from './global-verbs.ts';
import { initScreen } from './init/init-view.ts';
import { nodeScreen } from './node/node-view.ts';
import { policiesScreen } from './policies/policies-view.ts';
import { policyScreen } from './policy/policy-definition.ts';
import { requestsScreen } from './requests/requests-view.ts';
import { secretsScreen } from './secrets/secrets-definition.ts';
import type { Screen, ScreenVerb } from './screen.ts';
import { tokensScreen } from './tokens/tokens-view.ts';
import { verifyScreen } from './verify/verify-view.ts';

export const screens: readonly Screen[] = [
  clusterScreen,
  connectScreen,
  initScreen,
  ceremonyScreen,
  policiesScreen,
  policyScreen,
  secretsScreen,
  auditScreen,
  verifyScreen,
  nodeScreen,
  alarmsScreen,
  tokensScreen,
  requestsScreen,
];

/** The whole verb table: keys, footer, help and palette are drawn from it. */
export const verbs: readonly ScreenVerb[] = [
  ...screens.flatMap((screen) => screen.verbs),
  ...globalVerbs,
  ...openingVerbs(screens),
];

assertTable(verbs);

/** The screen of a view; the home screen for a view that does not exist. */
export function screenOf(view: string): Screen {
  return screens.find((screen) => screen.view === view) ?? clusterScreen;
}
