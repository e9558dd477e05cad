/** One errand on the control channel: dial, bind a token if there is one, do it, hang up. */
import { failure } from '../../shared/errors/failure.ts';
import type { ControlPlace } from './control-dial.ts';
import { ControlRefusal } from './control-problem.ts';
import { ControlSession } from './control-session.ts';
import { endpointText } from './endpoint.ts';

const quiet = { onUpdate: () => undefined, onHeard: () => undefined, onEnd: () => undefined };

/** Throws what dialling throws, and `client.control-refused` for what the agent refuses. */
export async function onControl<Result>(
  place: ControlPlace,
  token: string | undefined,
  errand: (session: ControlSession) => Promise<Result>,
): Promise<Result> {
  const session = await ControlSession.dial(place, quiet);
  try {
    if (token !== undefined) await session.call('authenticate', { token });
    return await errand(session);
  } catch (error) {
    if (!(error instanceof ControlRefusal)) throw error;
    const { status, message: reason } = error.problem;
    const endpoint = endpointText(place.endpoint);
    throw failure('client.control-refused', { endpoint, status, reason });
  } finally {
    session.close();
  }
}
