/** How each screen is drawn, by its view. */
import type { ReactElement } from 'react';
import { AlarmsComponent } from './alarms/alarms-screen.tsx';
import { AuditComponent } from './audit/audit-screen.tsx';
import { CeremonyComponent } from './ceremony/ceremony-screen.tsx';
import { ClusterComponent } from './cluster/cluster-screen.tsx';
import { ConnectComponent } from './connect/connect-screen.tsx';
import { InitComponent } from './init/init-screen.tsx';
import { NodeComponent } from './node/node-screen.tsx';
import { PoliciesComponent } from './policies/policies-screen.tsx';
import { PolicyComponent } from './policy/policy-screen.tsx';
import { RequestsComponent } from './requests/requests-screen.tsx';
import { SecretsComponent } from './secrets/secrets-screen.tsx';
import type { ViewName } from '../view-names.ts';
import type { ScreenProps } from './screen-props.ts';
import { TokensComponent } from './tokens/tokens-screen.tsx';
import { VerifyComponent } from './verify/verify-screen.tsx';

export type ScreenComponent = (props: ScreenProps) => ReactElement;

export const screenComponents: Readonly<Record<ViewName, ScreenComponent>> = {
  cluster: ClusterComponent,
  connect: ConnectComponent,
  init: InitComponent,
  ceremony: CeremonyComponent,
  policies: PoliciesComponent,
  policy: PolicyComponent,
  secrets: SecretsComponent,
  audit: AuditComponent,
  verify: VerifyComponent,
  node: NodeComponent,
  alarms: AlarmsComponent,
  tokens: TokensComponent,
  requests: RequestsComponent,
};
