/** How each screen is drawn, by its view. */
import type { ReactElement } from 'react';
import { CeremonyComponent } from './ceremony/ceremony-screen.tsx';
import { ClusterComponent } from './cluster/cluster-screen.tsx';
import { ConnectComponent } from './connect/connect-screen.tsx';
import { InitComponent } from './init/init-screen.tsx';
import { PoliciesComponent } from './policies/policies-screen.tsx';
import { PolicyComponent } from './policy/policy-screen.tsx';
import type { ScreenProps } from './screen-props.ts';

export type ScreenComponent = (props: ScreenProps) => ReactElement;

export const screenComponents: Readonly<Record<string, ScreenComponent>> = {
  cluster: ClusterComponent,
  connect: ConnectComponent,
  init: InitComponent,
  ceremony: CeremonyComponent,
  policies: PoliciesComponent,
  policy: PolicyComponent,
};
