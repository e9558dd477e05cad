import { requestBytesMax } from '../../shared/limits.ts';
import {
  answerSendMsMax,
  answerStallMsMax,
  connectionsCheckMs,
  connectionsMax,
  connectionsPerAddressMax,
  drainMsMax,
  headBytesMax,
  headersMsMax,
  keepAliveMsMax,
  lingerMsMax,
  requestHandlingMsMax,
  requestReadMsMax,
  requestsPerConnectionMax,
  tlsHandshakeMsMax,
  tlsHandshakesMax,
  unsentBytesMax,
} from './limits.ts';

/** The limits of one listener; limits.ts says what each is for and where it ends. */
export interface HttpLimits {
  readonly requestBytes: number;
  readonly headBytes: number;
  readonly headersMs: number;
  readonly requestReadMs: number;
  readonly requestHandlingMs: number;
  readonly connectionsCheckMs: number;
  readonly tlsHandshakeMs: number;
  readonly tlsHandshakes: number;
  readonly keepAliveMs: number;
  readonly answerStallMs: number;
  readonly answerSendMs: number;
  readonly unsentBytes: number;
  readonly lingerMs: number;
  readonly drainMs: number;
  readonly connections: number;
  readonly connectionsPerAddress: number;
  readonly requestsPerConnection: number;
}

export const defaultHttpLimits: HttpLimits = {
  requestBytes: requestBytesMax,
  headBytes: headBytesMax,
  headersMs: headersMsMax,
  requestReadMs: requestReadMsMax,
  requestHandlingMs: requestHandlingMsMax,
  connectionsCheckMs,
  tlsHandshakeMs: tlsHandshakeMsMax,
  tlsHandshakes: tlsHandshakesMax,
  keepAliveMs: keepAliveMsMax,
  answerStallMs: answerStallMsMax,
  answerSendMs: answerSendMsMax,
  unsentBytes: unsentBytesMax,
  lingerMs: lingerMsMax,
  drainMs: drainMsMax,
  connections: connectionsMax,
  connectionsPerAddress: connectionsPerAddressMax,
  requestsPerConnection: requestsPerConnectionMax,
};
